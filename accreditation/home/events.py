"""Whoever is asked on which of the proposed days of an event they can come, and has not said so for all of them."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accreditation.enums import CourseTeamRole, EventState, InvitationState
from accreditation.event_selectors import visible_events
from accreditation.home.items import HomeItem, Kind
from accreditation.models import Assignment, CourseTeamMember, DateAnswer, EventDate, User


def items_for(user: User) -> list[HomeItem]:
    """One thing to do for each such event; the same people as `recipients.event_people` asks. Four queries at most."""
    return list(_unanswered(user))


def _unanswered(user: User) -> Iterator[HomeItem]:
    today = timezone.localdate()
    on_panel = Assignment.objects.filter(
        submission=OuterRef("submission"), user=user, state=InvitationState.ACCEPTED
    )
    leads = CourseTeamMember.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today),
        course=OuterRef("submission__course"), user=user, role=CourseTeamRole.LEADER, since__lte=today,
    )  # fmt: skip
    said = DateAnswer.objects.filter(date=OuterRef("pk"), person=user)
    open_dates = EventDate.objects.filter(event=OuterRef("pk")).exclude(Exists(said))
    asked = visible_events(user).filter(
        Exists(on_panel) | Exists(leads), Exists(open_dates), state=EventState.PROPOSED
    )
    for event in asked:
        course = event.submission.course
        yield HomeItem(
            Kind.TODO,
            f"Say when you can come: {event.get_kind_display().lower()}",
            reverse("event", args=[event.pk]),
            f"{course.title}, {course.institution.short_name}",
            since=timezone.localtime(event.created_at).date(),
        )
