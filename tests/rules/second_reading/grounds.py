"""What several clauses share: outcomes, calendar dates, the remit, release by ratification, the counted scan.

Read from the standard's documents alone, sentence by sentence; it knows nothing of the product's code. It loops over
everything each time it is asked: plain, slow, and built differently on purpose.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

Row = dict[str, Any]

# "Worst first: not_met, missing, judge, note, met, not_applicable."
ORDER = ("not_met", "missing", "judge", "note", "met", "not_applicable")
FIRST_DAY = date(2023, 5, 1)
REGIONS = ("shoulder", "elbow", "wrist_hand", "hip_groin", "knee", "ankle_foot")
EXTRAS = ("nerve", "soft_tissue", "rheumatology", "paediatric_hip", "spine", "intervention")
GROUPS = {"upper_limb": REGIONS[:3], "lower_limb": REGIONS[3:], "all": REGIONS}

# What may be said of one finding: the reading taken first, then other outcomes that the documents allow.
# "not_applicable" stands for "leaves it out".
Say = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """The doubts of DOUBTS (oracle.py) that touch many clauses at once: each is read both ways."""

    stranger_signs_remit: bool = False
    stranger_blocks_mentor: bool = False
    final_frees_without_remit: bool = False


def worst(outcomes: list[str]) -> str:
    return min(outcomes, key=ORDER.index, default="not_applicable")


def best(outcomes: list[str]) -> str:
    return max(outcomes, key=ORDER.index)


def options(says: list[Say]) -> Say:
    """The outcomes that the worst of these findings can be, the first reading of each first."""
    first = worst([say[0] for say in says])
    can = {first}
    for outcome in {o for say in says for o in say}:
        if all(ORDER.index(best(list(say))) >= ORDER.index(outcome) for say in says):
            can.add(outcome)
    return (first, *sorted(can - {first}))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def span(text: str) -> tuple[date, date]:
    """The first and last day that a date known to the day, month or year can stand for."""
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    year, month = parts
    for last in (31, 30, 29, 28):
        try:
            return date(year, month, 1), date(year, month, last)
        except ValueError:
            continue
    raise ValueError(text)


def years_after(start: date, n: int) -> date:
    """ "n years after D" is the same day and month n years later; for 29 February in a year without one, 28 February."""
    try:
        return start.replace(year=start.year + n)
    except ValueError:
        return date(start.year + n, 2, 28)


def holds(period: Row, on: date) -> bool:
    """Whether a period with `from` and `to` (null: still open) holds a day; both ends belong to it."""
    begins, ends = day(period.get("from")), day(period.get("to"))
    return (begins is None or begins <= on) and (ends is None or on <= ends)


def dated(on: date | None, say: Say) -> Say:
    """ "Facts before the edition's first day are judge where a must clause would be not_met"."""
    if on is None or on >= FIRST_DAY:
        return say
    return tuple(dict.fromkeys("judge" if o == "not_met" else o for o in say))


def loosely_dated(days: list[date | None], say: Say) -> Say:
    """The same where the breach rests on several facts or on an absent one (doubt: when does an absent fact lie?).

    All of them old: judge first; some old: as found first; both are allowed.
    """
    known = [d for d in days if d is not None]
    old = [d for d in known if d < FIRST_DAY]
    if "not_met" not in say or not old:
        return say
    softened = dated(old[0], say)
    both = (*softened, *say) if len(old) == len(known) else (*say, *softened)
    return tuple(dict.fromkeys(both))


def days_of(student: Row) -> list[date | None]:
    """Every day that the facts tell of a student's course: what an absent fact may be dated by (doubt 1)."""
    return [
        day(student.get("enrolled_on")),
        *[day(s["on"]) for s in student.get("scans") or []],
        *[day(s["on"]) for v in student.get("contracts") or [] for s in v.get("signatures") or []],
        *[day(a["on"]) for a in student.get("assessments") or []],
        *[day(a.get("ratified_on")) for a in student.get("awards") or []],
    ]


def mentor_ids(facts: Row) -> list[str]:
    return [m["id"] for m in facts.get("mentors") or []]


def party_signed(
    facts: Row, version: Row, party: str, reading: Reading, *, any_mentor: bool = False
) -> date | None:
    """ "A party's first signature on a contract version is its own; later ones change nothing."

    "the mentor's by a mentor of the facts".
    """
    rows = [s for s in version.get("signatures") or [] if s["party"] == party]
    rows.sort(key=lambda s: s["on"])
    if party == "mentor" and not any_mentor:
        known = [s for s in rows if s.get("by") in mentor_ids(facts)]
        if reading.stranger_blocks_mentor and rows and rows[0] not in known:
            return None
        rows = known
    return day(rows[0]["on"]) if rows else None


def last_signature(facts: Row, version: Row, reading: Reading, *, any_mentor: bool = False) -> date | None:
    """The day on which the last of the three parties signed this version; None where one has not."""
    as_of = day(facts["as_of"])
    assert as_of is not None
    days = []
    for party in ("student", "mentor", "institution"):
        signed = party_signed(facts, version, party, reading, any_mentor=any_mentor)
        if signed is None or signed > as_of:
            return None
        days.append(signed)
    return max(days)


def contract_in_force(facts: Row, student: Row, reading: Reading) -> Row | None:
    """ "the newest contract version which all three parties had signed by the facts' as_of date"."""
    signed = [
        v
        for v in student.get("contracts") or []
        if last_signature(facts, v, reading, any_mentor=reading.stranger_signs_remit) is not None
    ]
    return max(signed, key=lambda v: v["version"]) if signed else None


def parts(remit: Any) -> list[str]:
    """ "a remit that holds one [group term] is expanded"; a free text names no region."""
    if not isinstance(remit, list):
        return []
    found: list[str] = []
    for term in remit:
        found.extend(p for p in GROUPS.get(term, (term,)) if p not in found)
    return found


def remit_of(facts: Row, student: Row, reading: Reading) -> list[str]:
    version = contract_in_force(facts, student, reading)
    return parts(version.get("remit")) if version else []


def released_on(facts: Row, student: Row, scan: Row, reading: Reading, *, same_day: bool) -> bool:
    """ "Released are, from the day after ratification, the regions of that award (an interim award: the regions it
    names; a final award: all of the remit)." "A scan of several regions is released only where every one is."

    With `same_day`, whether the scan would be free if the day of ratification itself were.
    """
    on = day(scan["on"])
    assert on is not None
    free: set[str] = set()
    for award in student.get("awards") or []:
        ratified = day(award.get("ratified_on"))
        if ratified is None or not (ratified < on or (same_day and ratified == on)):
            continue
        if award["kind"] == "interim":
            free |= set(award.get("regions") or [])
        else:
            remit = remit_of(facts, student, reading)
            if not remit and reading.final_frees_without_remit:
                return True
            free |= set(remit)
    return all(region in free for region in scan["regions"])


def in_log(scan: Row) -> bool:
    """ "is in the log (logged is not false)"."""
    return scan.get("logged") is not False


def patient_scans(facts: Row, student: Row, reading: Reading) -> list[Row]:
    """ "Each patient scan in the log before release"."""
    return [
        s
        for s in student.get("scans") or []
        if s.get("subject") == "patient"
        and in_log(s)
        and not released_on(facts, student, s, reading, same_day=False)
    ]


def counted(facts: Row, student: Row, reading: Reading) -> list[Row]:
    """ "A scan whose supervision is none is not counted; one whose supervision is unknown is not counted until it is
    filled in."
    """
    return [
        s
        for s in patient_scans(facts, student, reading)
        if s.get("supervision") in ("observed", "indirect", "remote")
    ]
