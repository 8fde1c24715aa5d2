"""Second reading of PS4: direct supervision, the mentors' standing and remit, pathologies, patients only."""

from datetime import date, timedelta

from tests.rules.second_reading.grounds import (
    ORDER,
    Reading,
    Row,
    Say,
    counted,
    dated,
    day,
    holds,
    in_log,
    loosely_dated,
    options,
    patient_scans,
    released_on,
    remit_of,
    span,
    years_after,
)
from tests.rules.second_reading.portfolio import WITHOUT_REMIT, scan_days

AWARDS = ("pgc", "pgd", "msc")  # "an MSK ultrasound PgC or higher"


def ps4_1(facts: Row, student: Row, reading: Reading) -> Say:
    found: list[Say] = []
    for scan in patient_scans(facts, student, reading):
        on, how = day(scan["on"]), scan.get("supervision")
        if how == "observed":
            found.append(("met",))  # "observed fits"
        elif how in ("indirect", "remote"):
            found.append(("judge",))  # "indirect or remote: judge"
        elif how is None:
            found.append(("missing",))  # "unknown: missing"
        elif released_on(facts, student, scan, reading, same_day=True):
            found.append(("judge",))  # "An unsupervised scan on the day of ratification itself: judge."
        else:
            found.append(dated(on, ("not_met",)))  # "none: not_met"
    return options(found)


def either(says: list[Say]) -> Say:
    """One qualification (or person) that fits suffices; of the others, the answer nearest to fitting."""
    if not says:
        return ("not_met",)
    firsts = [say[0] for say in says]
    chosen = next(o for o in ("met", "judge", "missing", "not_met") if o in firsts)
    if chosen == "met" and ("met",) in says:
        return ("met",)
    can = {o for say in says for o in say}
    # What may be said is bounded by what is sure: an alternative worse than every sure answer cannot be the best.
    floor = max(min(ORDER.index(o) for o in say) for say in says)
    if floor == ORDER.index("judge"):
        floor = ORDER.index("missing")  # doubt 15: one to judge beside one whose date is missing
    return (chosen, *sorted(o for o in can - {chosen} if ORDER.index(o) >= floor))


def soft(say: Say) -> Say:
    """A `judge` about the award itself on top of what the dates say: the worse of the two."""
    out: list[str] = []
    for outcome in say:
        out.append("judge" if outcome == "met" else outcome)
        if outcome == "missing":
            out.append("judge")
    return tuple(dict.fromkeys(out))


def broken(mentor: Row, ratified: date, on: date) -> Say:
    """ "A break matters where it touches the two years after ratification, as far as they lie before the scan." """
    end = min(years_after(ratified, 2), on)
    touches, inside = False, False
    for row in mentor.get("breaks") or []:
        begins, ends = day(row.get("from")) or date.min, day(row.get("to")) or date.max
        touches = touches or (begins <= end and ratified <= ends)
        inside = inside or (begins <= end - timedelta(days=1) and ratified + timedelta(days=1) <= ends)
    if inside:
        return ("judge",)
    return ("judge", "met") if touches else ("met",)  # doubt 16: it touches the first or last day only


def award_says(mentor: Row, award: Row, on: date, under_two: Say) -> Say:
    """One award on the day of a scan; `under_two` is what the exception would say."""
    msk, ratified_on = award.get("msk") or "unknown", award.get("ratified_on")
    if msk == "no":
        return ("not_met",)  # "`no`: not_met"
    # "practice or unknown: judge"; "An overseas award: judge."
    doubtful = msk in ("practice", "unknown") or award.get("country") == "overseas"
    if ratified_on is None:
        return ("missing", "judge") if doubtful else ("missing",)
    first, last = span(ratified_on)
    rest: Say = ("met",)
    if years_after(last, 2) <= on:
        said: Say = ("met",)  # "ratified at least 2 years before"; "where that passes, it passes"
        rest = broken(mentor, last, on)
    elif years_after(first, 2) <= on:
        # "between the two the finding is missing (the exact date is needed)"; but where the last day "passes" by the
        # exception, "it passes".
        said = ("met", "missing") if under_two[0] == "met" and years_after(last, 1) <= on else ("missing",)
        if broken(mentor, first, on) != ("met",) or broken(mentor, last, on) != ("met",):
            said = ("missing", "judge")
    elif years_after(last, 1) <= on:
        said = under_two  # "Under two years but at least one: fits by exception if ..."
        rest = broken(mentor, last, on)
    elif years_after(first, 1) <= on:
        # The year itself is between: where the exception fails anyway, it fails on either day.
        said = ("not_met", "missing") if under_two[0] == "not_met" else ("missing", *under_two)
    else:
        said = ("not_met",)  # "Under one year: not_met."
    if first != last and said[0] in ("met", "judge"):
        # On its last day it stands for; but whether a break touches can hang on the exact date (doubt 16).
        other = broken(mentor, first, on)
        rest = tuple(dict.fromkeys((*rest, *other, *(["missing"] if other != rest else []))))
    combined = options([said, rest])
    if doubtful:
        combined = soft(combined)
    return combined


