"""Whom CASE tells what about a condition, and the reminders before, on and after its day.

`remind` works out what is owed from dates: it may come once a day, ten times an hour or after a week. Each reminder is one
message with a key of its own, so none is sent twice; where several are owed at once, only the last is sent.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import mail
from accreditation.conditions import closers, seats, views_missing
from accreditation.enums import ConditionState, ConditionStep, CourseTeamRole
from accreditation.models import Condition, ConditionAnswer, ConditionEvent, Message, User
from accreditation.permissions import has_conflict
from accreditation.rules.dates import spoken
from accreditation.services.conditions import hold, look

DONE: dict[str, str] = {
    ConditionStep.CLOSED: "is met and closed",
    ConditionStep.EXTENDED: "has another day",
    ConditionStep.LAPSED: "lapsed",
}


def tell_answered(answer: ConditionAnswer) -> None:
    """Asks lead and co-assessor for their view of an answer that was sent."""
    condition = answer.condition
    for place in seats(condition.decision.submission):
        _tell("condition_answered", place.user, condition, f"answered:{answer.pk}", page="condition_view")


def tell_viewed(answer: ConditionAnswer) -> None:
    """Asks whoever closes, once all views of an answer are in."""
    condition = answer.condition
    submission = condition.decision.submission
    if views_missing(submission, answer):
        return
    on_panel = {place.user_id for place in seats(submission)}
    for person in User.objects.filter(groups__name__in=closers(), is_active=True).distinct():
        if person.pk not in on_panel and not has_conflict(person, submission):
            _tell("condition_to_close", person, condition, f"to-close:{answer.pk}")


def tell_step(event: ConditionEvent) -> None:
    """Tells the leaders of the course what CASE did with a condition."""
    condition = event.condition
    returned = event.step == ConditionStep.RETURNED
    for person in _leaders(condition):
        _tell(
            "condition_returned" if returned else "condition_moved",
            person,
            condition,
            f"step:{event.pk}",
            done=DONE.get(event.step, ""),
            reason=event.reason,
        )


def remind(today: date | None = None) -> int:
    """Promises every reminder owed by `today`, and holds new data against the conditions that the rules can see.

    Returns how many messages were promised. One transaction for each condition.
    """
    day, made = today or timezone.localdate(), 0
    waiting = Condition.objects.filter(decision__superseded=False).exclude(
        state__in=(ConditionState.CLOSED, ConditionState.LAPSED)
    )
    for submission_id, number in waiting.values_list("decision__submission_id", "number"):
        made += _remind(submission_id, number, day)
    return made


@transaction.atomic
def _remind(submission_id: UUID, number: int, day: date) -> int:
    condition = hold(submission_id, number).condition
    if condition.state not in (ConditionState.OPEN, ConditionState.ANSWERED):
        return 0
    was_ready = condition.ready_on is not None
    look(condition, day)
    if condition.state != ConditionState.OPEN:
        return 0
    if condition.ready_on is not None:
        return 0 if was_ready else _tell_ready(condition)
    owed = [step for step in sorted(settings.CONDITION_REMINDER_DAYS) if _on(condition, step) <= day]
    # What was owed before the condition had this day, or before an answer was given back, is nobody's business any more.
    owed = [step for step in owed if _on(condition, step) > _known_since(condition)]
    if not owed:
        return 0
    step = owed[-1]
    when = "in" if step < 0 else "today" if step == 0 else "late"
    return sum(
        _tell("condition_due", person, condition, f"due:{condition.pk}:{condition.due_on}:{step}", when=when)
        for person in _leaders(condition)
    )


def _tell_ready(condition: Condition) -> int:
    """The course's own data meet the condition now: who closes looks at it, the course's leaders know."""
    submission, key = condition.decision.submission, f"ready:{condition.pk}:{condition.ready_on}"
    on_panel = {place.user_id for place in seats(submission)}
    closing = [
        person
        for person in User.objects.filter(groups__name__in=closers(), is_active=True).distinct()
        if person.pk not in on_panel and not has_conflict(person, submission)
    ]
    told = [_tell("condition_ready", person, condition, key) for person in closing]
    told += [_tell("condition_data_meets", person, condition, key) for person in _leaders(condition)]
    return sum(told)


def _on(condition: Condition, step: int) -> date:
    return condition.due_on + timedelta(days=step)


def _known_since(condition: Condition) -> date:
    """The day of the decision, or of the last step that gave the condition back to the course or moved its day."""
    last = condition.events.order_by("-created_at").values_list("created_at", flat=True).first()
    return timezone.localtime(last or condition.decision.created_at).date()


def _leaders(condition: Condition) -> Iterable[User]:
    today = timezone.localdate()
    team = condition.decision.submission.course.team.filter(
        role=CourseTeamRole.LEADER, since__lte=today, user__is_active=True
    ).exclude(until__lt=today)
    return [member.user for member in team.select_related("user")]


def _tell(
    kind: str, to: User, condition: Condition, key: str, *, page: str = "condition", **more: str
) -> bool:
    """Promises one message; whether it is a new one."""
    submission = condition.decision.submission
    key = f"condition:{key}:{to.pk}"
    if Message.objects.filter(key=key).exists():
        return False
    mail.promise(
        kind,
        to=to,
        key=key,
        about=condition,
        path=reverse(page, args=[submission.pk, condition.number]),
        context={
            "number": condition.number,
            "clause": condition.clause,
            "reference": submission.reference,
            "course": submission.course.title,
            "due": condition.due_on.isoformat(),
            "due_words": spoken(condition.due_on),
            **more,
        },
    )
    return True
