"""Assessors who were students of the institution's courses: see `accreditation.hints`."""

from collections.abc import Collection, Iterator
from uuid import UUID

from accreditation.enums import ConflictKind
from accreditation.hints import Hint
from accreditation.models import Submission
from portfolios.models import Student


def find(submission: Submission, people: Collection[UUID]) -> Iterator[Hint]:
    """One query. The course alone is named: how somebody did there is nobody's business here."""
    students = Student.objects.filter(
        user__in=people, course__institution=submission.course.institution_id, enrolled_on__isnull=False
    ).select_related("course")
    for student in students:
        if student.user_id and student.enrolled_on:
            name = "this course" if student.course_id == submission.course_id else student.course.title
            words = f"Student of {name}, enrolled in {student.enrolled_on.year}."
            yield Hint(student.user_id, ConflictKind.ALUMNUS, words)
