"""What a person may do, on top of what the state allows (`accreditation.policies`).

`check_x(user, thing)` raises `NotAllowed` or `NotNow` with its sentence; `refusal(check_x, user, thing)` returns the
sentence or None, for pages that show a disabled button with its reason. Whether a person may
*see* a thing at all is decided by the `visible_*` selectors in SQL; a thing that is not visible does not exist for that
person (404).
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from accreditation import policies
from accreditation.enums import CourseTeamRole, InvitationState, PanelRole
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import Assignment, Conflict, Course, Submission, User
from accreditation.roles import ASSESSOR, CHAIR, OFFICER, ROLES

TEAM_ROLES = (CourseTeamRole.LEADER, CourseTeamRole.MEMBER)


def need_role(user: User, *codes: str) -> None:
    """Raises `NotAllowed` unless the person holds one of these body-wide roles."""
    if not user.has_role(*codes):
        names = " or ".join(ROLES[code].title.lower() for code in codes)
        raise NotAllowed(f"Only the {names} can do this.")


def is_on_team(user: User, course: Course, *, leader: bool = False) -> bool:
    """Whether the person works on the course today (as its leader, if asked)."""
    roles = (CourseTeamRole.LEADER,) if leader else TEAM_ROLES
    today = timezone.localdate()
    return (
        user.is_active
        and course.team.filter(user=user, role__in=roles, since__lte=today).exclude(until__lt=today).exists()
    )


def check_edit(user: User, submission: Submission) -> None:
    """The course's team may edit its own draft."""
    if not is_on_team(user, submission.course):
        raise NotAllowed("Only the course's own team can change this submission.")
    if reason := policies.edit_refusal(submission):
        raise NotNow(reason)


def check_submit(user: User, submission: Submission) -> None:
    """A leader of the course may submit its draft."""
    if not is_on_team(user, submission.course, leader=True):
        raise NotAllowed("Only a leader of the course can submit. You can ask them to press the button.")
    if reason := policies.move_refusal(submission, "submit"):
        raise NotNow(reason)


def has_conflict(user: User, submission: Submission) -> bool:
    """Whether a declared conflict keeps the person from this submission; one that nobody decided yet does."""
    return _conflicts(user, submission).exists()


def _conflicts(user: User, submission: Submission) -> QuerySet[Conflict]:
    return (
        Conflict.objects.filter(user=user, institution=submission.course.institution_id)
        .filter(Q(submission__isnull=True) | Q(submission=submission))
        .exclude(blocks=False)
    )


def works_there(user: User, submission: Submission) -> bool:
    """Whether the person belongs to the institution that applies."""
    return user.institution_id == submission.course.institution_id


def panel_place(user: User, submission: Submission) -> Assignment | None:
    """The person's accepted place on the submission's panel, or None (also where a conflict keeps them away, or where they
    now work at the institution themselves).
    """
    known: Assignment | None = submission.__dict__.get("place_of_reader")
    if known is not None and known.user_id == user.pk:
        return known
    if not user.has_role(ASSESSOR) or works_there(user, submission):
        return None
    place = submission.assignments.filter(user=user, state=InvitationState.ACCEPTED)
    return place.exclude(Exists(_conflicts(user, submission))).first()


def check_judge(user: User, submission: Submission) -> Assignment:
    """Returns the assessor's place on the panel where they may judge clauses now."""
    place = panel_place(user, submission)
    if place is None:
        raise NotAllowed("Only the assessors of this submission can judge it.")
    if reason := policies.judge_refusal(submission):
        raise NotNow(reason)
    if place.done_at is not None:
        raise NotNow(
            "You have finished your own judgement. It is kept as it is until both assessors have finished."
        )
    return place


def check_agree(user: User, submission: Submission, *, lead: bool = False) -> Assignment:
    """Returns the place of the lead (or, unless `lead`, the co-assessor) who may agree judgements now."""
    place = panel_place(user, submission)
    if place is None or place.role == PanelRole.SHADOW:
        raise NotAllowed("Only the lead assessor and the co-assessor can agree judgements.")
    if lead and place.role != PanelRole.LEAD:
        raise NotAllowed("Only the lead assessor can do this.")
    if reason := policies.agree_refusal(submission):
        raise NotNow(reason)
    return place


def check_assign(user: User, submission: Submission) -> None:
    """An officer may change the panel of a submitted case."""
    need_role(user, OFFICER)


def check_decide(user: User, submission: Submission) -> None:
    """The chair records the Committee's decision, never on a case that they assessed or have a conflict with."""
    check_chair(user, submission)
    if reason := policies.move_refusal(submission, "decide"):
        raise NotNow(reason)


def check_chair(user: User, submission: Submission) -> None:
    """The chair, where nothing stands between them and this case."""
    need_role(user, CHAIR)
    if submission.assignments.filter(user=user).exclude(state=InvitationState.REMOVED).exists():
        raise NotAllowed("You were on the panel of this submission: somebody else must decide it.")
    if has_conflict(user, submission):
        raise NotAllowed(
            "You declared a conflict of interest with this institution: somebody else must decide."
        )
    if is_on_team(user, submission.course):
        raise NotAllowed("You work on this course: somebody else must decide.")


def refusal(check: Callable[..., Any], *args: Any, **kwargs: Any) -> str | None:
    """The sentence with which `check(*args)` would refuse, or None where it allows: for buttons that say why not."""
    try:
        check(*args, **kwargs)
    except (NotAllowed, NotNow) as no:
        return str(no)
    return None
