"""Reminders of what a panel waits for before it can begin: an assessor's answer, and the course's declaration.

Worked out from dates, as `condition_mail.remind`: it may come as often as it likes, and each reminder is sent once.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import mail, recipients
from accreditation.enums import InvitationState
from accreditation.models import Assignment, User
from accreditation.review_selectors import LIVE, OVER
from accreditation.rules.dates import spoken


def answer_by(place: Assignment) -> date:
    """The day by which an invitation wants its answer, and the course its declaration."""
    return timezone.localdate(place.created_at) + timedelta(days=settings.PANEL_ANSWER_DAYS)


def remind(today: date | None = None) -> int:
    """Promises every reminder that is owed by `today`; of several for one person the last. Returns how many were new."""
    day, made = today or timezone.localdate(), 0
    waiting = (
        Assignment.objects.filter(state__in=LIVE)
        .exclude(submission__state__in=OVER)
        .exclude(state=InvitationState.ACCEPTED, asks_course=False)
        .exclude(state=InvitationState.ACCEPTED, course_declared_at__isnull=False)
        .select_related("user", "submission__course__institution")
    )
    for place in waiting:
        steps = [
            one for one in sorted(settings.PANEL_REMINDER_DAYS) if answer_by(place) + timedelta(one) <= day
        ]
        if steps:
            made += _remind(place, steps[-1])
    return made


@transaction.atomic
def _remind(place: Assignment, step: int) -> int:
    made = 0
    if place.state == InvitationState.INVITED:
        url = reverse("review_invitation", args=[place.pk])
        made += _tell("panel_invited_still", place.user, place, step, url)
    if place.asks_course and place.course_declared_at is None:
        url = reverse("course_declare", args=[place.pk])
        for person in recipients.course_leaders(place.submission.course):
            made += _tell("course_to_declare_still", person, place, step, url)
    return made


def _tell(kind: str, to: User, place: Assignment, step: int, path: str) -> int:
    key = f"{kind}:{place.pk}:{step}:{to.pk}"
    if mail.was_promised(key):
        return 0
    submission = place.submission
    mail.promise(
        kind,
        to=to,
        key=key,
        about=place,
        path=path,
        context={
            "reference": submission.reference,
            "course": submission.course.title,
            "institution": submission.course.institution.name,
            "assessor": place.user.full_name,
            "role": place.get_role_display().lower(),
            "by": spoken(answer_by(place)),
            "late": step > 0,
        },
    )
    return 1
