"""The kinds of application in words, drawn from the same data that the cases run on: clauses, timeline, documents."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from accreditation import papers, scopes, timelines
from accreditation.enums import Paper, SubmissionKind
from accreditation.rules.clauses import Clause
from accreditation.rules.standards import EDITIONS


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone: who does what, and when, counted from the anchor (empty: at the next meeting, as `what` says)."""

    what: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the list; `required`: a course cannot submit without it."""

    label: str
    required: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of application. `left_out` are clauses that it is not asked about; `published`: the times are CASE's own."""

    code: str
    label: str
    asked: int
    left_out: tuple[Clause, ...]
    names_its_own: bool
    steps: tuple[Step, ...]
    published: bool
    documents: tuple[Document, ...]

    @property
    def required(self) -> int:
        """How many documents must be there before a course can submit."""
        return sum(one.required for one in self.documents)


def kinds() -> Iterator[Kind]:
    """Every kind in the order of the list, as the settings have it now. No query."""
    clauses = EDITIONS[settings.STANDARD].clauses
    for kind in SubmissionKind:
        asked = scopes.default(kind, settings.STANDARD) or [clause.id for clause in clauses]
        timeline = timelines.timeline_of(kind)
        needed = papers.required(kind)
        yield Kind(
            code=kind.value,
            label=str(kind.label),
            asked=len(asked),
            left_out=tuple(clause for clause in clauses if clause.id not in asked),
            names_its_own=kind in scopes.NAMES_ITS_OWN,
            steps=tuple(Step(one.what, one.who, _when(one, timeline.anchor)) for one in timeline.milestones),
            published=timeline.published,
            documents=tuple(
                Document(str(paper.label), paper in needed)
                for paper in Paper
                if paper in papers.EXPECTED[kind] or paper in needed
            ),
        )


def _when(one: timelines.Milestone, anchor: str) -> str:
    """ "2 months before the event", "4 weeks after the submission"; empty where it has no day."""
    if one.months is None and one.days is None:
        return ""
    number, unit = (one.months, "month") if one.months is not None else (one.days or 0, "day")
    if number == 0:
        return f"On the day of the {anchor}"
    if unit == "day" and number % 7 == 0:
        number, unit = number // 7, "week"
    side = "before" if number < 0 else "after"
    return f"{abs(number)} {unit}{'' if abs(number) == 1 else 's'} {side} the {anchor}"
