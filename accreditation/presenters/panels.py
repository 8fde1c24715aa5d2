"""Both judgements side by side, what was agreed, and what the report still wants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from accreditation import judging
from accreditation.enums import JudgementOutcome, PanelRole, ReportItemKind
from accreditation.models import (
    AgreedDraft,
    AgreedJudgement,
    Judgement,
    PanelReport,
    ReportItem,
    Snapshot,
    Submission,
)
from accreditation.rules.clauses import Clause

SHORT = frozenset({JudgementOutcome.NOT_MET, JudgementOutcome.PARTLY_MET})


@dataclass(frozen=True, slots=True)
class Row:
    """One clause for agreeing."""

    clause: Clause
    finding: str
    lead: Judgement | None
    co: Judgement | None
    agreed: AgreedJudgement | None
    url: str
    typed: AgreedDraft | None = None  # what was typed here and is not agreed as it stands

    @property
    def equal(self) -> bool:
        """Whether both judged alike."""
        return self.lead is not None and self.co is not None and self.lead.outcome == self.co.outcome

    @property
    def differs(self) -> bool:
        """Whether what was agreed parts from the rules."""
        return self.agreed is not None and judging.differs(self.agreed.outcome, self.agreed.finding)


def rows(
    snapshot: Snapshot,
    submission: Submission,
    judgements: Iterable[Judgement],
    agreed: Iterable[AgreedJudgement],
    drafts: Mapping[str, AgreedDraft] | None = None,
) -> list[Row]:
    """Every clause: those on which the two part come first, then the standard's order."""
    by_role: dict[tuple[str, str], Judgement] = {}
    for judgement in judgements:
        by_role[judgement.clause, judgement.assignment.role] = judgement
    settled = {row.clause: row for row in agreed}
    findings = judging.findings(snapshot)
    made = [
        Row(
            clause=clause,
            finding=findings.get(clause.id, ""),
            lead=by_role.get((clause.id, PanelRole.LEAD)),
            co=by_role.get((clause.id, PanelRole.CO)),
            agreed=settled.get(clause.id),
            url=reverse("review_agree_clause", args=[submission.pk, clause.id]),
            typed=(drafts or {}).get(clause.id),
        )
        for clause in judging.clauses(snapshot)
    ]
    return sorted(made, key=lambda row: row.equal)


@dataclass(frozen=True, slots=True)
class ReportParts:
    """The entries of a report by kind, and what a careful reader would still ask for."""

    conditions: tuple[ReportItem, ...]
    recommendations: tuple[ReportItem, ...]
    commendations: tuple[ReportItem, ...]
    unanswered: tuple[Clause, ...]

    @property
    def wants_commendation(self) -> bool:
        """CASE asks for at least one, where possible."""
        return not self.commendations


def parts(report: PanelReport, agreed: Iterable[AgreedJudgement]) -> ReportParts:
    """The parts of a report; `unanswered` are clauses not or partly met without a condition or recommendation."""
    by_kind: dict[str, list[ReportItem]] = {kind: [] for kind in ReportItemKind.values}
    for item in report.items.all():
        by_kind[item.kind].append(item)
    for items in by_kind.values():
        items.sort(key=lambda item: item.number)
    named = {
        item.clause
        for kind in (ReportItemKind.CONDITION, ReportItemKind.RECOMMENDATION)
        for item in by_kind[kind]
    }
    short = {row.clause for row in agreed if row.outcome in SHORT} - named
    clauses = judging.clauses(report.snapshot)
    return ReportParts(
        conditions=tuple(by_kind[ReportItemKind.CONDITION]),
        recommendations=tuple(by_kind[ReportItemKind.RECOMMENDATION]),
        commendations=tuple(by_kind[ReportItemKind.COMMENDATION]),
        unanswered=tuple(clause for clause in clauses if clause.id in short),
    )
