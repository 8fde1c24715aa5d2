"""A course's applicants and students as one list: searched and narrowed, those with the most serious gaps first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accreditation.models import Course
from portfolios.enums import RegistrationStatus, StudentState
from portfolios.models import ExperienceJudgement, Registration, Student
from portfolios.presenters.progress import Progress, cohort_of
from portfolios.presenters.waiting import Wait, longest, waits_of

ORDER = {
    StudentState.ENROLLED: 0, StudentState.INTERRUPTED: 1, StudentState.APPLICANT: 2, StudentState.COMPLETED: 3,
    StudentState.WITHDRAWN: 4, StudentState.REFUSED: 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list."""

    student: Student
    progress: Progress | None
    waits: Sequence[Wait]
    to_do: str

    @property
    def wait(self) -> Wait | None:
        """What has waited longest."""
        return longest(self.waits)

    @property
    def remit(self) -> str:
        """The parts of the remit with their scans, in words."""
        if self.progress is None:
            return ""
        parts = [f"{part.label.capitalize()} {part.scans}" for part in self.progress.parts]
        return ", ".join(parts) or "No remit agreed"

    @property
    def urgency(self) -> tuple[int, int]:
        """Worst first: the rank of the gravest gap, then how many there are."""
        if self.progress is None:
            return (9, 0)
        gaps = self.progress.gaps
        return (min((gap.outcome.rank for gap in gaps), default=8), -len(gaps))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; whatever cannot be read is as if it had not been asked."""

    q: str = ""
    state: str = ""
    cohort: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """From the values of an address."""
        state = given.get("state", "")
        return cls(
            q=given.get("q", "").strip()[:100],
            state=state if state in StudentState.values else "",
            cohort=given.get("cohort", "").strip()[:20],
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.q or self.state or self.cohort)


@dataclass(frozen=True, slots=True)
class Cohort:
    """The list with what it can be narrowed to: (code, words, number) for states, and the cohorts there are."""

    rows: Sequence[Row]
    states: Sequence[tuple[str, str, int]]
    cohorts: Sequence[str]
    everybody: int
    with_gaps: int
    progress: Mapping[str, Progress] = field(default_factory=dict)


def cohort_list(course: Course, asked: Asked) -> Cohort:
    """The people of a course as asked for; a number of queries that does not depend on how many there are."""
    looked_up = Registration.objects.filter(student=OuterRef("pk"), status=RegistrationStatus.ACTIVE)
    whole = list(
        Student.objects.filter(course=course).annotate(
            looked_up=Exists(looked_up),
            judged=Exists(ExperienceJudgement.objects.filter(student=OuterRef("pk"))),
        )
    )
    found = {one.pk for one in _searched(course, asked.q)} if asked.q else {one.pk for one in whole}
    chosen = [
        one
        for one in whole
        if one.pk in found and asked.state in ("", one.state) and asked.cohort in ("", one.cohort)
    ]
    progress, waits = cohort_of(course), waits_of([one.pk for one in chosen])
    rows = [Row(one, progress.get(one.code), waits.get(one.pk, ()), _to_do(one)) for one in chosen]
    rows.sort(key=lambda row: (_group(row), row.urgency, row.student.code))
    counts = {state: sum(one.state == state for one in whole) for state in StudentState.values}
    return Cohort(
        rows=rows,
        states=[(state, label, counts[state]) for state, label in StudentState.choices if counts[state]],
        cohorts=sorted({one.cohort for one in whole if one.cohort}, reverse=True),
        everybody=len(whole),
        with_gaps=sum(bool(row.to_do or (row.progress and row.progress.gaps)) for row in rows),
        progress=progress,
    )


def _group(row: Row) -> int:
    return ORDER[StudentState(row.student.state)]


def _searched(course: Course, words: str) -> list[Student]:
    rows = Student.objects.filter(course=course)
    for word in words.split():
        number = Registration.objects.filter(student=OuterRef("pk"), number__icontains=word)
        rows = rows.filter(
            Q(full_name__icontains=word)
            | Q(code__iexact=word)
            | Q(profession__icontains=word)
            | Exists(number)
        )
    return list(rows.only("pk"))


def _to_do(student: Any) -> str:
    """What an application waits for, in words; empty where it has been decided."""
    if student.state != StudentState.APPLICANT:
        return ""
    steps = [] if student.looked_up else ["the register was not looked up, or showed no active entry"]
    steps += [] if student.judged else ["the experience is not judged"]
    return " and ".join(steps).capitalize() or "Ready to be decided"
