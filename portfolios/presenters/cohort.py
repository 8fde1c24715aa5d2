"""A course's applicants and students as one list: searched, narrowed, sorted; on the page and in a file alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q

from accreditation.imports.writing import Cell
from accreditation.models import Course
from portfolios.enums import RegistrationStatus, StudentState
from portfolios.models import ExperienceJudgement, Registration, Student
from portfolios.presenters.progress import Progress, cohort_of
from portfolios.presenters.waiting import Wait, longest, waits_of

ORDER = {
    StudentState.ENROLLED: 0, StudentState.INTERRUPTED: 1, StudentState.APPLICANT: 2, StudentState.COMPLETED: 3,
    StudentState.WITHDRAWN: 4, StudentState.REFUSED: 5,
}  # fmt: skip
HEADINGS = (
    "Code", "Name", "Profession", "State", "Cohort", "Applied on", "Enrolled on", "Scans that count", "Hours",
    "Not appraised", "Remit with scans", "Open", "Waits longest for", "Since",
)  # fmt: skip


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

    def cells(self) -> list[Cell]:
        """The same as the page shows, in the order of HEADINGS."""
        one, progress, wait = self.student, self.progress, self.wait
        gaps = [f"{gap.clause} {gap.outcome.plain}" for gap in progress.gaps] if progress else []
        return [
            one.code, one.full_name, one.profession, one.get_state_display(), one.cohort, one.applied_on,
            one.enrolled_on, progress.counted if progress else None, progress.hours if progress else None,
            progress.unappraised if progress else None, self.remit, "; ".join(gaps) or self.to_do,
            f"{wait.who} {wait.what}" if wait else "", wait.since if wait else None,
        ]  # fmt: skip


SORTS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "worst": ("Most serious gaps first", lambda row: row.urgency),
    "name": ("Name", lambda row: row.student.full_name.casefold()),
    "scans": ("Fewest scans", lambda row: row.progress.counted if row.progress else 0),
    "unappraised": ("Most scans not appraised", lambda row: -row.progress.unappraised if row.progress else 0),
    "waiting": ("Longest wait", lambda row: -row.wait.days if row.wait else 0),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to and sorted by; whatever cannot be read is as if it had not been asked."""

    q: str = ""
    state: str = ""
    cohort: str = ""
    sort: str = "worst"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """From the values of an address."""
        state, sort = given.get("state", ""), given.get("sort", "")
        return cls(
            q=given.get("q", "").strip()[:100],
            state=state if state in StudentState.values else "",
            cohort=given.get("cohort", "").strip()[:20],
            sort=sort if sort in SORTS else "worst",
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.q or self.state or self.cohort)

    @property
    def query(self) -> str:
        """The same as the query string of an address."""
        values = {"q": self.q, "state": self.state, "cohort": self.cohort}
        kept = {name: value for name, value in values.items() if value}
        return urlencode(kept | ({"sort": self.sort} if self.sort != "worst" else {}))


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
    first, then = (_group, SORTS[asked.sort][1]) if asked.sort != "name" else (lambda _: 0, SORTS["name"][1])
    rows.sort(key=lambda row: (first(row), then(row), row.student.code))
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
