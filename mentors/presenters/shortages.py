"""Shortage exceptions as they stand on a day: do they still hold, on whom do they rest, which scans rely on them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accreditation.facts import evening_of
from accreditation.models import User
from accreditation.roles import OFFICER
from accreditation.rules import mentoring, regions
from accreditation.rules.dates import spoken
from accreditation.rules.findings import Outcome
from mentors.enums import Area, ShortageStatus
from mentors.models import Shortage
from mentors.services.standing import Knowledge, terms
from mentors.supervision import Member, Supervised, supervised

SOON = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class Relied:
    """A team member that an exception rests on: whether they carry it on the day, and why or why not."""

    name: str
    carries: bool
    why: str


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan that relies on the exception."""

    student: str
    number: int
    on: date
    mentor: str
    regions: str


@dataclass(frozen=True, slots=True)
class Held:
    """An exception on a day: `code` and `words` for its status, `why` in a sentence, and what it rests on."""

    code: str
    words: str
    why: str
    relied: Sequence[Relied]
    uses: Sequence[str]
    scans: Sequence[Scan]


def held(shortage: Shortage, *, on: date, known_on: date, seen_by: User) -> Held:
    """Worked out anew at each look, so that a member who leaves shows at once."""
    course, at = shortage.course_id, evening_of(known_on)
    relied_on = list(shortage.relies_on.all())
    knowledge = Knowledge.load(
        [mentor.pk for mentor in relied_on], as_of=on, known_on=known_on, course_ids={course}
    )
    members = [one for some in knowledge.members.values() for one in some]
    relied = [_relied(knowledge, mentor.pk, members, on) for mentor in relied_on]
    uses = sorted(
        {
            knowledge.mentors[one.mentor_id].called
            for one in members
            if one.since <= on and (one.until is None or on <= one.until)
            and (found := knowledge.award(one.mentor_id, on, one.student_id)).outcome is Outcome.MET
            and found.by_exception
            and f"shortages/{shortage.name}" in found.cited
        }
    )  # fmt: skip
    everybody = set(knowledge.mentors)
    reader = None if seen_by.has_role(OFFICER) else seen_by
    scans = [
        _scan(knowledge, scan)
        for scan in supervised(everybody, seen_by=reader, as_of=min(on, known_on))
        if scan.course_id == course and _relies(knowledge, scan, shortage)
    ]
    decided = shortage.decided_at is not None and shortage.decided_at <= at
    code, words, why = _status(shortage, decided, on, shortage.last_day(at), relied)
    return Held(code, words, why, relied, uses, scans)


def _relies(knowledge: Knowledge, scan: Supervised, shortage: Shortage) -> bool:
    found = knowledge.award(scan.mentor_id, scan.on, scan.student_id)
    return found.by_exception and f"shortages/{shortage.name}" in found.cited and found.outcome is Outcome.MET


def _scan(knowledge: Knowledge, scan: Supervised) -> Scan:
    called = knowledge.mentors[scan.mentor_id].called
    return Scan(scan.student, scan.number, scan.on, called, regions.spoken(scan.regions))


def _relied(knowledge: Knowledge, pk: object, members: Sequence[Member], on: date) -> Relied:
    mentor = next(one for key, one in knowledge.mentors.items() if key == pk)
    places = [one for one in members if one.mentor_id == pk]
    reached = mentoring.had_reached(mentor, on, terms(on))
    now = [one for one in places if one.since <= on and (one.until is None or on <= one.until)]
    if not now:
        ends = [one.until for one in places if one.until is not None and one.until < on]
        left = (
            f"left the last team on {spoken(max(ends))}"
            if ends
            else "is in no team of this course on that day"
        )
        return Relied(mentor.called, False, f"{mentor.called} {left}.")
    if reached.outcome is Outcome.MET:
        return Relied(mentor.called, True, reached.why)
    return Relied(mentor.called, False, reached.why)


def _status(
    shortage: Shortage, decided: bool, on: date, last: date | None, relied: Sequence[Relied]
) -> tuple[str, str, str]:
    if not decided:
        return (
            "pending",
            "Claimed",
            "An officer has not decided yet. Until then a scan that needs it is for an assessor.",
        )
    if shortage.status == ShortageStatus.REFUSED:
        return "declined", "Refused", "The exception was refused: nobody can rely on it."
    if on < shortage.since:
        return "waiting", "Not yet", f"It holds from {spoken(shortage.since)} on."
    if last is not None and last < on:
        return "expired", "Ended", f"It ended on {spoken(last)}. Scans until then keep it."
    if relied and not any(one.carries for one in relied):
        return "problem", "Nobody carries it", (
            "None of the members it relies on carries it on that day. It holds only in teams that have another member "
            "with two years."
        )  # fmt: skip
    if last is not None and last <= on + SOON:
        return "expiring", "Ends soon", f"It ends on {spoken(last)}."
    return "valid", "Holds", f"It holds until {spoken(last)}." if last else "It holds, without a last day."


@dataclass(frozen=True, slots=True)
class Line:
    """One exception in the list."""

    shortage: Shortage
    code: str
    words: str
    last: date | None


def listed(rows: Sequence[Shortage], on: date, known_on: date) -> list[Line]:
    """The list, without looking at teams: what the dates and the decision say."""
    at = evening_of(known_on)
    found = []
    for row in rows:
        decided = row.decided_at is not None and row.decided_at <= at
        last = row.last_day(at)
        code, words, _ = _status(row, decided, on, last, ())
        found.append(Line(row, code, words, last))
    return found


@dataclass(frozen=True, slots=True)
class Count:
    """How many exceptions there are in one region of the country."""

    area: str
    claimed: int
    holding: int
    ending: int
    over: int


def by_area(lines: Sequence[Line]) -> list[Count]:
    """Counts for each region of the country that has any, in their order."""
    counted = Counter((line.shortage.area, line.code) for line in lines)
    found = []
    for area in Area:
        number = {code: counted[area.value, code] for code in
                  ("pending", "valid", "waiting", "expiring", "expired", "declined")}  # fmt: skip
        if any(number.values()):
            found.append(
                Count(
                    area.label,
                    number["pending"],
                    number["valid"] + number["waiting"],
                    number["expiring"],
                    number["expired"] + number["declined"],
                )
            )
    return found
