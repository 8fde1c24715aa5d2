"""What an assessor judges, taken from the frozen version: its clauses, its findings, and where a judgement parts from
the rules. No person and no permission here.
"""

from collections.abc import Iterable, Mapping

from accreditation import scopes
from accreditation.enums import JudgementOutcome as J
from accreditation.models import Judgement, Snapshot, Submission
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


def current(submission: Submission) -> Snapshot | None:
    """The version that is judged: the newest frozen one; None for a submission that was never submitted."""
    newest = submission.snapshots.defer("facts")  # megabytes, which hardly a page or service looks at
    return newest.order_by("-number").first()


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
