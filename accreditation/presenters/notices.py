"""Notices as their page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from accreditation import mail, notices
from accreditation.mail_text import Words, words_of
from accreditation.models import Message


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its line, the name of its kind, whether it asks for something, and where it leads ("": nowhere)."""

    message: Message
    title: str
    kind: str
    duty: bool
    url: str

    @property
    def to(self) -> str:
        """Whom it goes to: the person's name, or the name that the message itself gives."""
        return str(self.message.person or self.message.context.get("name", "")) or self.message.address

    @property
    def unread(self) -> bool:
        """Whether the person has not marked it as read."""
        return self.message.read_at is None


def rows(found: Iterable[Message]) -> list[Notice]:
    """Notices in the order given."""
    kinds = mail.kinds()
    return [
        Notice(
            message=message,
            title=notices.title(message),
            kind=kinds[message.kind].title,
            duty=kinds[message.kind].duty,
            url=message.path,
        )
        for message in found
    ]


def words(message: Message) -> Words:
    """The words of a message: as they were sent, or as they would be sent now. Never with a secret link."""
    if message.text:
        return Words(message.subject, message.text, message.html)
    return words_of(message, kept=True)
