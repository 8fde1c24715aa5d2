"""The kinds of message about conditions after the decision (see `accreditation.mail`)."""

from uuid import UUID

from accreditation.enums import ConditionState
from accreditation.mail import MailKind
from accreditation.models import Condition, ConditionView, Message

LEADER_WHY = "You get this because you lead this course."
PANEL_WHY = "You get this because you assessed this course."
CLOSER_WHY = "You get this because you close conditions for CASE."


def _of(message: Message) -> Condition | None:
    return Condition.objects.filter(pk=message.about_id).select_related("decision").first()


def answered_meanwhile(message: Message) -> str:
    """Why a reminder is not sent any more: the condition was answered or closed, or has another day now."""
    condition = _of(message)
    if condition is None or condition.decision.superseded:
        return "The decision no longer holds."
    if condition.state != ConditionState.OPEN:
        return "The condition was answered meanwhile."
    if condition.due_on.isoformat() != message.context.get("due"):
        return "The condition has another day now."
    return ""


def acted_meanwhile(message: Message) -> str:
    """Why nobody is asked any more to look at an answer: CASE has acted on it."""
    condition = _of(message)
    if condition is None or condition.decision.superseded or condition.state != ConditionState.ANSWERED:
        return "CASE acted on the answer meanwhile."
    return ""


def no_longer_ready(message: Message) -> str:
    """Why nobody is told any more that the rules find a condition met: it is closed or answered, or the data changed."""
    condition = _of(message)
    if condition is None or condition.decision.superseded or condition.state != ConditionState.OPEN:
        return "CASE acted on the condition meanwhile."
    return "" if condition.ready_on else "The course’s data no longer meet the condition."


def viewed_meanwhile(message: Message) -> str:
    """Why an assessor is not asked for a view any more: they gave theirs, or CASE has acted."""
    given = ConditionView.objects.filter(
        answer__condition=UUID(message.about_id), by=message.person_id, created_at__gte=message.created_at
    ).exists()
    return "The view was given meanwhile." if given else acted_meanwhile(message)


KINDS = (
    MailKind(
        "condition_due",
        "A condition waits for its answer",
        LEADER_WHY,
        "Answer the condition",
        moot=answered_meanwhile,
    ),
    MailKind(
        "condition_answered",
        "A course answered a condition",
        PANEL_WHY,
        "Give your view",
        moot=viewed_meanwhile,
    ),
    MailKind(
        "condition_to_close",
        "All views of an answer are in",
        CLOSER_WHY,
        "Look at the condition",
        moot=acted_meanwhile,
    ),
    MailKind(
        "condition_ready",
        "A condition is ready to close",
        CLOSER_WHY,
        "Look at the condition",
        moot=no_longer_ready,
    ),
    MailKind(
        "condition_data_meets",
        "Your data meet a condition",
        LEADER_WHY,
        "Open the condition",
        duty=False,
        moot=no_longer_ready,
    ),
    MailKind(
        "condition_returned",
        "An answer is given back",
        LEADER_WHY,
        "Read what is still wanted",
        moot=answered_meanwhile,
    ),
    MailKind("condition_moved", "Something became of a condition", LEADER_WHY, "Read it", duty=False),
)