def level_says(row: Row, on: date, years: int = 0) -> Say:
    """ "radiology_level 2 or more in MSK: fits"; "without evidence (msk unknown or level unknown): missing".

    With `years`, whether it had been held that long ("level 2 with under two years since": judge).
    """
    msk, level, ratified_on = row.get("msk") or "unknown", row.get("level"), row.get("ratified_on")
    if msk == "no" or (level is not None and level < 2):
        return ("not_met",) if msk == "no" and level is not None or msk == "yes" else ("not_met", "missing")
    if msk == "unknown" or level is None:
        late = ratified_on is not None and span(ratified_on)[0] > on
        return ("not_met", "missing") if late else ("missing",)
    if ratified_on is None:
        said: Say = ("missing", "met")  # doubt 17: level 2 held since an unknown day
    else:
        first, last = span(ratified_on)
        if last <= on:
            said = ("met",)
            if years and years_after(last, years) > on:
                said = ("judge",) if years_after(first, years) > on else ("judge", "missing", "met")
        else:
            said = ("missing",) if first <= on else ("not_met",)
    if row.get("country") == "overseas":
        said = tuple(dict.fromkeys((*soft(said), *said)))  # doubt 18: is a level an "award"?
    if msk == "practice":
        said = tuple(dict.fromkeys((*soft(said), *said)))  # doubt 18
    if msk == "module":
        said = tuple(dict.fromkeys((*said, *soft(said))))
    return said


def colleague_says(facts: Row, student: Row, scan: Row, mentor_id: str) -> Say:
    """ "another current member of the student's team (not the same mentor) had reached two years on that date" """
    on = day(scan["on"])
    assert on is not None
    says: list[Say] = []
    for row in student.get("team") or []:
        if row["mentor"] == mentor_id or not holds(row, on):
            continue
        other = next(m for m in facts["mentors"] if m["id"] == row["mentor"])
        own: list[Say] = []
        for q in other.get("qualifications") or []:
            if q["kind"] in AWARDS:
                said = award_says(other, q, on, ("not_met",))
                # Two years reached, but the award or a break is for a human (doubt 19).
                own.append(("judge", "met", "not_met") if said[0] == "judge" else said)
            elif q["kind"] == "radiology_level":
                # "the other member is level 2 with under two years since: judge"
                own.append(level_says(q, on, years=2))
        said = either(own)
        if said[0] == "met" and not set(scan["regions"]) <= set(other.get("remit") or []):
            said = tuple(dict.fromkeys((*said, "judge")))  # doubt 20: must the other member share the remit?
        says.append(said)
    return either(says)


def exception_says(facts: Row, student: Row, scan: Row, mentor_id: str) -> Say:
    """ "fits by exception if a shortage was accepted by a named person for a period holding the scan's date, and ..." """
    on = day(scan["on"])
    assert on is not None
    here = [s for s in facts.get("shortages") or [] if holds(s, on)]
    accepted = [s for s in here if s["status"] == "accepted" and s.get("accepted_by")]
    unnamed = [s for s in here if s["status"] == "accepted" and not s.get("accepted_by")]
    claimed = [s for s in here if s["status"] == "claimed"]
    other = colleague_says(facts, student, scan, mentor_id)
    if accepted:
        return other
    if claimed or unnamed:
        # "shortage claimed: judge"; "no such other member: not_met"
        said: list[str] = []
        for outcome in other:
            said.extend(
                {
                    "met": ["judge"],
                    "judge": ["judge"],
                    "missing": ["missing", "judge"],
                    "not_met": ["not_met", "judge"],
                }[outcome]
            )
        if unnamed or any(s["status"] == "refused" for s in here):
            said = ["judge" if said[0] == "judge" else said[0], *said, "missing", "not_met"]  # doubt 21
        return tuple(dict.fromkeys(said))
    return ("not_met",)  # "refused, none, or no such other member: not_met"


