"""Second reading of PS1 (admission) and PS3 (advice after the award)."""

import re
from typing import Any

from tests.rules.second_reading.grounds import FIRST_DAY, Row, Say, dated, day, holds, options

LISTED = ("HCPC", "GMC", "NMC", "GOsC", "GCC", "CORU", "RCT", "CSP", "SCoR", "RCoP", "RCR")
HCPC_CODES = ("AS", "BS", "CH", "CS", "DT", "HAD", "ODP", "OR", "OT", "PA", "PH", "PO", "PYL", "RA", "SL")


def number_fits(body: str, number: str) -> bool:
    """ "HCPC = profession code + 1 to 6 digits; GMC = 7 digits, or L + 6; NMC = 2 digits, letter, 4 digits, letter."
    "Others are free text."
    """
    if body == "HCPC":
        return any(re.fullmatch(code + "[0-9]{1,6}", number) for code in HCPC_CODES)
    if body == "GMC":
        return bool(re.fullmatch("[0-9]{7}", number) or re.fullmatch("L[0-9]{6}", number))
    if body == "NMC":
        return bool(re.fullmatch("[0-9]{2}[A-Z][0-9]{4}[A-Z]", number))
    return True


def ps1_1(student: Row) -> Say:
    enrolled = day(student.get("enrolled_on"))
    rows = student.get("registrations") or []
    if enrolled is None:
        # The day on which it is decided is unknown: "it cannot be decided: a fact is absent".
        return ("missing",) if rows else ("missing", "not_met")
    by_row: list[Say] = []
    for row in rows:
        body, number, status = row.get("body") or "", row.get("number"), row.get("status")
        if status == "lapsed" or not holds(row, enrolled):
            # "None valid on that day: not_met." A lapsed one is not "an active registration".
            continue
        if status != "active":
            # Unknown status: "cannot be decided"; but the letter asks for an `active` one (doubt 3).
            by_row.append(("missing", "not_met") if body in LISTED else ("missing", "judge", "not_met"))
        elif body not in LISTED:
            by_row.append(("judge",))  # "Only bodies off the list: judge."
        elif number is None:
            by_row.append(("missing", "met") if number_fits(body, "") else ("missing",))
        elif number_fits(body, number):
            by_row.append(
                ("met",)
            )  # "An active registration, on the recognised list, valid on enrolled_on: met."
        elif number_fits(body, re.sub(r"\s", "", number).upper()):
            by_row.append(("missing", "met"))  # doubt 4: small letters and spaces
        else:
            by_row.append(("missing",))  # "A number that does not fit its body's format: missing."
    if not by_row:
        expired = [row for row in rows if row.get("body") not in LISTED]
        stale: Say = ("not_met",)
        if rows and len(expired) == len(rows):
            stale = (
                "not_met",
                "judge",
            )  # doubt 5: only bodies off the list, and none of them valid on the day
        return dated(enrolled, stale)
    # One good registration suffices; the rest only matter without it.
    firsts = [say[0] for say in by_row]
    for outcome in ("met", "missing", "judge", "not_met"):
        if outcome in firsts:
            chosen = outcome
            break
    anyhow = {o for say in by_row for o in say}
    if chosen == "met":
        return ("met",)
    if len(by_row) == 1:
        return dated(enrolled, by_row[0])
    # Several, none of them good beyond doubt: which of the open answers speaks first is not said (doubt 5).
    return dated(enrolled, (chosen, *sorted(anyhow - {chosen})))


def ps1_2(student: Row) -> Say:
    judgement = student.get("experience_judgement")
    said: Say = ("judge",)
    if judgement:
        # "A recorded human judgement: appropriate gives met, not_appropriate gives not_met; else judge."
        said = ("met",) if judgement["outcome"] == "appropriate" else ("not_met",)
        days = [day(student.get("enrolled_on")), day(judgement.get("on"))]
        if said == ("not_met",) and any(d and d < FIRST_DAY for d in days):
            said = ("judge", "not_met")  # doubt 1: the day of enrolment or of the judgement
    if not student.get("experience"):
        # "No experience given: missing" comes before the judgement (doubt 6).
        return ("missing", *said) if judgement else ("missing",)
    return said


def ps1_3(course: Row) -> Say:
    rules = course.get("admissions") or {}
    body, experience = rules.get("requires_professional_body"), rules.get("experience_judged")
    # "requires_professional_body false: not_met; unknown: missing."
    first: Say = ("met",) if body is True else ("not_met",) if body is False else ("missing",)
    # "experience_judged = months_only: judge; unknown: missing; quality: met."
    second: Say = {"quality": ("met",), "months_only": ("judge",)}.get(experience or "", ("missing",))
    return options([first, second])


def ps1_4(course: Row) -> Say:
    direct, kind = course.get("direct_entry"), course.get("kind")
    young = kind in ("undergraduate", "apprenticeship")
    if direct is True and young:
        return ("not_met",)  # "direct_entry true and kind undergraduate or apprenticeship: not_met."
    if (direct is None and young) or (direct is True and kind is None):
        return ("missing", "met")  # doubt 7: "Otherwise met", but an unknown is "never silently met"
    return ("met",) if direct is False or kind is not None else ("met", "missing")


def ps3_1(course: Row) -> Say:
    guidance: dict[str, Any] = course.get("employer_guidance") or {}
    return (
        ("met",) if guidance.get("tells_students") is True else ("note",)
    )  # "true: met; false or unknown: note"


def ps3_2(student: Row) -> Say:
    if not any(award.get("ratified_on") for award in student.get("awards") or []):
        return ("not_applicable",)  # "No final or interim award ratified: not_applicable."
    rows = student.get("presentations") or []
    for row in rows:
        # "Presented to employer, regulator or insurer with both award and portfolio: met."
        if {"award", "portfolio"} <= set(row.get("included") or []):
            return ("met",)
    together = {item for row in rows for item in row.get("included") or []}
    # "Otherwise note"; the two in separate presentations: doubt 8.
    return ("note", "met") if {"award", "portfolio"} <= together else ("note",)
