"""How far a student has come: the remit by parts with what the rules count, gaps in words, and who is waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils import timezone

from accreditation.facts import gather
from accreditation.models import Course
from accreditation.rules import regions
from accreditation.rules.clauses import SubjectKind
from accreditation.rules.dossier import CourseDossier, StudentDossier
from accreditation.rules.evaluate import evaluate
from accreditation.rules.examinations import judge_for
from accreditation.rules.facts import Assessment, Facts, Scan
from accreditation.rules.findings import Finding, Outcome
from accreditation.rules.standards import EDITIONS
from portfolios import pathologies
from portfolios.models import Portfolio

DONE = (Outcome.MET, Outcome.NOT_APPLICABLE)
BAR, ROW = 410, 66
"""Width of the picture's longest bar and height of one part, in its own units."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the remit: what counts in it, `hours` of it. `width`, `done` (of the appraised) and `y` place its bar."""

    label: str
    scans: int
    appraised: int
    minimum: int | None
    pathologies: str
    different: int
    unseen: bool
    hours: float
    code: str
    width: int = 0
    done: int = 0
    y: int = 0
    minimum_x: int | None = None

    @property
    def short(self) -> bool:
        """Whether the course's own minimum is not reached, or nothing counts yet."""
        return self.scans < (self.minimum or 1)

    @property
    def detail(self) -> str:
        """What else the picture says of it: "64 appraised, 12 pathologies, 36.9 hours, unseen passed"."""
        found = f"{self.different} patholog{'y' if self.different == 1 else 'ies'}"
        unseen = "unseen passed" if self.unseen else "no unseen yet"
        return f"{self.appraised} appraised, {found}, {self.hours:g} hours, {unseen}"


@dataclass(frozen=True, slots=True)
class Examined:
    """What one assessment counts for in one region, as the rules read it (PS2.6)."""

    label: str
    outcome: str
    why: str

    @property
    def words(self) -> str:
        """In words: "Counts for knee"."""
        said = {Outcome.MET: "Counts for", Outcome.JUDGE: "Assessors decide on"}
        return f"{said.get(Outcome(self.outcome), 'Does not count for')} {self.label}"

    @property
    def shown(self) -> str:
        """The state that stands beside the words: an attempt that does not count is no fault."""
        return Outcome.NOT_APPLICABLE.value if self.outcome == Outcome.NOT_MET.value else self.outcome


@dataclass(frozen=True, slots=True)
class Progress:
    """A student's standing on a day, as the rules see it."""

    parts: Sequence[Part]
    counted: int
    appraised: int
    apart: int
    hours: float
    gaps: Sequence[Finding]
    as_of: date
    height: int
    examined: Mapping[str, Sequence[Examined]] = field(default_factory=dict)

    @property
    def unappraised(self) -> int:
        return self.counted - self.appraised

    @property
    def headline(self) -> str:
        """The finding that the picture shows, as its title."""
        if not self.parts:
            return "No remit is agreed yet"
        least = min(self.parts, key=lambda part: part.scans)
        empty = [part.label for part in self.parts if part.scans == 0]
        if empty:
            return f"Nothing counts yet for {' and '.join(empty)}"
        return f"{self.counted} scans count; fewest in {least.label} ({least.scans})"


def progress_of(portfolio: Portfolio, on: date | None = None) -> Progress:
    """A student's progress: the facts of this student only, read by the rules. A constant number of queries."""
    course: Course = portfolio.student.course
    facts = gather(course, on or timezone.localdate(), only=frozenset((portfolio.pk,)))
    return read_progress(facts)[0] if facts.students else _nothing(facts.as_of)


def cohort_of(course: Course, on: date | None = None) -> dict[str, Progress]:
    """Student code → progress, for a whole course in as many queries as for one student."""
    facts = gather(course, on or timezone.localdate())
    return {student.id: found for student, found in zip(facts.students, read_progress(facts), strict=True)}


def read_progress(facts: Facts) -> list[Progress]:
    """The progress of each student in some facts, in their order."""
    edition = EDITIONS[settings.STANDARD]
    report = evaluate(facts, facts_sha256="-")
    gaps: dict[str, list[Finding]] = {student.id: [] for student in facts.students}
    for finding in report:
        if finding.subject.kind == SubjectKind.STUDENT.value and finding.outcome not in DONE:
            gaps[finding.subject.id].append(finding)
    minimums = facts.course.minimum_scans
    return [
        _progress(
            student, dict(minimums), sorted(gaps[student.id], key=lambda gap: gap.outcome.rank), facts.as_of
        )
        for student in CourseDossier(facts, edition).students
    ]


def _progress(
    student: StudentDossier, minimums: dict[str, int], gaps: list[Finding], as_of: date
) -> Progress:
    counted = list(student.counted)
    appraised = [scan for scan in counted if scan.appraised_by and scan.appraised_by != student.id]
    done = {scan.id for scan in appraised}
    attempts = student.student.assessments or ()
    parts = []
    for name in regions.names(student.remit):
        bit = regions.BITS[name]
        here = [scan for scan in counted if scan.regions & bit]
        found = {code for scan in here for code in scan.pathologies if code != "normal"}
        parts.append(
            Part(
                label=regions.LABELS[name],
                scans=len(here),
                appraised=sum(scan.id in done for scan in here),
                minimum=minimums.get(name),
                pathologies=", ".join(label for code, label in pathologies.LABELS.items() if code in found),
                different=len(found),
                unseen=any(judge_for(student, one, bit).outcome is Outcome.MET for one in attempts),
                hours=_hours(here),
                code=name,
            )
        )
    return Progress(
        parts=_drawn(parts),
        counted=len(counted),
        appraised=len(appraised),
        apart=sum(not scan.logged for scan in student.student.scans or ()),
        hours=_hours(counted),
        gaps=gaps,
        as_of=as_of,
        height=ROW * max(1, len(parts)),
        examined={one.id: _examined(student, one) for one in student.student.assessments or ()},
    )


def _hours(scans: Sequence[Scan]) -> float:
    return round(sum(scan.minutes or 0 for scan in scans) / 60, 1)


def _examined(student: StudentDossier, one: Assessment) -> list[Examined]:
    found = []
    for name in one.regions:
        judged = judge_for(student, one, regions.BITS[name])
        why = "by the student’s own mentor as the only assessor" if judged.by_own_mentor else judged.why
        found.append(Examined(regions.LABELS[name], judged.outcome.value, why.removeprefix(f"{one.id}, ")))
    return found


def _drawn(parts: list[Part]) -> list[Part]:
    """Bars on one scale, so that their lengths can be compared."""
    longest = max([1, *(part.scans for part in parts), *(part.minimum or 0 for part in parts)])
    return [
        Part(
            part.label, part.scans, part.appraised, part.minimum, part.pathologies, part.different, part.unseen, part.hours,
            part.code, width=round(BAR * part.scans / longest), done=round(BAR * part.appraised / longest), y=ROW * place,
            minimum_x=None if part.minimum is None else round(BAR * part.minimum / longest),
        )
        for place, part in enumerate(parts)
    ]  # fmt: skip


def _nothing(as_of: date) -> Progress:
    return Progress((), 0, 0, 0, 0.0, (), as_of, 60)
