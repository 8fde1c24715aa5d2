"""Leaders of a course who have to say whether it has a conflict with an assessor; assessors who wait for that."""

from django.urls import reverse
from django.utils import timezone

from accreditation.enums import InvitationState
from accreditation.home.items import HomeItem, Kind
from accreditation.models import User
from accreditation.review_selectors import declarations_to_make, waiting_places
from accreditation.roles import ASSESSOR, COURSE_LEADER


def items_for(user: User) -> list[HomeItem]:
    """One query for each role held."""
    items: list[HomeItem] = []
    if user.has_role(COURSE_LEADER):
        items += [
            HomeItem(
                Kind.TODO,
                f"Declare interests: {place.user.full_name}, {place.get_role_display().lower()}",
                reverse("course_declare", args=[place.pk]),
                f"{place.submission.course.title}, {place.submission.reference}",
                since=timezone.localdate(place.created_at),
                role=COURSE_LEADER,
            )
            for place in declarations_to_make(user)
        ]
    if user.has_role(ASSESSOR):
        items += [
            HomeItem(
                Kind.WAITING,
                "The course’s declaration of interests",
                reverse("reviews"),
                place.submission.course.title,
                since=timezone.localdate(place.answered_at) if place.answered_at else None,
                who=place.submission.course.institution.name,
                role=ASSESSOR,
            )
            for place in waiting_places(user)
            if place.state == InvitationState.WAITING
        ]
    return items
