"""The answer on a mentor's page: on a day, for a region, alone and in each team, with the rows that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from accreditation.facts import evening_of
from accreditation.models import Course, User
from accreditation.roles import OFFICER
from accreditation.rules import regions
from accreditation.rules.dates import Period
from mentors.facts import qualification_rows
from mentors.models import Mentor, RemitPeriod, Shortage
from mentors.presenters.eligibility import Standing, told
from mentors.selectors import known, readable_courses, visible_shortages
from mentors.services.standing import Knowledge, Verdict
from mentors.supervision import Member, teams


@dataclass(frozen=True, slots=True)
class Basis:
    """One row of the register that an answer rests on: what it is, what it says, and since when it is known."""

    label: str
    detail: str
    known_from: date | None
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer in one setting: on their own, or in the teams of some students of a course."""

    where: str
    standing: Standing
    rows: Sequence[Basis]


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers for one mentor on one day, as known on one day: the first is the mentor's own."""

    on: date
    known_on: date
    own: Answer
    in_teams: Sequence[Answer]

    @property
    def all(self) -> list[Answer]:
        return [self.own, *self.in_teams]

    def differs_from(self, other: "Answers") -> bool:
        """Whether another reading gives another answer on their own."""
        return (self.own.standing.code, self.own.standing.why) != (
            other.own.standing.code,
            other.own.standing.why,
        )


def answers(mentor: Mentor, *, on: date, known_on: date, region: str, seen_by: User) -> Answers:
    """Answers for a mentor. Teams are those of courses whose shortages the reader may see; others need no exception."""
    at = evening_of(known_on)
    members = [one for one in teams(mentor_id=mentor.pk, at=at) if _holds(one, on)]
    course_ids = _readable({one.course_id for one in members}, mentor, seen_by)
    knowledge = Knowledge.load([mentor.pk], as_of=on, known_on=known_on, course_ids=course_ids)
    parts = regions.mask([region]) if region in regions.BITS else 0
    rows = _Rows(mentor, on, known_on, knowledge, seen_by)
    own = knowledge.verdict(mentor.pk, on, parts)
    found: dict[tuple[UUID, str, str], tuple[Verdict, list[Member]]] = {}
    for member in members:
        if member.mentor_id != mentor.pk or member.course_id not in course_ids:
            continue
        verdict = knowledge.verdict(mentor.pk, on, parts, member.student_id)
        if (verdict.outcome, verdict.why) != (own.outcome, own.why):
            key = member.course_id, verdict.outcome.value, verdict.why
            found.setdefault(key, (verdict, []))[1].append(member)
    courses = Course.objects.select_related("institution").in_bulk([key[0] for key in found])
    held = knowledge.remit_on(mentor.pk, on) or 0
    return Answers(
        on,
        known_on,
        Answer("On their own qualifications", told(own, on, held), rows.of(own)),
        [
            Answer(
                _where(courses[key[0]], some),
                told(verdict, on, held),
                rows.of(verdict, courses[key[0]], some[0].student_id),
            )
            for key, (verdict, some) in found.items()
        ],
    )


def _holds(member: Member, on: date) -> bool:
    return member.since <= on and (member.until is None or on <= member.until)


def _readable(course_ids: set[UUID], mentor: Mentor, reader: User) -> set[UUID]:
    """Courses whose teams the reader may be told of: for the mentor their own students', else as for shortages."""
    if reader.has_role(OFFICER) or mentor.user_id == reader.pk:
        return course_ids
    return set(readable_courses(reader).filter(pk__in=course_ids).values_list("pk", flat=True))


def _where(course: Course, members: Sequence[Member]) -> str:
    codes = ", ".join(sorted({one.student for one in members}))
    word = "team of student" if len(members) == 1 else "teams of students"
    return (
        f"In the {word} {codes} ({course.title}, {course.institution.short_name or course.institution.name})"
    )


class _Rows:
    """Finds the register's rows behind the references of an answer."""

    def __init__(self, mentor: Mentor, on: date, known_on: date, knowledge: Knowledge, reader: User) -> None:
        self.mentor, self.knowledge, self.reader = mentor, knowledge, reader
        at = evening_of(known_on)
        everybody = list(knowledge.mentors)
        self.qualifications: dict[tuple[str, int], Basis] = {}
        places: dict[UUID, int] = {}
        for row in qualification_rows(everybody, on, at).select_related("mentor"):
            place = places[row.mentor_id] = places.get(row.mentor_id, -1) + 1
            self.qualifications[row.mentor.number, place] = Basis(
                f"Qualification of {row.mentor.full_name}",
                f"{row}, ratified {row.ratified_words}",
                row.known_from.date(),
                row.source,
            )
        remit = known(RemitPeriod.objects.filter(mentor=mentor), at).exclude(since__gt=on)
        self.remit = [
            Basis(
                f"Remit of {mentor.full_name}",
                regions.spoken(regions.mask(row.regions)),
                row.known_from.date(),
                row.source,
            )
            for row in remit.exclude(until__lt=on)
        ]
        self.shortages: Mapping[tuple[UUID, str], Shortage] = {
            (row.course_id, row.name): row
            for row in visible_shortages(reader).filter(course__in=knowledge.shortages)
        }

    def of(
        self, verdict: Verdict, course: Course | None = None, student_id: UUID | None = None
    ) -> list[Basis]:
        """The rows behind one verdict; the remit's where a region was asked for."""
        found = [row for ref in verdict.award.cited if (row := self._one(ref, course, student_id))]
        return found + (self.remit if verdict.holds is not None else [])

    def _one(self, ref: str, course: Course | None, student_id: UUID | None) -> Basis | None:
        kind, _, rest = ref.partition("/")
        if kind == "mentors":
            number, _, place = rest.partition("/qualifications/")
            return self.qualifications.get((number, int(place)))
        if kind == "shortages" and course is not None:
            row = self.shortages.get((course.pk, rest))
            if row is None:
                return None
            return Basis(
                f"Shortage {row.name}",
                f"{row.get_status_display()}, {Period(row.since, row.until).spoken()}",
                row.created_at.date(),
                url=reverse("shortage", args=[row.pk]),
            )
        if kind == "team" and student_id is not None:
            return self._place(UUID(rest), student_id)
        return None

    def _place(self, mentor_id: UUID, student_id: UUID) -> Basis:
        places: Iterable[Member] = self.knowledge.members[student_id]
        place = next(one for one in places if one.mentor_id == mentor_id)
        called = self.knowledge.mentors[mentor_id].called
        return Basis(
            f"{called} in the team of {place.student}", Period(place.since, place.until).spoken(), None
        )
