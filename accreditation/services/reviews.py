"""The panel's work up to the moment when both assessors have judged: invitations, answers, judgements, finishing."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accreditation import audit, grants, judging, mail
from accreditation.enums import InvitationState, JudgementOutcome, NoteKind, PanelRole, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import Assignment, Judgement, PanelReport, Snapshot, Submission, User
from accreditation.permissions import check_assign, check_judge, need_role
from accreditation.review_selectors import COUNTED, LIVE, place_refusal, start_refusal
from accreditation.roles import ASSESSOR, OFFICER
from accreditation.services import telling
from accreditation.services.cases import locked, move, note, words
from accreditation.services.conflicts import Declared, note_conflicts, remove_place

OPEN_TO_PANELS = (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)


@transaction.atomic
def assign(
    *, by: User, submission_id: UUID | str, user_id: UUID | str, role: str, due_on: date | None = None
) -> Assignment:
    """An officer invites an assessor to a panel; the same invitation again returns the one that stands.

    Raises `NotAllowed`; `NotNow` outside submitted and in assessment, or where the place is taken; `Invalid` ("user") with
    the reason for which the person cannot be chosen.
    """
    submission = locked(submission_id)
    check_assign(by, submission)
    if role not in PanelRole.values:
        raise Invalid({"role": ["Choose lead, co- or shadow assessor."]})
    if submission.state not in OPEN_TO_PANELS:
        raise NotNow(
            f"Assessors are invited while a submission is submitted or in assessment; {submission.reference} "
            f"is now “{submission.get_state_display()}”."
        )
    user = User.objects.get(pk=user_id)
    standing = submission.assignments.filter(user=user, state__in=LIVE, role=role).first()
    if standing is not None:
        return standing
    if role in COUNTED:
        taken = submission.assignments.filter(role=role, state__in=LIVE).select_related("user").first()
        if taken is not None:
            raise NotNow(f"{taken.user.full_name} is the {taken.get_role_display().lower()} already.")
    if refusal := place_refusal(user, submission):
        raise Invalid({"user": [f"{user.full_name} cannot be chosen: {refusal}"]})
    place = Assignment.objects.create(
        submission=submission,
        user=user,
        role=role,
        assigned_by=by,
        due_on=due_on,
        asks_course=settings.COURSE_DECLARES,
    )
    audit.record("panel.invited", by=by, obj=submission, payload=_about(place))
    mail.settle_done(submission)
    telling.invited(place)
    if place.asks_course:
        telling.course_asked(place, submission)
    return place


@transaction.atomic
def answer_invitation(
    *,
    by: User,
    assignment_id: UUID | str,
    accept: bool,
    reason: str = "",
    conflicts: Iterable[Declared] = (),
) -> Assignment:
    """The invited assessor accepts, declaring conflicts of interest or none, or declines with a reason.

    A declared conflict keeps every document shut until an officer has decided about it; so does a course that has not
    declared yet, where it is asked (`declarations`). Raises `NotAllowed` for
    somebody else's invitation, `NotNow` where it was answered or the case is over, `Invalid` without a reason to decline.
    """
    found = Assignment.objects.select_related("user").get(pk=assignment_id)
    submission = locked(found.submission_id)
    place = Assignment.objects.select_related("user").get(pk=assignment_id)
    if place.user_id != by.pk:
        raise NotAllowed("This invitation is addressed to somebody else.")
    need_role(by, ASSESSOR)
    answer = InvitationState.ACCEPTED if accept else InvitationState.DECLINED
    if place.state == answer or (accept and place.state == InvitationState.WAITING):
        return place
    if place.state != InvitationState.INVITED:
        raise NotNow(
            f"This invitation is “{place.get_state_display()}” and can no longer be answered. Nothing was changed."
        )
    if submission.state in (SubmissionState.DECIDED, SubmissionState.WITHDRAWN):
        raise NotNow(
            f"{submission.reference} is “{submission.get_state_display()}”: no assessor is needed any more."
        )
    needed = "" if accept else "Give a reason, so that the office can ask somebody else."
    place.reason = "" if accept else words("reason", reason, limit=2000, needed=needed)
    waits = accept and place.asks_course and place.course_declared_at is None
    place.state, place.answered_at = InvitationState.WAITING if waits else answer, timezone.now()
    place.save(update_fields=["state", "reason", "answered_at"])
    audit.record(
        "panel.accepted" if accept else "panel.declined", by=by, obj=submission, payload=_about(place)
    )
    mail.settle_done(submission)
    note_conflicts(submission, by, conflicts, by=by)
    grants.sync_submission(submission)
    telling.answered(place, submission)
    return place


@transaction.atomic
def remove_member(*, by: User, assignment_id: UUID | str, reason: str) -> Assignment:
    """An officer ends a place on a panel, with a reason; see `conflicts.remove_place` for what that undoes.

    Raises `NotAllowed`, `NotNow` after the decision or where the place has ended, `Invalid` without a reason.
    """
    need_role(by, OFFICER)
    submission = locked(Assignment.objects.get(pk=assignment_id).submission_id)
    place = Assignment.objects.select_related("user").get(pk=assignment_id)
    reason = words("reason", reason, limit=2000, needed="Give the reason for the removal.")
    if place.state not in LIVE:
        raise NotNow(f"{place.user.full_name} is no longer on this panel. Nothing was changed.")
    if submission.state in (SubmissionState.DECIDED, SubmissionState.WITHDRAWN):
        raise NotNow(
            f"{submission.reference} is “{submission.get_state_display()}”: its panel stays as it is."
        )
    remove_place(place, submission, by=by, reason=reason)
    return place


@transaction.atomic
def start_assessment(*, by: User, submission_id: UUID | str, seen_state: str = "") -> Submission:
    """An officer starts the assessment. Raises `NotNow` until lead and co-assessor have accepted, free of conflicts."""
    submission = locked(submission_id, seen_state=seen_state)
    need_role(by, OFFICER)
    if submission.state == SubmissionState.SUBMITTED and (reason := start_refusal(submission)):
        raise NotNow(reason)
    move(submission, "start_assessment", by=by)
    telling.started(submission)
    return submission


@transaction.atomic
def return_to_course(*, by: User, submission_id: UUID | str, reason: str, seen_state: str = "") -> Submission:
    """An officer gives a submission back to its course before assessment, with a reason that the course reads.

    What was frozen stays; the panel keeps its places and sees nothing until the course submits again.
    """
    submission = locked(submission_id, seen_state=seen_state)
    need_role(by, OFFICER)
    reason = words("reason", reason, limit=5000, needed="Tell the course why, and what to change.")
    move(submission, "return", by=by)
    note(submission, NoteKind.RETURNED, reason, by=by)
    telling.returned(submission)
    return submission


@transaction.atomic
def save_judgement(
    *,
    by: User,
    submission_id: UUID | str,
    clause: str,
    outcome: str | None,
    comment: str = "",
    private_comment: str = "",
    reason: str = "",
    version: int = 0,
) -> Judgement:
    """Saves an assessor's own judgement of one clause, whole or not (`judging.is_whole` says which).

    `version` is that of the row the form showed, 0 for none. Raises `Stale` with the row as it stands where somebody saved
    meanwhile (the same text again is no conflict), `NotAllowed`, `NotNow`, `Invalid`.
    """
    submission = locked(submission_id)
    place = check_judge(by, submission)
    snapshot = snapshot_of(submission)
    check_clause(snapshot, clause)
    if outcome and outcome not in JudgementOutcome.values:
        raise Invalid({"outcome": ["Choose met, partly met, not met or not applicable."]})
    typed: dict[str, str | None] = {
        "outcome": outcome or None,
        "comment": words("comment", comment, limit=10_000),
        "private_comment": words("private_comment", private_comment, limit=10_000),
        "reason": words("reason", reason, limit=5000),
    }
    row = place.judgements.filter(clause=clause).first()
    if row is None:
        row = Judgement(assignment=place, clause=clause, version=0)
    elif all(getattr(row, name) == value for name, value in typed.items()):
        return row
    if row.version != version:
        raise Stale("This clause was saved in another window since you opened this page.", row)
    for name, value in typed.items():
        setattr(row, name, value)
    row.finding = judging.findings(snapshot).get(clause, "")
    row.version += 1
    row.save()
    audit.record("judgement.saved", by=by, obj=submission, payload={"clause": clause, "version": row.version})
    return row


@transaction.atomic
def finish(*, by: User, submission_id: UUID | str) -> Assignment:
    """An assessor finishes their own judgement, which is kept as it is from then on.

    With the second of lead and co-assessor, both judgements are revealed to both in the same transaction (move `reveal`).
    Raises `Invalid` ("clauses": the ids still open) while a clause is not judged, `NotAllowed`, `NotNow`.
    """
    submission = locked(submission_id)
    place = check_judge(by, submission)
    snapshot = snapshot_of(submission)
    if still_open := judging.unjudged(snapshot, place.judgements.all()):
        raise Invalid({"clauses": still_open})
    place.done_at = timezone.now()
    place.save(update_fields=["done_at"])
    audit.record("panel.finished", by=by, obj=submission, payload=_about(place))
    mail.settle_done(submission)
    counted = submission.assignments.filter(state=InvitationState.ACCEPTED, role__in=COUNTED)
    if counted.filter(done_at__isnull=False).count() == len(COUNTED) and place.role in COUNTED:
        PanelReport.objects.get_or_create(snapshot=snapshot, defaults={"submission": submission})
        move(submission, "reveal", by=by)
        telling.revealed(submission)
    return place


def snapshot_of(submission: Submission) -> Snapshot:
    """The frozen version under judgement. Raises `NotNow` where nothing was submitted yet."""
    snapshot = judging.current(submission)
    if snapshot is None:
        raise NotNow(f"{submission.reference} has not been submitted yet.")
    return snapshot


def check_clause(snapshot: Snapshot, clause: str) -> None:
    """Raises `Invalid` for a clause that the version's edition does not have."""
    if all(known.id != clause for known in judging.clauses(snapshot)):
        raise Invalid({"clause": [f"There is no clause {clause} in this edition of the standard."]})


def _about(place: Assignment) -> dict[str, object]:
    return {"person": place.user_id, "name": place.user.full_name, "role": place.role}
