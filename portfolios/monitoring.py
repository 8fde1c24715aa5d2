"""What the portfolios know of a course's year: see `accreditation.monitoring`. Numbers only; nobody is named."""

from collections.abc import Iterable
from datetime import date

from accreditation.models import Course
from accreditation.monitoring import kind_of
from portfolios.enums import AwardKind
from portfolios.models import Scan, Student, StudentAward


def counts(course: Course, first: date, last: date) -> dict[str, int]:
    """Students enrolled and final awards ratified in the year, for a course whose students are in the system."""
    students = Student.objects.filter(course=course)
    if not students.exists():
        return {}
    award = kind_of(course)
    awards = StudentAward.objects.filter(
        student__course=course, kind=AwardKind.FINAL, ratified_on__range=(first, last)
    )
    return {
        f"enrolled_{award}": students.filter(enrolled_on__range=(first, last)).count(),
        f"awarded_{award}": awards.count(),
    }


def facts(course: Course, first: date, last: date) -> Iterable[tuple[str, int]]:
    """Scans in the log."""
    scans = Scan.objects.filter(portfolio__student__course=course, on__range=(first, last))
    return [("Scans in the students’ logs", scans.count())] if scans.exists() else []
