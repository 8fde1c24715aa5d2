"""Reads of the register, filtered by what a person may see, in SQL."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accreditation.models import SubmissionGroupPermission, User
from accreditation.roles import OFFICER
from accreditation.selectors import led_courses
from mentors.models import Mentor, Placement, Shortage


def visible_mentors(user: User) -> QuerySet[Mentor]:
    """Entries that a person may see: all, for officers; their own; those placed on, or proposed by, the courses whose team
    they belong to; for assessors, those of the courses of the submissions they assess. Inactive people: none.
    """
    mentors = Mentor.objects.all()
    if not user.is_active:
        return mentors.none()
    if user.has_role(OFFICER):
        return mentors
    courses = led_courses(user).values("pk")
    placed = Placement.objects.filter(mentor=OuterRef("pk"), known_until__isnull=True)
    assessed = SubmissionGroupPermission.objects.filter(
        permission__codename="view_submission", group__user=user
    ).values("content_object__course")
    return mentors.filter(
        Q(user=user)
        | Q(proposed_by=user)
        | Exists(placed.filter(course__in=courses))
        | Exists(placed.filter(course__in=assessed))
    )


def placed_mentors(course_id: UUID, *, on_day: date | None = None) -> QuerySet[Mentor]:
    """Mentors who take students of a course on a day (today), by name. No filter by permission: for services and forms."""
    day = on_day or timezone.localdate()
    placed = Placement.objects.filter(
        mentor=OuterRef("pk"), course=course_id, known_until__isnull=True, since__lte=day
    ).exclude(until__lt=day)
    return Mentor.objects.filter(Exists(placed))


def visible_shortages(user: User) -> QuerySet[Shortage]:
    """Shortage exceptions: all, for officers; those of the person's own courses; those of courses they assess."""
    shortages = Shortage.objects.select_related("course__institution", "decided_by")
    if not user.is_active:
        return shortages.none()
    if user.has_role(OFFICER):
        return shortages
    assessed = SubmissionGroupPermission.objects.filter(
        permission__codename="view_submission", group__user=user
    ).values("content_object__course")
    return shortages.filter(Q(course__in=led_courses(user).values("pk")) | Q(course__in=assessed))
