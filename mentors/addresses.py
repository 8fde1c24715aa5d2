"""Where a mentor of the facts can be seen: see `accreditation.addresses`."""

from django.urls import reverse

from accreditation.models import Course, User
from mentors.selectors import visible_mentors


def addresses(user: User, course: Course) -> dict[str, str]:
    """ "mentors/M0004" → the page of that mentor, for those whom the person may see."""
    rows = visible_mentors(user).values_list("number", "pk")
    return {f"mentors/{number}": reverse("mentor", args=[pk]) for number, pk in rows}
