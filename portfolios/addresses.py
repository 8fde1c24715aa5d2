"""Where a student of the facts can be seen: see `accreditation.addresses`."""

from django.urls import reverse

from accreditation.models import Course, User
from portfolios.selectors import visible_portfolios


def addresses(user: User, course: Course) -> dict[str, str]:
    """ "students/S001" → the portfolio of that student, for those whom the person may see."""
    rows = visible_portfolios(user).filter(student__course=course).values_list("student__code", "pk")
    return {f"students/{code}": reverse("portfolio", args=[pk]) for code, pk in rows}
