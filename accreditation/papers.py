"""The documents that a submission has, by kind of application: data. What a file of the library is, its uploader says.

Which of them must be there before a course can submit is `settings.REQUIRED_PAPERS` ({kind: [codes]}; "all" for every
kind): CASE names the mapping tables; the rest is custom, and no list is published. Required by default: none.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from accreditation.enums import Paper
from accreditation.enums import SubmissionKind as K
from accreditation.models import Submission

MAPPINGS = (Paper.MAPPING_OUTCOMES, Paper.MAPPING_STANDARDS)
FULL = (
    *MAPPINGS,
    Paper.PROGRAMME_SPECIFICATION,
    Paper.MODULE_SPECIFICATIONS,
    Paper.HANDBOOKS,
    Paper.PORTFOLIO_TEMPLATE,
    Paper.EXTERNAL_EXAMINER,
    Paper.CVS,
    Paper.PLACEMENT_AUDIT,
    Paper.MENTOR_LIST,
)
EXPECTED: dict[str, tuple[Paper, ...]] = {
    K.NEW: tuple(paper for paper in FULL if paper != Paper.EXTERNAL_EXAMINER),
    K.REACCREDITATION: FULL,
    K.FOCUSED: (
        *MAPPINGS,
        Paper.PROGRAMME_SPECIFICATION,
        Paper.HANDBOOKS,
        Paper.PORTFOLIO_TEMPLATE,
        Paper.CVS,
        Paper.MENTOR_LIST,
    ),
    K.MODULE: (*MAPPINGS, Paper.MODULE_SPECIFICATIONS, Paper.PORTFOLIO_TEMPLATE, Paper.MENTOR_LIST),
    K.MAJOR_CHANGE: (*MAPPINGS, Paper.PROGRAMME_SPECIFICATION, Paper.MODULE_SPECIFICATIONS),
    K.MINOR_CHANGE: (Paper.PROGRAMME_SPECIFICATION,),
    K.INTERIM: (Paper.EXTERNAL_EXAMINER, Paper.PLACEMENT_AUDIT, Paper.MENTOR_LIST),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One document of the list: whether it is there, and whether the course can submit without it."""

    label: str
    there: bool
    required: bool


def required(kind: str) -> frozenset[str]:
    """The codes of the documents without which an application of this kind cannot be submitted."""
    told = settings.REQUIRED_PAPERS
    return frozenset((*told.get("all", ()), *told.get(str(kind), ())))


def listed(submission: Submission) -> list[Line]:
    """The documents of the submission's kind and those that are required, in order. One query."""
    needed = required(submission.kind)
    wanted = [paper for paper in Paper if paper in EXPECTED[submission.kind] or paper in needed]
    there = _there(submission)
    return [Line(str(paper.label), paper.value in there, paper.value in needed) for paper in wanted]


def missing(submission: Submission) -> list[str]:
    """A sentence for each required document that is not in the library."""
    needed = required(submission.kind)
    if not needed:
        return []
    return [f"{label} is missing" for label in _labels(needed - _there(submission))]


def _there(submission: Submission) -> set[str]:
    rows = submission.evidence.filter(removed_at__isnull=True, replaced_by__isnull=True)
    return {paper for paper in rows.values_list("paper", flat=True) if paper}


def _labels(codes: Iterable[str]) -> list[str]:
    return [str(paper.label) for paper in Paper if paper.value in codes]
