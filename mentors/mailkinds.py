"""The kind of message about the register: the reminders of the yearly confirmation."""

from accreditation.enums import MessageState
from accreditation.mail import MailKind, Office
from accreditation.models import Message
from mentors import links
from mentors.enums import MentorState, ReminderState
from mentors.models import Reminder
from mentors.reminders import due_day


def _row(message: Message) -> Reminder:
    return Reminder.objects.select_related("mentor").get(pk=message.about_id)


def _confirmed(message: Message) -> str:
    row = _row(message)
    if row.mentor.state != MentorState.ACTIVE:
        return "The entry was not on the register any more when it was to be sent."
    return "" if due_day(row.mentor) == row.due else "The entry had been confirmed when it was to be sent."


def _link(message: Message) -> str:
    row = _row(message)
    return links.address(row.mentor, row.due)


def _ended(message: Message) -> None:
    """The table of reminders says what became of each; one that failed is tried again, and stays promised."""
    row = _row(message)
    if message.state == MessageState.SENT:
        row.state, row.sent_at = ReminderState.SENT, message.sent_at
    elif message.state == MessageState.DROPPED:
        row.state = ReminderState.CONFIRMED
    row.save(update_fields=["state", "sent_at"])


KINDS = (
    MailKind(
        "mentor_confirmation",
        "Yearly confirmation of a register entry",
        "You get this because you are on CASE’s mentor register; the reminders stop when you have confirmed.",
        "Look at your entry and confirm it",
        office=Office.SHOWN,
        moot=_confirmed,
        secret=_link,
        ended=_ended,
    ),
)
