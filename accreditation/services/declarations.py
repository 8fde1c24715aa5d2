"""The course's side of the declaration of interests: a document opens to an assessor once both sides have declared."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit, grants, mail
from accreditation.enums import InvitationState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import Assignment, User
from accreditation.permissions import is_on_team
from accreditation.review_selectors import LIVE
from accreditation.roles import OFFICER
from accreditation.services import telling
from accreditation.services.cases import locked, words
from accreditation.services.conflicts import Declared, note_conflicts


def check_declare(by: User, place: Assignment) -> None:
    """A leader of the course declares; an officer may, in its place. Raises `NotAllowed`, `NotNow`."""
    if not (by.has_role(OFFICER) or is_on_team(by, place.submission.course, leader=True)):
        raise NotAllowed("Only a leader of the course can declare its interests.")
    if place.user_id == by.pk:
        raise NotAllowed("Somebody else has to declare for the course: this is about you.")
    if place.state not in LIVE or not place.asks_course:
        raise NotNow(
            f"{place.user.full_name} is not asked to assess this course any more. Nothing was changed."
        )


@transaction.atomic
def declare_for_course(
    *, by: User, assignment_id: UUID | str, conflicts: Iterable[Declared] = (), note: str = ""
) -> Assignment:
    """The course declares a conflict with an assessor, or none; the second time gives the place as it stands.

    An officer who does it in the course's place says how they know (`note`). A conflict keeps the assessor away until the
    office has decided, as one that they declare themselves. Raises `NotAllowed`, `NotNow`, `Invalid` (`note`,
    `conflicts`, `description`).
    """
    submission = locked(Assignment.objects.get(pk=assignment_id).submission_id)
    place = Assignment.objects.select_related("user").get(pk=assignment_id)
    place.submission = submission
    check_declare(by, place)
    if place.course_declared_at is not None:
        return place
    outside = not is_on_team(by, submission.course, leader=True)
    note = words(
        "note", note, limit=500, needed="Say how you know what the course declares." if outside else ""
    )
    place.course_declared_at, place.course_declared_by = timezone.now(), by
    waited = place.state == InvitationState.WAITING
    if waited:
        place.state = InvitationState.ACCEPTED
    place.save(update_fields=["course_declared_at", "course_declared_by", "state"])
    audit.record(
        "conflict.course_declared",
        by=by,
        obj=submission,
        payload={"person": place.user_id, "name": place.user.full_name, "note": note},
    )
    mail.settle_done(submission)
    found = note_conflicts(submission, place.user, conflicts, by=by)
    grants.sync_submission(submission)
    if waited and not found:
        telling.documents_open(place)
    return place
