"""Second reading of PS2: contract, scans, hours, unseen patients."""

from datetime import date

from tests.rules.second_reading.grounds import (
    GROUPS,
    Reading,
    Row,
    Say,
    contract_in_force,
    counted,
    dated,
    day,
    days_of,
    in_log,
    last_signature,
    loosely_dated,
    mentor_ids,
    options,
    parts,
    remit_of,
)

# Nothing can be said part by part where the student has no remit (doubt 2).
WITHOUT_REMIT: Say = ("not_applicable", "missing")


def scan_days(scans: list[Row]) -> list[date | None]:
    return [day(s["on"]) for s in scans]


def ps2_1(facts: Row, student: Row, reading: Reading) -> Say:
    scans = sorted(counted(facts, student, reading), key=lambda s: s["on"])
    versions = sorted(student.get("contracts") or [], key=lambda v: v["version"])
    found: list[Say] = []

    # "A version signed by all three parties, the mentor's by a mentor of the facts: met if its last signature is on or
    # before the first counted scan; later: judge." "A party missing: not_met."
    complete = [(v, last) for v in versions if (last := last_signature(facts, v, reading)) is not None]
    first_scan = day(scans[0]["on"]) if scans else None
    if not complete:
        breach: Say = ("not_met",) if versions else ("not_met", "missing")
        found.append(loosely_dated(days_of(student), breach))
    else:
        agreed = min(last for _, last in complete)
        found.append(("met",) if first_scan is None or agreed <= first_scan else ("judge",))

    # "A mentor who supervised counted scans without having signed any version: not_met, from the first such scan on."
    signers = [s.get("by") for v in versions for s in v.get("signatures") or [] if s["party"] == "mentor"]
    for scan in scans:
        if scan.get("mentor") is not None and scan["mentor"] not in signers:
            found.append(dated(day(scan["on"]), ("not_met",)))

    # "A region added by a later version, with counted scans in it before that version's last signature: judge."
    for version, last in complete:
        before = [v for v in versions if v["version"] < version["version"]]
        if not before:
            continue
        ever = {p for v in before for p in parts(v.get("remit"))}
        just = set(parts(before[-1].get("remit")))
        whole = [v for v in before if last_signature(facts, v, reading) is not None]
        ever_whole = {p for v in whole for p in parts(v.get("remit"))}
        just_whole = set(parts(whole[-1].get("remit"))) if whole else set()
        for part in parts(version.get("remit")):
            early = [
                s for s in scans if part in s["regions"] and (on := day(s["on"])) is not None and on < last
            ]
            # Added to which earlier version, when there are several: doubt 9.
            added = {part not in known for known in (ever, just, ever_whole, just_whole)}
            if not whole:
                added |= {False}  # no earlier version was ever signed by all: then this is not a later one
            if early and added == {True}:
                found.append(("judge",))
            elif early and True in added:
                found.append(("judge", "met"))
    return options(found)


def ps2_2(facts: Row, student: Row, reading: Reading) -> Say:
    version = contract_in_force(facts, student, reading)
    if version is None:
        # No version that all three signed, so no remit: read as "empty" (doubt 2).
        return loosely_dated(days_of(student), ("not_met", "missing", "not_applicable"))
    remit = version.get("remit")
    if isinstance(remit, list) and any(term in GROUPS for term in remit):
        # "PS2.2 is judge until remit_confirmed is true on that contract version."
        return ("met",) if version.get("remit_confirmed") is True else ("judge",)
    if isinstance(remit, list) and remit:
        return ("met",)  # "At least one known region or extra: met."
    # "Free text only, or empty: not_met."
    return loosely_dated(days_of(student), ("not_met",))


def ps2_3(facts: Row, student: Row, reading: Reading) -> Say:
    scans = counted(facts, student, reading)
    if not scans:
        return ("missing",)  # "No counted scan at all: missing."
    found: list[Say] = []
    without: list[Row] = []
    for scan in scans:
        on, appraisal = day(scan["on"]), scan.get("appraisal")
        if not appraisal:
            without.append(scan)
        elif appraisal.get("by") == student["id"]:
            found.append(dated(on, ("not_met",)))  # "An appraisal by the student ...: not_met, named."
        elif appraisal.get("by") not in mentor_ids(facts):
            without.append(
                scan
            )  # "by anyone who is not a mentor of the facts (and not the student) counts as none"
        elif appraisal.get("on") is None:
            found.append(("missing", "judge", "met"))  # not said
        elif on is not None and (appraised := day(appraisal["on"])) is not None and appraised < on:
            found.append(dated(on, ("not_met",)))  # "... or dated before its scan: not_met, named."
        else:
            found.append(("met",))
    if len(without) == len(scans):
        return loosely_dated(scan_days(scans), ("not_met",))  # "None appraised: not_met."
    if without:
        found.append(("judge",))  # "Some without appraisal: judge, all named."
        if not any("met" in say for say in found):
            # The others were appraised wrongly only (breaches older than the edition): also "none appraised".
            found.append(("met", "not_met"))
    return options(found)


