"""To whom a case's news goes: those whose business it is, never anybody whom a conflict of interest keeps away."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accreditation.enums import CourseTeamRole, InvitationState
from accreditation.models import Conflict, Course, CourseTeamMember, Submission, User
from accreditation.review_selectors import COUNTED
from accreditation.roles import CHAIR, COMMITTEE, OFFICER


def officers(submission: Submission) -> QuerySet[User]:
    """The officers who may see the case."""
    return _free(User.objects.filter(groups__name=OFFICER), submission)


def course_team(submission: Submission) -> QuerySet[User]:
    """The people registered for a submission: who works on its course today."""
    return team_of(submission.course)


def team_of(course: Course) -> QuerySet[User]:
    """Who works on the course today."""
    today = timezone.localdate()
    return _active(
        User.objects.filter(
            Q(course_memberships__until__isnull=True) | Q(course_memberships__until__gte=today),
            course_memberships__course=course,
            course_memberships__since__lte=today,
            course_memberships__role__in=CourseTeamRole.values,
        )
    )


def course_leaders(course: Course) -> QuerySet[User]:
    """Who leads the course today."""
    today = timezone.localdate()
    return _active(
        User.objects.filter(
            Q(course_memberships__until__isnull=True) | Q(course_memberships__until__gte=today),
            course_memberships__course=course,
            course_memberships__since__lte=today,
            course_memberships__role=CourseTeamRole.LEADER,
        )
    )


def leaders_of(courses: Iterable[Course]) -> dict[UUID, list[str]]:
    """The names of who leads each of the courses today, by course. One query, however many."""
    return _names(courses, CourseTeamRole.LEADER)


def teams_of(courses: Iterable[Course]) -> dict[UUID, list[str]]:
    """The names of who works on each of the courses today, by course. One query, however many."""
    return _names(courses, *CourseTeamRole.values)


def _names(courses: Iterable[Course], *roles: str) -> dict[UUID, list[str]]:
    today = timezone.localdate()
    places = (
        CourseTeamMember.objects.filter(course__in=list(courses), since__lte=today, user__is_active=True)
        .filter(Q(until__isnull=True) | Q(until__gte=today), role__in=roles)
        .select_related("user")
        .order_by("user__full_name")
    )
    found: dict[UUID, list[str]] = {}
    for place in places:
        names = found.setdefault(place.course_id, [])
        if place.user.full_name not in names:
            names.append(place.user.full_name)
    return found


def event_people(submission: Submission) -> QuerySet[User]:
    """Who is asked for an event of the case: its panel with the shadow assessors, and the leaders of the course."""
    leaders = course_leaders(submission.course)
    places = submission.assignments.filter(state=InvitationState.ACCEPTED)
    return _free(
        User.objects.filter(Q(pk__in=places.values("user")) | Q(pk__in=leaders.order_by().values("pk"))),
        submission,
    )


def panel(submission: Submission, roles: Iterable[str] = COUNTED) -> QuerySet[User]:
    """Who accepted a place on the panel, in these roles."""
    places = submission.assignments.filter(state=InvitationState.ACCEPTED, role__in=list(roles))
    return _free(User.objects.filter(pk__in=places.values("user")), submission)


def chairs(submission: Submission) -> QuerySet[User]:
    """The chairs who may decide: not on the panel, not of the course, without a conflict."""
    return _outside(User.objects.filter(groups__name=CHAIR), submission)


def committee(submission: Submission) -> QuerySet[User]:
    """The Committee's other members, who read the case."""
    members = User.objects.filter(groups__name=COMMITTEE).exclude(groups__name=CHAIR)
    return _outside(members, submission)


def _outside(people: QuerySet[User], submission: Submission) -> QuerySet[User]:
    places = submission.assignments.exclude(state=InvitationState.REMOVED)
    # A handful of ids, not a subquery: joined into one statement, a fresh database has planned it for seconds.
    team = list(course_team(submission).values_list("pk", flat=True))
    return _free(people, submission).exclude(pk__in=places.values("user")).exclude(pk__in=team)


def _free(people: QuerySet[User], submission: Submission) -> QuerySet[User]:
    conflicts = (
        Conflict.objects.filter(user=OuterRef("pk"), institution=submission.course.institution_id)
        .filter(Q(submission__isnull=True) | Q(submission=submission))
        .exclude(blocks=False)
    )
    return _active(people.exclude(Exists(conflicts)))


def _active(people: QuerySet[User]) -> QuerySet[User]:
    return people.filter(is_active=True).distinct().order_by("full_name", "pk")
