"""Reads of events, filtered by what a person may see, in SQL."""

from django.db.models import Prefetch, QuerySet

from accreditation import recipients
from accreditation.enums import EventState
from accreditation.models import CaseEvent, DateAnswer, Submission, User
from accreditation.permissions import is_on_team, panel_place
from accreditation.roles import OFFICER
from accreditation.selectors import visible_submissions


def visible_events(user: User) -> QuerySet[CaseEvent]:
    """Events of the submissions that a person may see, with their proposed moments and the answers to them."""
    answers = Prefetch("dates__answers", queryset=DateAnswer.objects.select_related("person"))
    return (
        CaseEvent.objects.filter(submission__in=visible_submissions(user).order_by().values("pk"))
        .select_related("submission__course__institution")
        .prefetch_related("dates", answers)
    )


def event_of(user: User, submission: Submission) -> CaseEvent | None:
    """The present event of a case, for its office, its panel and its course; None for others, or where there is none."""
    event = submission.events.exclude(state=EventState.CANCELLED).first()
    if event is None:
        return None
    close = user.has_role(OFFICER) or panel_place(user, submission) or is_on_team(user, submission.course)
    return event if close else None


def is_asked(user: User, event: CaseEvent) -> bool:
    """Whether a person is asked on which of the proposed days they can come."""
    return recipients.event_people(event.submission).filter(pk=user.pk).exists()