def ps2_4(facts: Row, student: Row, reading: Reading) -> Say:
    remit, scans = remit_of(facts, student, reading), counted(facts, student, reading)
    minimum = facts["course"].get("minimum_scans") or {}
    found: list[Say] = []
    for part in remit:
        rows = [s for s in scans if part in s["regions"]]
        ages = scan_days(rows) if rows else days_of(student)
        if not rows:
            breach = loosely_dated(ages, ("not_met",))  # "no counted scan: not_met"
            found.append(tuple(sorted(breach, key=("not_met", "judge").index)))  # an absent fact has no date
        elif part in minimum:
            # "with the course's own minimum for it: below it not_met, at or above met"
            found.append(("met",) if len(rows) >= minimum[part] else loosely_dated(ages, ("not_met",)))
        else:
            found.append(
                ("met",) if len(rows) >= 5 else ("judge",)
            )  # "with none: met, but judge under 5 counted scans"
    return options(found) if remit else WITHOUT_REMIT


def ps2_5(facts: Row, student: Row, reading: Reading) -> Say:
    scans = counted(facts, student, reading)
    if student.get("hours"):
        return ("met",)  # "Minutes on every counted scan, or a total of hours: met."
    with_minutes = [s for s in scans if s.get("minutes")]
    if not with_minutes:
        return ("missing",)  # "None: missing."
    return ("met",) if len(with_minutes) == len(scans) else ("judge",)  # "On some: judge."


def ps2_6(facts: Row, student: Row, reading: Reading) -> Say:
    remit = remit_of(facts, student, reading)
    finals = [
        day(a["ratified_on"])
        for a in student.get("awards") or []
        if a["kind"] == "final" and a.get("ratified_on")
    ]
    ends = sorted(d for d in finals if d is not None)
    log = [s.get("case") for s in student.get("scans") or [] if in_log(s)]
    apart = [s.get("case") for s in student.get("scans") or [] if not in_log(s)]
    found: list[Say] = []
    for part in remit:
        says: list[Say] = []
        for exam in student.get("assessments") or []:
            if part not in (exam.get("regions") or []):
                continue
            on, assessor, case = day(exam["on"]), exam.get("assessor"), exam.get("case")
            assert on is not None
            if (
                exam.get("kind") != "unseen_patient"
                or exam.get("outcome") != "pass"
                or not exam.get("signed_on")
            ):
                continue  # "a passed, signed-off unseen_patient assessment"
            if ends and on > ends[-1]:
                continue  # "on or before the final ratification (if there is one)"
            if assessor == student["id"]:
                continue  # "the assessor not the student"
            if case is not None and case in log:
                continue  # "its patient's case number not in the student's own log"
            doubts: list[str] = []
            if assessor is None:
                doubts = ["missing", "not_met"]  # doubt 10: "any named assessor"
            if case is None:
                doubts = [*doubts, "missing"]  # doubt 10
            signed = day(exam["signed_on"])
            late_sign = bool(ends) and signed is not None and signed > ends[0]
            if (ends and on > ends[0]) or late_sign or (case is not None and case in apart):
                doubts = [*doubts, "not_met"]  # doubts 11 to 13
            # "One assessment that claims more than one region: judge for all but the first named."
            good = "met" if exam["regions"][0] == part else "judge"
            says.append(("missing", good, *doubts) if assessor is None else (good, *doubts))
        if any(say == ("met",) for say in says):
            found.append(("met",))
            continue
        firsts = [say[0] for say in says]
        chosen = next(
            (o for o in ("met", "judge", "missing") if o in firsts), "not_met"
        )  # "None such: not_met."
        others = sorted({o for say in says for o in say} - {chosen})
        say = (chosen, *others)
        if "not_met" in say:
            softened = loosely_dated(days_of(student), say)
            say = (chosen, *[o for o in softened if o != chosen])
        found.append(say)
    return options(found) if remit else WITHOUT_REMIT
