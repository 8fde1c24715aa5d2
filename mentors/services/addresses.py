"""Whether a mentor's registered work address is known to be theirs: what is signed behind a link rests on it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import NotAllowed, Stale
from accreditation.models import Course, User
from accreditation.permissions import is_on_team
from accreditation.roles import OFFICER
from mentors.models import AddressCheck, Mentor
from mentors.permissions import is_self
from mentors.selectors import placed_mentors
from mentors.services.register import locked


@transaction.atomic
def check_address(*, by: User, mentor_id: UUID, address: str) -> AddressCheck:
    """An officer, or the team of a course that the mentor takes students of, says that the address is the mentor's own.

    `address` is the one that they saw. Raises `NotAllowed`, also for one's own entry; `Stale` where it is another one now.
    """
    mentor = locked(mentor_id)
    check_may(by, mentor)
    if not mentor.email or mentor.email.casefold() != address.strip().casefold():
        raise Stale("The register holds another address now. Look at it again. Nothing was changed.", mentor)
    row = AddressCheck.objects.create(mentor=mentor, address=mentor.email, on=timezone.localdate(), by=by)
    audit.record("mentor.address_checked", by=by, obj=mentor, payload={"number": mentor.number})
    return row


def check_may(by: User, mentor: Mentor) -> None:
    """Raises `NotAllowed` for whoever keeps neither the register nor a course that the mentor takes students of."""
    if is_self(by, mentor):
        raise NotAllowed("This is your own entry: somebody else must make sure of your address.")
    if by.is_active and by.has_role(OFFICER):
        return
    courses = Course.objects.filter(
        placements__mentor=mentor, placements__known_until__isnull=True
    ).distinct()
    for course in courses:
        if is_on_team(by, course) and placed_mentors(course.pk).filter(pk=mentor.pk).exists():
            return
    raise NotAllowed(
        "Only an officer, or the team of a course whose students this mentor takes, can say this."
    )


def checked_address(mentor: Mentor) -> AddressCheck | None:
    """The newest check of the address that the register holds now; None where nobody made sure of it."""
    if not mentor.email:
        return None
    return mentor.address_checks.filter(address__iexact=mentor.email).select_related("by").first()
