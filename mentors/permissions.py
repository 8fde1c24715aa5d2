"""What a person may do with the mentor register, on top of what they may see (`mentors.selectors`)."""

from accreditation.exceptions import NotAllowed
from accreditation.models import Course, User
from accreditation.permissions import is_on_team, need_role
from accreditation.roles import OFFICER
from mentors.models import Mentor


def check_edit_register(user: User, mentor: Mentor | None = None) -> None:
    """Officers keep the register; nobody keeps their own entry. Raises `NotAllowed`."""
    need_role(user, OFFICER)
    if mentor is not None and is_self(user, mentor):
        raise NotAllowed("This is your own entry: another officer must change it.")


def check_propose(user: User, course: Course) -> None:
    """A course's team proposes mentors for its own course; officers may too. Raises `NotAllowed`."""
    if not (user.has_role(OFFICER) or is_on_team(user, course)):
        raise NotAllowed("Only the course's own team or an officer can propose mentors for it.")


def check_place(user: User, course: Course, mentor: Mentor) -> None:
    """The course's team says who takes its students; a mentor never places themselves. Raises `NotAllowed`."""
    check_propose(user, course)
    if is_self(user, mentor):
        raise NotAllowed("Nobody places themselves: a colleague on the course must do it.")


def check_claim_shortage(user: User, course: Course) -> None:
    """A leader of the course claims that mentors are short. Raises `NotAllowed`."""
    if not is_on_team(user, course, leader=True):
        raise NotAllowed("Only a leader of the course can claim a shortage of mentors.")


def check_decide_shortage(user: User, course: Course) -> None:
    """An officer who does not work on the course accepts or refuses it, under their own name. Raises `NotAllowed`."""
    need_role(user, OFFICER)
    if is_on_team(user, course):
        raise NotAllowed("You work on this course: another officer must decide.")


def check_confirm(user: User, mentor: Mentor) -> None:
    """Mentors confirm their own entry. Raises `NotAllowed`."""
    if not (user.is_active and is_self(user, mentor)):
        raise NotAllowed("Only the mentor can confirm their own entry.")


def is_self(user: User, mentor: Mentor) -> bool:
    """Whether the entry is the person's own."""
    return mentor.user_id is not None and mentor.user_id == user.pk
