"""The Committee's decision: recorded by the chair, once, with the conditions it sets and the letters it promises."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accreditation.committee import meeting_for, minutes
from accreditation.enums import (
    TELLS_DECISION,
    DecisionOutcome,
    InvitationState,
    NoteKind,
    PanelRole,
    ReportItemKind,
    SubmissionState,
)
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import (
    ISSUED,
    Condition,
    Decision,
    Judgement,
    Meeting,
    PanelReport,
    Snapshot,
    Submission,
    User,
)
from accreditation.permissions import check_decide, need_role
from accreditation.report_steps import decide_refusal
from accreditation.roles import CHAIR, OFFICER
from accreditation.rules import capsule
from accreditation.rules.dates import spoken
from accreditation.rules.facts_writing import sha256
from accreditation.services import telling
from accreditation.services.cases import locked, move, note, words
from accreditation.services.letters import queue_letters
from accreditation.services.reports import report_of
from accreditation.services.reviews import snapshot_of

WITH_PERIOD = frozenset({DecisionOutcome.ACCREDIT, DecisionOutcome.ACCREDIT_WITH_CONDITIONS})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A decision as typed, checked and cleaned, before it is recorded."""

    outcome: str
    reasons: str
    period_from: date | None
    period_to: date | None
    signed_name: str


def propose(
    *,
    report: PanelReport,
    outcome: str,
    reasons: str,
    period_from: date | None,
    period_to: date | None,
    signed_name: str,
    waives: bool = False,
) -> Proposed:
    """Checks that a decision holds together; changes nothing. Raises `Invalid` with a sentence for each field.

    Accredit with conditions needs a condition in the report, accredit needs that there is none (`waives`: a decision that
    supersedes another may drop them); both have a period, defer and refuse have none.
    """
    problems: dict[str, list[str]] = {}
    conditions = report.items.filter(kind=ReportItemKind.CONDITION).count()
    if outcome not in DecisionOutcome.values:
        problems["outcome"] = ["Choose what the Committee decided."]
    elif outcome == DecisionOutcome.ACCREDIT_WITH_CONDITIONS and not conditions:
        problems["outcome"] = [
            "The report has no condition. Choose “Accredited”, or send it back to the panel."
        ]
    elif outcome == DecisionOutcome.ACCREDIT and conditions and not waives:
        problems["outcome"] = [
            f"The report has {conditions} condition{'' if conditions == 1 else 's'}. Choose “Accredited with "
            "conditions”, or send it back to the panel."
        ]
    if outcome in WITH_PERIOD:
        if period_from is None:
            problems["period_from"] = ["Enter the first day of the accreditation."]
        if period_to is None:
            problems["period_to"] = ["Enter the last day of the accreditation."]
        elif period_from and period_to <= period_from:
            problems["period_to"] = [f"The last day must be after the first, {spoken(period_from)}."]
    elif outcome in DecisionOutcome.values and (period_from or period_to):
        problems["period_from"] = [
            "There is no period when a decision is deferred or accreditation is refused."
        ]
    if not reasons.strip():
        problems["reasons"] = ["Give the Committee’s reasons: they stand in the letter."]
    if len(signed_name.strip()) < 3:
        problems["signed_name"] = ["Type your name: it is your signature."]
    if problems:
        raise Invalid(problems)
    return Proposed(
        outcome=outcome,
        reasons=words("reasons", reasons, limit=10_000),
        period_from=period_from,
        period_to=period_to,
        signed_name=words("signed_name", signed_name, limit=150),
    )


@transaction.atomic
def decide(
    *,
    by: User,
    submission_id: UUID | str,
    outcome: str,
    reasons: str,
    period_from: date | None,
    period_to: date | None,
    signed_name: str,
    meeting_id: UUID | str | None = None,
    seen_state: str = "",
) -> Decision:
    """Records the Committee's decision on a reported submission: once, however often and by how many it is pressed.

    It was taken at the meeting named; without a name, at the last one on whose agenda the case stands.

    In one transaction: the decision with its capsule, its conditions as the report has them, the letters' frozen
    content and promises, the move `decide`, the event. Raises `NotNow` (who decided what, when, if it was decided
    already; while the report's steps are open; on no agenda; without a quorum), `NotAllowed`, `Invalid`.
    """
    submission = locked(submission_id)
    if submission.state == SubmissionState.DECIDED and (known := current_decision(submission)):
        need_role(by, CHAIR)
        raise NotNow(already(known))
    if seen_state and submission.state != seen_state:
        submission = locked(submission_id, seen_state=seen_state)  # says what moved on
    check_decide(by, submission)
    report = report_of(submission)
    proposed = propose(
        report=report,
        outcome=outcome,
        reasons=reasons,
        period_from=period_from,
        period_to=period_to,
        signed_name=signed_name,
    )
    if reason := decide_refusal(submission, report):
        raise NotNow(reason)
    meeting = meeting_for(submission, meeting_id)
    try:
        with transaction.atomic():
            decision = written(submission, snapshot_of(submission), proposed, meeting, by=by)
    except IntegrityError as twice:
        standing = current_decision(submission)
        raise NotNow(already(standing) if standing else "This was decided already.") from twice
    set_conditions(decision, report)
    keep_capsule(decision)
    telling.decided(decision, by=by)
    # Letters before the move: who queues letters takes the lock on their numbers first and that on the audit trail after.
    letters = queue_letters(decision=decision, by=by)
    move(
        submission,
        "decide",
        by=by,
        payload={
            "decision": decision.pk,
            "outcome": decision.outcome,
            "letters": [letter.number for letter in letters],
            **sums_of(decision),
        },
    )
    return decision


