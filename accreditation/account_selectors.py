"""Reads about people, their accounts and invitations, filtered by what a person may see."""

from django.db.models import Q, QuerySet

from accreditation.enums import CourseTeamRole, MessageState
from accreditation.models import AccountInvitation, Course, CourseTeamMember, Message, User
from accreditation.permissions import is_on_team
from accreditation.places import places
from accreditation.roles import OF_GROUP_KIND, OFFICER
from accreditation.selectors import visible_courses


def visible_people(user: User) -> QuerySet[User]:
    """Accounts, for officers; nobody else has a list of people."""
    if not user.has_role(OFFICER):
        return User.objects.none()
    return User.objects.select_related("institution")


def last_mail(person: User) -> Message | None:
    """The last e-mail that was tried to a person: sent, or failed with its note. Its words are not read here. One query."""
    tried = Message.objects.filter(person=person, state__in=(MessageState.SENT, MessageState.FAILED))
    return tried.only("state", "note", "sent_at", "created_at").order_by("-created_at").first()


def with_role(people: QuerySet[User], role: str) -> QuerySet[User]:
    """Those who hold a role, found as `User.role_codes` finds it: by the group of the role, or of what they work on."""
    held = Q(groups__name=role)
    for kind, of_kind in OF_GROUP_KIND.items():
        if of_kind == role:
            held |= Q(groups__name__startswith=f"{kind}:")
    return people.filter(held).distinct()


def visible_invitations(user: User) -> QuerySet[AccountInvitation]:
    """Invitations: for officers all but those of students; for a course's leaders those to its team."""
    found = AccountInvitation.objects.select_related("by", "institution")
    if not user.is_active:
        return found.none()
    seen = Q(about_type="accreditation.course", about_id__in=_led_by(user))
    if user.has_role(OFFICER):
        seen |= Q(about_type="") | Q(
            about_type__in=[label for label, place in places().items() if place.office]
        )
    return found.filter(seen)


def team_invitations(user: User, course: Course) -> QuerySet[AccountInvitation]:
    """Open and run-out invitations to a course's team, as far as the person may see them."""
    return visible_invitations(user).filter(
        about_type="accreditation.course", about_id=str(course.pk), accepted_at=None, revoked_at=None
    )


def may_change_team(user: User, course: Course) -> bool:
    """Whether the person may invite to a course's team and end places on it."""
    return visible_courses(user).filter(pk=course.pk).exists() and (
        user.has_role(OFFICER) or is_on_team(user, course, leader=True)
    )


def _led_by(user: User) -> list[str]:
    led = CourseTeamMember.objects.filter(user=user, role=CourseTeamRole.LEADER, until__isnull=True)
    return [str(pk) for pk in led.values_list("course_id", flat=True)]
