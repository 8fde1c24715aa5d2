"""What a person may do with portfolios, on top of what they may see. Nobody appraises, signs or judges for themselves."""

from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import Course, User
from accreditation.permissions import is_on_team
from mentors.models import Mentor
from portfolios.enums import StudentState
from portfolios.models import Portfolio, Student
from portfolios.selectors import current_team


def check_course_team(user: User, course: Course) -> None:
    """The course's own team. Raises `NotAllowed`."""
    if not is_on_team(user, course):
        raise NotAllowed("Only the course's own team can do this.")


def check_for_student(user: User, student: Student) -> None:
    """The course's own team, and never a person about themselves. Raises `NotAllowed`."""
    check_course_team(user, student.course)
    if student.user_id == user.pk:
        raise NotAllowed("This is your own record: a colleague must do it.")


def check_own(user: User, portfolio: Portfolio) -> None:
    """The student whose portfolio it is. Raises `NotAllowed`."""
    if not user.is_active or portfolio.student.user_id != user.pk:
        raise NotAllowed("Only the student can do this in their own portfolio.")


def check_log(user: User, portfolio: Portfolio) -> None:
    """The student logs while enrolled; afterwards the log can be read but not added to. Raises `NotAllowed`, `NotNow`."""
    check_own(user, portfolio)
    if portfolio.student.state not in (StudentState.ENROLLED, StudentState.COMPLETED):
        raise NotNow(
            f"You are “{portfolio.student.get_state_display()}”: scans can be logged from enrolment on."
        )


def check_mentor(user: User, portfolio: Portfolio) -> Mentor:
    """Returns the person's own entry in the register where they are in the student's team today.

    Raises `NotAllowed`, also for a student who is a mentor elsewhere.
    """
    if portfolio.student.user_id == user.pk:
        raise NotAllowed("This is your own portfolio: your mentor must do it.")
    place = current_team().filter(student=portfolio.pk, mentor__user=user).select_related("mentor").first()
    if not user.is_active or place is None:
        raise NotAllowed("Only the mentors in the student's supervisory team can do this.")
    return place.mentor