def standing(facts: Row, student: Row, scan: Row) -> Say:
    """The supervising mentor on the day of one scan."""
    on = day(scan["on"])
    assert on is not None
    if scan.get("mentor") is None:
        return ("missing",)  # "No mentor named: missing."
    mentor = next(m for m in facts["mentors"] if m["id"] == scan["mentor"])
    under_two = exception_says(facts, student, scan, mentor["id"])
    says: list[Say] = []
    for q in mentor.get("qualifications") or []:
        if q["kind"] in AWARDS:
            says.append(award_says(mentor, q, on, under_two))
        elif q["kind"] == "radiology_level":
            says.append(level_says(q, on))
    return either(says)


def ps4_2(facts: Row, student: Row, reading: Reading) -> Say:
    found: list[Say] = []
    for scan in patient_scans(facts, student, reading):
        if scan.get("supervision") == "none":
            continue  # "A patient scan that nobody supervised (none) is PS4.1's matter: PS4.2 leaves it out."
        said = dated(day(scan["on"]), standing(facts, student, scan))
        if scan.get("supervision") is None:
            said = tuple(
                dict.fromkeys((*said, "not_applicable"))
            )  # doubt 22: whether anybody supervised is unknown
        found.append(said)
    return options(found)


def ps4_3(facts: Row, student: Row, reading: Reading) -> Say:
    found: list[Say] = []
    for scan in patient_scans(facts, student, reading):
        if scan.get("mentor") is None:
            # PS4.2 says `missing`; here nothing is said (doubt 22).
            found.append(
                ("not_applicable",) if scan.get("supervision") == "none" else ("missing", "not_applicable")
            )
            continue
        mentor = next(m for m in facts["mentors"] if m["id"] == scan["mentor"])
        # "every region and extra of the scan in the mentor's remit: met; otherwise not_met"
        covered = set(scan["regions"]) <= set(mentor.get("remit") or [])
        said: Say = ("met",) if covered else dated(day(scan["on"]), ("not_met",))
        if scan.get("supervision") == "none":
            said = ("not_applicable", *said)  # doubt 22: nobody supervised
        elif scan.get("supervision") is None:
            said = (*said, "not_applicable")
        found.append(said)
    return options(found)


def ps4_4(facts: Row, student: Row, reading: Reading) -> Say:
    remit, scans = remit_of(facts, student, reading), counted(facts, student, reading)
    found: list[Say] = []
    for part in remit:
        rows = [s for s in scans if part in s["regions"]]
        if not rows:
            continue  # "Without counted scans: not_applicable (PS2.4 speaks)."
        kinds = {
            p for s in rows for p in s.get("pathologies") or [] if p != "normal"
        }  # "`normal` is not a pathology"
        if not kinds:
            found.append(loosely_dated(scan_days(rows), ("not_met",)))  # "no pathology recorded: not_met"
        else:
            found.append(
                ("judge",) if len(kinds) == 1 else ("met",)
            )  # "one distinct: judge; two or more: met"
    return options(found) if remit else WITHOUT_REMIT


def ps4_5(facts: Row, student: Row, reading: Reading) -> Say:
    found: list[Say] = []
    for scan in student.get("scans") or []:
        subject = scan.get("subject")
        if not in_log(scan):
            # "kept outside the log: met"; of an unknown subject it need not be known (doubt 23)
            found.append(("met", "missing") if subject is None else ("met",))
        elif subject is None:
            found.append(("missing",))  # "Subject unknown: missing."
        elif subject == "patient":
            found.append(("met",))
        else:
            # "A scan in the log whose subject is not patient: not_met"; also after release (doubt 23)
            said = dated(day(scan["on"]), ("not_met",))
            free = released_on(facts, student, scan, reading, same_day=False)
            found.append((*said, "not_applicable") if free else said)
    return options(found) if found else ("not_applicable", "met")
