"""Students and mentors invited to an account from their own rows (see `accreditation.places`)."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group

from accreditation import audit
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import User
from accreditation.places import Place
from accreditation.roles import OFFICER, STUDENT
from accreditation.selectors import led_courses
from mentors.models import Mentor, Placement
from mentors.permissions import check_edit_register
from portfolios.enums import StudentState
from portfolios.grants import sync_portfolio
from portfolios.models import Portfolio, Student
from portfolios.permissions import check_for_student
from portfolios.services import telling_applicants as telling
from portfolios.services.admissions import locked


def check_student(by: User, student: Student, email: str) -> None:
    """The course's own team invites its students. Raises `NotAllowed`; `NotNow` where the student has an account."""
    check_for_student(by, student)
    if student.user_id is not None:
        raise NotNow(f"{student.full_name} has an account already.")


def student_words(student: Student, details: Mapping[str, Any]) -> str:
    """As what: a student of the course."""
    return f"as a student of {student.course.title}, {student.course.institution.name}"


def join_as_student(student: Student, user: User, by: User | None, details: Mapping[str, Any]) -> None:
    """Makes the row the person's own. Raises `NotNow` where it or the person's place on the course is taken."""
    row = locked(student.pk)
    if row.user_id is not None:
        raise NotNow("This place has an account already.")
    if Student.objects.filter(course=row.course_id, user=user).exists():
        raise NotNow("You are on this course already, under another entry: tell your course leader.")
    row.user = user
    row.version += 1
    row.save(update_fields=["user", "version"])
    if row.state != StudentState.APPLICANT:
        user.groups.add(Group.objects.get_or_create(name=STUDENT)[0])
    for portfolio in Portfolio.objects.filter(student=row):
        sync_portfolio(portfolio)  # nobody is a mentor in their own portfolio
    audit.record("student.linked", by=user, obj=row)
    telling.linked(row)


def check_mentor(by: User, mentor: Mentor, email: str) -> None:
    """Officers invite mentors; a course's team those it can see, at the address that the register holds, and no other.

    Raises `NotAllowed`; `NotNow` where the mentor has an account.
    """
    if by.has_role(OFFICER):
        check_edit_register(by, mentor)
    elif not _is_theirs(by, mentor):
        raise NotAllowed("Only the course's own team or an officer can invite this mentor.")
    elif email.strip().lower() != mentor.email.lower():
        raise NotAllowed("A mentor is invited at the address in the register: an officer can correct it.")
    if mentor.user_id is not None:
        raise NotNow(f"{mentor.full_name} has an account already.")


def mentor_words(mentor: Mentor, details: Mapping[str, Any]) -> str:
    """As what: a mentor."""
    return "as a mentor of students’ ultrasound scans"


def join_as_mentor(mentor: Mentor, user: User, by: User | None, details: Mapping[str, Any]) -> None:
    """Makes the entry the person's own, with the grants on their students' portfolios. Raises `NotNow`."""
    row = Mentor.objects.select_for_update(of=("self",)).get(pk=mentor.pk)
    if row.user_id is not None:
        raise NotNow("This entry has an account already.")
    if Mentor.objects.filter(user=user).exists():
        raise NotNow("You have an entry in the register already: tell CASE’s office.")
    row.user = user
    row.version += 1
    row.save(update_fields=["user", "version"])
    for portfolio in Portfolio.objects.filter(student__team__mentor=row).distinct():
        sync_portfolio(portfolio)
    audit.record("mentor.linked", by=user, obj=row)


def _is_theirs(user: User, mentor: Mentor) -> bool:
    """Whether the mentor is placed on, or was proposed for, a course whose team the person belongs to."""
    courses = led_courses(user)
    placed = Placement.objects.filter(mentor=mentor, known_until__isnull=True, course__in=courses)
    return placed.exists() or courses.filter(proposed_mentors=mentor).exists()


PLACES = (
    Place("portfolios.student", check_student, student_words, join_as_student, office=False),
    Place("mentors.mentor", check_mentor, mentor_words, join_as_mentor),
)
