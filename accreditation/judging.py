"""What an assessor judges, taken from the frozen version: its clauses, its findings, and where a judgement parts from
the rules. No person and no permission here.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from accreditation import scopes
from accreditation.enums import JudgementOutcome as J
from accreditation.models import Judgement, Snapshot, Submission
from accreditation.repeated import repeated_things
from accreditation.rules.clauses import Clause, Edition
from accreditation.rules.findings import Outcome
from accreditation.rules.standards import EDITIONS

IN_LINE: Mapping[str, frozenset[str]] = {
    Outcome.MET: frozenset({J.MET}),
    Outcome.NOT_MET: frozenset({J.NOT_MET, J.PARTLY_MET}),
    Outcome.MISSING: frozenset({J.NOT_MET, J.PARTLY_MET}),
    Outcome.NOT_APPLICABLE: frozenset({J.NOT_APPLICABLE}),
}
"""Judgements that agree with a finding. One that leaves the matter to the assessor, or only advises, agrees with all."""


def differs(outcome: str | None, finding: str) -> bool:
    """Whether a judgement parts from the rules' finding, so that a reason is needed. No judgement yet: no."""
    return bool(outcome) and finding in IN_LINE and outcome not in IN_LINE[finding]


def is_whole(judgement: Judgement) -> bool:
    """Whether a clause is judged: an outcome, and a reason where it parts from the rules."""
    return bool(judgement.outcome) and not (
        differs(judgement.outcome, judgement.finding) and not judgement.reason.strip()
    )


def current(submission: Submission, *, facts: bool = False) -> Snapshot | None:
    """The version that is judged: the newest frozen one; None for a submission that was never submitted.

    Without `facts` these are left in the database: megabytes, which hardly a page or service looks at.
    """
    found = (_newest_with_facts if facts else _newest)(submission.pk)
    for snapshot in found:
        snapshot.submission = submission
    return found[0] if found else None


@repeated_things
def _newest(submission: UUID) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(submission=submission).defer("facts").order_by("-number")[:1]


@repeated_things
def _newest_with_facts(submission: UUID) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(submission=submission).order_by("-number")[:1]


def edition(snapshot: Snapshot) -> Edition:
    """The edition of the standard that a version was submitted under."""
    return EDITIONS[snapshot.edition]


def clauses(snapshot: Snapshot) -> tuple[Clause, ...]:
    """The clauses to be judged, in the standard's order: those that the application was asked about."""
    return scopes.clauses(snapshot)


def findings(snapshot: Snapshot) -> dict[str, str]:
    """Clause id → the rules' outcome (`rules.findings.Outcome`), as frozen with the version."""
    asked = {clause.id for clause in clauses(snapshot)}
    entries = snapshot.report.get("clauses", ())
    return {entry["clause"]: entry["outcome"] for entry in entries if entry["clause"] in asked}


def unjudged(snapshot: Snapshot, judgements: Iterable[Judgement]) -> list[str]:
    """Ids of the clauses that a set of one assessor's judgements leaves open, in order."""
    whole = {judgement.clause for judgement in judgements if is_whole(judgement)}
    return [clause.id for clause in clauses(snapshot) if clause.id not in whole]
