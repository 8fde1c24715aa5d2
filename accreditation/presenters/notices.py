"""Notices as their page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from accreditation import mail, notices
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
