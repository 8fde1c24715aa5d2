"""What the mentor register knows of a course's year: see `accreditation.monitoring`."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from accreditation.models import Course
from mentors.models import Placement


def counts(course: Course, first: date, last: date) -> dict[str, int]:
    """No line of the return is counted from the register."""
    return {}


def facts(course: Course, first: date, last: date) -> Iterable[tuple[str, int]]:
    """Mentors who took students in the year."""
    rows = Placement.objects.filter(
        Q(until__isnull=True) | Q(until__gte=first), known_until__isnull=True, course=course, since__lte=last
    )
    return [("Mentors who took students", rows.values("mentor").distinct().count())]
