"""The Committee's decision as pages show it: to the Committee before, to the course and the office afterwards."""

from dataclasses import dataclass

from accreditation.enums import DecisionOutcome, ReportItemKind
from accreditation.models import Condition, Decision, PanelReport, ReportItem, Submission

TO_THE_COURSE: dict[str, str] = {
    DecisionOutcome.ACCREDIT: "CASE has accredited the course.",
    DecisionOutcome.ACCREDIT_WITH_CONDITIONS: "CASE has accredited the course. The conditions below must be met.",
    DecisionOutcome.DEFER: "CASE has deferred its decision. The reasons say what it needs to see.",
    DecisionOutcome.REFUSE: "CASE has not accredited the course.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision with what came of it."""

    decision: Decision
    words: str
    conditions: tuple[Condition, ...]
    recommendations: tuple[ReportItem, ...]
    commendations: tuple[ReportItem, ...]


def outcome_of(submission: Submission) -> Outcome | None:
    """The decision on a submission that holds, None before there is one. Three queries."""
    decision = submission.decisions.filter(superseded=False).select_related("decided_by").first()
    if decision is None:
        return None
    items = ReportItem.objects.filter(report__snapshot=decision.snapshot_id).order_by("number")
    chosen = [item for item in items if item.kind != ReportItemKind.CONDITION]
    return Outcome(
        decision=decision,
        words=TO_THE_COURSE[decision.outcome],
        conditions=tuple(decision.conditions.order_by("number")),
        recommendations=tuple(item for item in chosen if item.kind == ReportItemKind.RECOMMENDATION),
        commendations=tuple(item for item in chosen if item.kind == ReportItemKind.COMMENDATION),
    )


def report_for(submission: Submission) -> PanelReport | None:
    """The panel's report on the newest version, with its signatures."""
    return (
        PanelReport.objects.filter(submission=submission)
        .select_related("snapshot", "lead_signed_by", "co_signed_by")
        .order_by("-snapshot__number")
        .first()
    )