@transaction.atomic
def send_back(*, by: User, submission_id: UUID | str, reason: str, seen_state: str = "") -> Submission:
    """Chair or officer gives a report back to its panel with a reason; the signatures go, everything else stays.

    Raises `NotAllowed`, `NotNow`, `Invalid` without a reason.
    """
    submission = locked(submission_id, seen_state=seen_state)
    need_role(by, CHAIR, OFFICER)
    if not by.has_role(OFFICER):
        check_decide(by, submission)
    reason = words("reason", reason, limit=5000, needed="Tell the panel why, and what to change.")
    report = report_of(submission)
    move(submission, "send_back", by=by)
    report.unsign()
    report.save()
    note(submission, NoteKind.SENT_BACK, reason, by=by)
    telling.sent_back(submission, by=by)
    return submission


def current_decision(submission: Submission) -> Decision | None:
    """The decision that holds, None before there is one."""
    return submission.decisions.filter(superseded=False).select_related("decided_by").first()


def already(decision: Decision) -> str:
    """Who decided what and when, for somebody whose decision comes too late."""
    when = timezone.localtime(decision.created_at)
    return (
        f"This was decided already: “{decision.get_outcome_display()}”, recorded by {decision.decided_by.full_name} on "
        f"{spoken(when.date())} at {when:%H:%M}. Nothing was changed."
    )


def written(
    submission: Submission,
    snapshot: Snapshot,
    proposed: Proposed,
    meeting: Meeting,
    *,
    by: User,
    supersedes: Decision | None = None,
) -> Decision:
    """The row of a decision as it was proposed, with the minutes of its meeting. Raises `IntegrityError` where another one
    holds.
    """
    return Decision.objects.create(
        submission=submission,
        snapshot=snapshot,
        decided_by=by,
        supersedes=supersedes,
        outcome=proposed.outcome,
        reasons=proposed.reasons,
        period_from=proposed.period_from,
        period_to=proposed.period_to,
        decided_on=meeting.held_on,
        meeting=meeting,
        minutes=minutes(meeting, submission),
        signed_name=proposed.signed_name,
    )


def keep_capsule(decision: Decision) -> None:
    """Keeps with a decision, whose conditions are set, what it takes to replay it."""
    decision.capsule = capsule_of(decision)
    decision.capsule_sha256 = decision.capsule["sha256"]
    decision.save(update_fields=["capsule", "capsule_sha256"])


def sums_of(decision: Decision) -> dict[str, str]:
    """What the audit trail keeps of a decision: the sums of its own words, of its conditions and of its capsule."""
    words = {
        "submission": decision.submission.reference,
        "snapshot": decision.snapshot.sha256,
        "outcome": str(decision.outcome),
        "reasons": decision.reasons,
        "period": [day.isoformat() if day else "" for day in (decision.period_from, decision.period_to)],
        "decided_on": decision.decided_on.isoformat(),
        "signed_name": decision.signed_name,
    }
    rows = decision.conditions.order_by("number").values_list("number", "clause", "text", "satisfied_when")
    return {
        "sha256": sha256(words),
        "conditions_sha256": sha256([list(row) for row in rows]),
        "capsule_sha256": decision.capsule_sha256,
    }


def capsule_of(decision: Decision) -> dict[str, Any]:
    """Everything the decision rests on, as `rules.capsule` makes it: facts and report as frozen, the files' sums, what each
    assessor judged and what they agreed. Comments for CASE only stay out of it.
    """
    snapshot = decision.snapshot
    alone = Judgement.objects.filter(
        assignment__submission=decision.submission, assignment__state=InvitationState.ACCEPTED
    ).exclude(assignment__role=PanelRole.SHADOW)
    rows = alone.select_related("assignment__user").order_by("clause", "-assignment__role")
    judgements = [
        {
            "clause": row.clause,
            "by": row.assignment.user.full_name,
            "role": row.assignment.role,
            "outcome": row.outcome,
            "finding": row.finding,
            "reason": row.reason,
        }
        for row in rows
    ]
    judgements += [
        {
            "clause": agreed.clause,
            "by": "panel",
            "role": "agreed",
            "outcome": agreed.outcome,
            "finding": agreed.finding,
            "reason": agreed.reason,
        }
        for agreed in snapshot.agreed_judgements.order_by("clause")
    ]
    return capsule.make(
        facts=snapshot.facts, report=snapshot.report, evidence=snapshot.files, judgements=judgements
    )


def capsule_file(decision: Decision) -> dict[str, Any]:
    """The decision's capsule as it is handed out: as frozen, with the sum of the decision letter once that is built."""
    frozen: dict[str, Any] = decision.capsule or {}
    letter = decision.letters.filter(ISSUED, kind__in=TELLS_DECISION, superseded=False).first()
    if letter is None or not frozen:
        return frozen
    kept = {name: frozen[name] for name in ("facts", "report", "evidence", "judgements")}
    return capsule.make(**kept, letter_sha256=letter.sha256)


def set_conditions(decision: Decision, report: PanelReport) -> None:
    """The conditions of a decision, as the panel's report has them."""
    if decision.outcome != DecisionOutcome.ACCREDIT_WITH_CONDITIONS:
        return
    for item in report.items.filter(kind=ReportItemKind.CONDITION).order_by("number"):
        assert item.due_on is not None  # noqa: S101 (the database's own constraint)
        Condition.objects.create(
            decision=decision,
            number=item.number,
            clause=item.clause,
            text=item.text,
            satisfied_when=item.satisfied_when,
            due_on=item.due_on,
            rules_decide=item.rules_decide,
        )
