"""Results of a cohort as one table, and awards with what each of their dates means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accreditation.models import Course, Module
from accreditation.rules import regions
from portfolios.enums import AwardKind, ResultOutcome
from portfolios.models import Portfolio, Result, Student, StudentAward
from portfolios.presenters.progress import Progress
from portfolios.services.results import cell_name

CHOICES = [("", "No result yet"), *ResultOutcome.choices]


@dataclass(frozen=True, slots=True)
class Cell:
    """A student's place in a module: a result that stands, or a choice. `chosen`, `problems`: of a form that came back."""

    name: str
    label: str
    result: Result | None
    chosen: str
    problems: Sequence[str]
    own: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One student's results."""

    student: Student
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The results of a course's enrolled people: `open`: how many cells have none."""

    modules: Sequence[Module]
    lines: Sequence[Line]
    cohorts: Sequence[str]
    cohort: str
    open: int


def table_of(
    course: Course,
    cohort: str,
    own: object,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, Sequence[str]] | None = None,
) -> Table:
    """Everybody who is or was on the course, of one cohort or all: four queries. `own`: the key of whoever looks."""
    modules = list(course.modules.order_by("code"))
    people = Student.objects.filter(course=course).exclude(enrolled_on=None)
    cohorts = sorted(set(people.values_list("cohort", flat=True)) - {""}, reverse=True)
    chosen = people.filter(cohort=cohort) if cohort in cohorts else people
    given = {
        (one.student_id, one.module_id): one
        for one in Result.objects.filter(Q(student__in=chosen.values("pk"))).select_related("module")
    }
    lines = []
    for student in chosen.order_by("full_name", "code"):
        cells = []
        for module in modules:
            name = cell_name((student.pk, module.pk))
            cells.append(
                Cell(
                    name=name,
                    label=f"{student.full_name}, {module.code}",
                    result=given.get((student.pk, module.pk)),
                    chosen=(typed or {}).get(name, ""),
                    problems=(problems or {}).get(name, ()),
                    own=student.user_id == own,
                )
            )
        lines.append(Line(student, cells))
    number = sum(cell.result is None for line in lines for cell in line.cells)
    return Table(modules, lines, cohorts, cohort if cohort in cohorts else "", number)


@dataclass(frozen=True, slots=True)
class Awarded:
    """An award, with the regions that its ratification releases, in words."""

    award: StudentAward
    covers: str

    @property
    def lacks_dates(self) -> bool:
        """Whether a date is still to come."""
        return None in (self.award.ratified_on, self.award.published_on, self.award.conferred_on)


def awards_of(student: Student, progress: Progress) -> list[Awarded]:
    """The awards that stand: an interim one releases the regions it names, a final one the whole agreed remit (PS4.1)."""
    remit = _joined([one.label for one in progress.parts])
    return [
        Awarded(
            one,
            (remit or "nothing yet: no remit is agreed")
            if one.kind == AwardKind.FINAL
            else regions.spoken(regions.mask(one.regions)),
        )
        for one in student.awards.all()
    ]


def _joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def corrected_results(student: Student) -> list[Result]:
    """Results that were taken back, newest first."""
    rows = Result.whole.filter(student=student, taken_back_at__isnull=False)
    return list(rows.select_related("module", "taken_back_by").order_by("-taken_back_at"))


def corrected_awards(student: Student) -> list[StudentAward]:
    """Awards that were taken back, newest first."""
    rows = StudentAward.whole.filter(student=student, taken_back_at__isnull=False)
    return list(rows.select_related("taken_back_by").order_by("-taken_back_at"))


def portfolio_of(student: Student) -> Portfolio | None:
    """The student's portfolio, from enrolment on."""
    return getattr(student, "portfolio", None)
