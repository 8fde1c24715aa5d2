"""A place on a course's team, as something that people are invited to (see `accreditation.places`)."""

from collections.abc import Mapping
from typing import Any

from accreditation.enums import CourseTeamRole
from accreditation.exceptions import NotAllowed
from accreditation.models import Course, User
from accreditation.permissions import is_on_team
from accreditation.places import Place
from accreditation.roles import OFFICER
from accreditation.services.accounts import join_course_team


def check(by: User, course: Course, email: str) -> None:
    """Officers and the course's own leaders invite to its team. Raises `NotAllowed`."""
    if not (by.has_role(OFFICER) or is_on_team(by, course, leader=True)):
        raise NotAllowed("Only a leader of the course or an officer can change its team.")


def words(course: Course, details: Mapping[str, Any]) -> str:
    """As what: a leader of the course, or one of its team."""
    leads = details.get("role") == CourseTeamRole.LEADER
    return f"as {'a course leader of' if leads else 'a member of the team of'} {course.title}, {course.institution.name}"


def join(course: Course, user: User, by: User | None, details: Mapping[str, Any]) -> None:
    """Puts the person on the team from today on. Raises `NotNow` where they are on it already."""
    role = details.get("role", CourseTeamRole.MEMBER)
    join_course_team(by=by, course=course, user=user, role=role)


PLACES = (Place("accreditation.course", check, words, join),)
