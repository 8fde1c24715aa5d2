"""What all services on a case share: the lock on the submission, its moves, and checks of what was typed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.utils import timezone

from accreditation import audit, grants, mail, policies
from accreditation.enums import NoteKind, SubmissionState
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import CaseNote, Submission, User
from accreditation.states import MOVES


def locked(submission_id: UUID | str, *, seen_state: str = "") -> Submission:
    """The submission, locked until the caller's transaction ends.

    Raises `NotNow` where its state is no longer `seen_state` (the one the page showed; empty: not compared), or where
    somebody else holds the lock for too long; `Submission.DoesNotExist`.
    """
    try:
        submission = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("course__institution")
            .get(pk=submission_id)
        )
    except OperationalError as fault:
        raise NotNow(
            "Somebody else is changing this case just now. Nothing was changed: please press again."
        ) from fault
    if seen_state and submission.state != seen_state:
        seen = SubmissionState(seen_state).label if seen_state in SubmissionState.values else seen_state
        raise NotNow(
            f"{submission.reference} has moved on: this page showed “{seen}”, it is now "
            f"“{submission.get_state_display()}”. Nothing was changed."
        )
    return submission


def move(submission: Submission, name: str, *, by: User, payload: Mapping[str, Any] | None = None) -> None:
    """Makes a move of `states.MOVES` on a locked submission, with its event. The caller has checked the person.

    Raises `NotNow` where the state does not allow it.
    """
    if reason := policies.move_refusal(submission, name):
        raise NotNow(reason)
    source = submission.state
    submission.state = MOVES[name].target
    submission.state_since = timezone.now()
    submission.version += 1
    submission.save(update_fields=["state", "state_since", "version", "updated_at"])
    grants.sync_submission(submission)
    audit.record(
        MOVES[name].verb,
        by=by,
        obj=submission,
        payload={"from": source, "to": submission.state, **(payload or {})},
    )
    mail.settle_done(submission)


def note(submission: Submission, kind: NoteKind, text: str, *, by: User) -> CaseNote:
    """Keeps a reason with the case."""
    return CaseNote.objects.create(submission=submission, kind=kind, text=text, by=by)


def words(field: str, text: str, *, limit: int, needed: str = "") -> str:
    """Typed text without white space at its ends. Raises `Invalid` for `field`: too long, or, with `needed`, empty."""
    text = text.strip()
    if needed and not text:
        raise Invalid({field: [needed]})
    if len(text) > limit:
        raise Invalid({field: [f"This is {len(text):,} characters long; {limit:,} can be kept."]})
    return text
