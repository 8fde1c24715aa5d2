"""Conflicts of interest: declared, then decided by an officer. Until an officer says otherwise, a conflict keeps away."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit, grants, mail
from accreditation.enums import ConflictKind, InvitationState, PanelRole, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import Assignment, Conflict, Submission, User
from accreditation.permissions import need_role
from accreditation.roles import OFFICER
from accreditation.services import telling
from accreditation.services.cases import locked, move, words

WHOLE_INSTITUTION = frozenset({ConflictKind.EMPLOYER, ConflictKind.EXTERNAL_EXAMINER})
"""Kinds that keep a person from every course of the institution, not only from the one they were asked about."""
LIVE = (InvitationState.INVITED, InvitationState.WAITING, InvitationState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Declared:
    """One conflict as a person declares it: a `ConflictKind` and, if they like, some words."""

    kind: str
    description: str = ""


def note_conflicts(
    submission: Submission, user: User, declared: Iterable[Declared], *, by: User
) -> list[Conflict]:
    """Writes declared conflicts of `user` about a locked submission; the same kind again adds nothing.

    Raises `Invalid` for a kind that is unknown, or for "something else" without words. Access is taken away at once.
    """
    institution = submission.course.institution
    made = []
    for one in declared:
        if one.kind not in ConflictKind.values:
            raise Invalid({"conflicts": ["Choose what kind of conflict it is."]})
        text = words(
            "description",
            one.description,
            limit=2000,
            needed="Say what it is, in a few words." if one.kind == ConflictKind.OTHER else "",
        )
        scope = None if one.kind in WHOLE_INSTITUTION else submission
        known = Conflict.objects.filter(user=user, institution=institution, submission=scope, kind=one.kind)
        if known.exclude(blocks=False).exists():
            continue
        conflict = Conflict.objects.create(
            user=user,
            institution=institution,
            submission=scope,
            kind=one.kind,
            description=text,
            declared_by=by,
        )
        audit.record(
            "conflict.declared",
            by=by,
            obj=submission,
            payload={"conflict": conflict.pk, "kind": one.kind, "person": user.pk, "name": user.full_name},
        )
        telling.conflict_declared(conflict, submission, by=by)
        made.append(conflict)
    if made:
        _sync(user, submission)
    return made


@transaction.atomic
def declare_conflict(
    *,
    by: User,
    submission_id: UUID | str,
    kind: str,
    description: str = "",
    user_id: UUID | str | None = None,
) -> Conflict | None:
    """Declares a conflict of the person themselves, or, for an officer, of somebody else, at any time.

    Returns the row; None where the same one is already on record. Access ends in the same transaction.
    Raises `NotAllowed`, `Invalid`.
    """
    submission = locked(submission_id)
    user = by if user_id is None else User.objects.get(pk=user_id)
    if user.pk != by.pk:
        need_role(by, OFFICER)
    made = note_conflicts(submission, user, [Declared(kind, description)], by=by)
    return made[0] if made else None


@transaction.atomic
def decide_conflict(*, by: User, conflict_id: UUID | str, blocks: bool, reason: str) -> Conflict:
    """An officer decides whether a declared conflict keeps the person away.

    If it does, their places on open panels concerned end (`remove_place`); if it does not, they get access again.
    Raises `NotAllowed` for one's own conflict or without the role, `NotNow` where it was decided, `Invalid` without reason.
    """
    need_role(by, OFFICER)
    conflict = Conflict.objects.select_for_update(of=("self",)).select_related("user").get(pk=conflict_id)
    if conflict.user_id == by.pk:
        raise NotAllowed("You cannot decide about your own conflict of interest.")
    reason = words("reason", reason, limit=2000, needed="Give the reason for this decision.")
    if conflict.blocks is not None:
        if conflict.blocks == blocks and conflict.reason == reason:
            return conflict
        who = conflict.decided_by.full_name if conflict.decided_by else "somebody"
        raise NotNow(f"This was decided by {who} already. Nothing was changed.")
    conflict.blocks, conflict.reason = blocks, reason
    conflict.decided_by, conflict.decided_at = by, timezone.now()
    conflict.save(update_fields=["blocks", "reason", "decided_by", "decided_at"])
    for submission in _concerned(conflict):
        audit.record(
            "conflict.decided",
            by=by,
            obj=submission,
            payload={"conflict": conflict.pk, "blocks": blocks, "name": conflict.user.full_name},
        )
        place = submission.assignments.filter(user=conflict.user, state__in=LIVE).first()
        if blocks and place is not None and submission.state != SubmissionState.DECIDED:
            remove_place(place, submission, by=by, reason=f"Conflict of interest: {reason}"[:2000])
        grants.sync_submission(submission)
        mail.settle_done(submission)
    mail.settle_where(
        "conflict_declared", conflict=str(conflict.pk)
    )  # also of a case that is not concerned any more
    return conflict


def remove_place(place: Assignment, submission: Submission, *, by: User, reason: str) -> None:
    """Ends a place on the panel of a locked submission.

    Where lead or co-assessor leaves after judgements were revealed, the assessment reopens, so that their successor
    judges as independently as everybody else: what was agreed and signed goes, what each judged stays.
    """
    place.state, place.reason, place.answered_at = InvitationState.REMOVED, reason, timezone.now()
    place.save(update_fields=["state", "reason", "answered_at"])
    audit.record(
        "panel.removed",
        by=by,
        obj=submission,
        payload={"person": place.user_id, "name": place.user.full_name, "role": place.role},
    )
    mail.settle_done(submission)
    if place.role != PanelRole.SHADOW:
        if submission.state == SubmissionState.REPORTED:
            move(submission, "send_back", by=by)
        if submission.state == SubmissionState.AGREEING:
            _undo_agreement(submission)
            move(submission, "reopen", by=by)
    grants.sync_submission(submission)


def _undo_agreement(submission: Submission) -> None:
    submission.agreed_judgements.all().delete()
    submission.agreed_drafts.all().delete()
    for report in submission.reports.all():
        report.begin_again()
        report.save()


def _concerned(conflict: Conflict) -> list[Submission]:
    """The submissions, locked, that a conflict is about: one, or all of the institution in which the person has a place."""
    submissions = Submission.objects.select_for_update(of=("self",)).select_related("course__institution")
    if conflict.submission_id:
        return list(submissions.filter(pk=conflict.submission_id))
    mine = Assignment.objects.filter(user=conflict.user, state__in=LIVE).values("submission")
    return list(submissions.filter(course__institution=conflict.institution, pk__in=mine).order_by("pk"))


def _sync(user: User, submission: Submission) -> None:
    grants.sync_submission(submission)
    mine = Assignment.objects.filter(user=user, state__in=LIVE).values("submission")
    for other in Submission.objects.filter(course__institution=submission.course.institution, pk__in=mine):
        grants.sync_submission(other)
