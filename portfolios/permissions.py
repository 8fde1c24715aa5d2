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


def check_application(user: User, student: Student) -> None:
    """The applicant in their own application until it is decided; the course's team. Raises `NotAllowed`, `NotNow`."""
    if not user.is_active or student.user_id != user.pk:
        check_course_team(user, student.course)
    elif student.state != StudentState.APPLICANT:
        raise NotNow("Your application has been decided. Your course team can still add to it for you.")


def check_assess(user: User, portfolio: Portfolio, assessor: Mentor | None) -> None:
    """Who may enter or sign off a competency assessment: the course's team; a mentor of the student's team whose own
    assessment it is (clauses.md, PS2.6: met, and the finding says so); never the student. Raises `NotAllowed`.
    """
    if assessor is not None and assessor.user_id == user.pk:
        check_mentor(user, portfolio)
    else:
        check_for_student(user, portfolio.student)


def may_assess(user: User, portfolio: Portfolio) -> bool:
    """Whether the person may enter an assessment at all: any, as the course's team; their own, as a mentor."""
    try:
        check_for_student(user, portfolio.student)
    except NotAllowed:
        return in_team(user, portfolio) is not None
    return True


def in_team(user: User, portfolio: Portfolio) -> Mentor | None:
    """The person's own entry in the register, where `check_mentor` lets them through."""
    try:
        return check_mentor(user, portfolio)
    except NotAllowed:
        return None


def check_own(user: User, portfolio: Portfolio) -> None:
    """The student whose portfolio it is. Raises `NotAllowed`."""
    if not user.is_active or portfolio.student.user_id != user.pk:
        raise NotAllowed("Only the student can do this in their own portfolio.")


def check_log(user: User, portfolio: Portfolio) -> None:
    """The student logs while enrolled; afterwards the log can be read but not added to. Raises `NotAllowed`, `NotNow`."""
    check_own(user, portfolio)
    state = portfolio.student.state
    if state not in (StudentState.ENROLLED, StudentState.COMPLETED):
        when = "again when you return" if state == StudentState.INTERRUPTED else "from enrolment on"
        raise NotNow(f"You are “{portfolio.student.get_state_display()}”: scans can be logged {when}.")


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
