"""A decision corrected in the open: recalled while its letter is not issued, superseded with a reason afterwards."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from accreditation import audit, mail, policies
from accreditation.committee import meeting_for
from accreditation.enums import (
    BuildState,
    ConditionState,
    DecisionOutcome,
    LetterKind,
    NoteKind,
    ReportItemKind,
    SubmissionState,
)
from accreditation.exceptions import NotNow
from accreditation.models import Decision, Letter, PanelReport, Submission, User
from accreditation.permissions import check_chair
from accreditation.services import telling
from accreditation.services.cases import locked, move, note, words
from accreditation.services.decisions import (
    current_decision,
    keep_capsule,
    propose,
    set_conditions,
    sums_of,
    written,
)
from accreditation.services.letters import queue_conditions_met, queue_letters, withdraw_letters


def check_correct(user: User, submission: Submission) -> None:
    """The chair, who neither assessed nor teaches nor has a conflict, corrects a decided case's decision."""
    check_chair(user, submission)
    if reason := policies.move_refusal(submission, "recall"):
        raise NotNow(reason)


@transaction.atomic
def recall(*, by: User, submission_id: UUID | str, reason: str, seen_decision: str = "") -> Submission:
    """Takes back a decision whose letter is not issued yet: the case is before the Committee again, the letters are never
    built, the row stays with its reason.

    Raises `NotAllowed` for anybody but the chair, `NotNow` once the decision letter is built, `Invalid` without a reason.
    """
    submission = locked(submission_id)
    check_correct(by, submission)
    decision = _seen(submission, seen_decision)
    reason = words("reason", reason, limit=2000, needed="Say why the decision is recalled.")
    withdraw_letters(decision=decision, reason=reason, by=by, only_unissued=True)
    decision.superseded, decision.supersession_reason = True, reason
    decision.save(update_fields=["superseded", "supersession_reason"])
    try:
        with transaction.atomic():
            move(submission, "recall", by=by, payload={"decision": decision.pk})
    except IntegrityError as other:
        raise NotNow(
            "The course has begun another submission since, and can have one at a time: supersede the decision instead. "
            "Nothing was changed."
        ) from other
    note(submission, NoteKind.RECALLED, reason, by=by)
    return submission


@transaction.atomic
def supersede(
    *,
    by: User,
    submission_id: UUID | str,
    reason: str,
    outcome: str,
    reasons: str,
    period_from: date | None,
    period_to: date | None,
    signed_name: str,
    meeting_id: UUID | str | None = None,
    seen_decision: str = "",
) -> Decision:
    """Records a decision in the place of the one that holds, with the reason for it; the old row and its letters stay,
    marked as superseded, and the directory follows.

    Conditions that the old decision set go on with their answers where the new one has conditions too; where it has none,
    they stay with the old row. A correction of what was decided can name the same meeting again. Raises `NotAllowed`,
    `NotNow` (also where somebody superseded it meanwhile, or without a meeting or a quorum), `Invalid`.
    """
    submission = locked(submission_id)
    check_correct(by, submission)
    old = _seen(submission, seen_decision)
    reason = words(
        "reason", reason, limit=2000, needed="Say why the decision is superseded: the new letter quotes it."
    )
    report = PanelReport.objects.get(snapshot=old.snapshot_id)
    proposed = propose(
        report=report,
        outcome=outcome,
        reasons=reasons,
        period_from=period_from,
        period_to=period_to,
        signed_name=signed_name,
        waives=True,
    )
    meeting = meeting_for(submission, meeting_id)
    # The letters' rows before anything else: whoever builds one holds its row, and then wants the audit trail.
    unissued = [
        letter.pk
        for letter in Letter.objects.select_for_update(of=("self",)).filter(decision=old)
        if letter.state != BuildState.BUILT
    ]
    old.superseded, old.supersession_reason = True, reason
    old.save(update_fields=["superseded", "supersession_reason"])
    new = written(submission, old.snapshot, proposed, meeting, by=by, supersedes=old)
    with_conditions = new.outcome == DecisionOutcome.ACCREDIT_WITH_CONDITIONS
    if with_conditions and not old.conditions.update(decision=new):
        set_conditions(new, report)
    keep_capsule(new)
    telling.decided(new, by=by)
    # All letters before the events: their numbers' lock is taken first, that of the audit trail after.
    letters = queue_letters(decision=new, by=by)
    had_closing = Letter.objects.filter(
        decision=old, kind=LetterKind.CONDITIONS_MET, superseded=False
    ).exists()
    if (
        had_closing
        and new.conditions.exists()
        and not new.conditions.exclude(state=ConditionState.CLOSED).exists()
    ):
        queue_conditions_met(decision=new, by=by)
    withdraw_letters(decision=old, reason=reason, by=by)
    Letter.objects.filter(pk__in=unissued).update(
        state=BuildState.FAILED, failure="It was replaced before it was issued."
    )
    submission.version += 1
    submission.save(update_fields=["version", "updated_at"])
    audit.record(
        "decision.superseded",
        by=by,
        obj=submission,
        payload={
            "decision": new.pk,
            "outcome": new.outcome,
            "supersedes": old.pk,
            "letters": [letter.number for letter in letters],
            **sums_of(new),
        },
    )
    mail.settle_done(submission)
    return new


def proposable(decision: Decision) -> int:
    """How many conditions a decision that supersedes this one would have, if it had any."""
    return (
        decision.conditions.count()
        or PanelReport.objects.get(snapshot=decision.snapshot_id)
        .items.filter(kind=ReportItemKind.CONDITION)
        .count()
    )


def _seen(submission: Submission, seen: str) -> Decision:
    decision = current_decision(submission)
    if decision is None or submission.state != SubmissionState.DECIDED:
        raise NotNow("There is no decision to correct. Nothing was changed.")
    if seen and str(decision.pk) != seen:
        raise NotNow(
            "The decision was superseded meanwhile. Look at the one that holds now. Nothing was changed."
        )
    return decision
