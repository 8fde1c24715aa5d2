"""The link with which a mentor confirms without an account. It names the entry and the due day, and is signed.

Opening it changes nothing, however often a mail gateway does so; it works until the confirmation of that due day is made.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from mentors.models import Mentor

SALT = "mentors.confirmation"
AGE_SECONDS = 200 * 24 * 3600
"""Long enough for a person on leave; a link that is older asks for a new one."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a link means: whose entry, and the confirmation of which due day."""

    mentor_id: UUID
    due: date


def token(mentor: Mentor, due: date) -> str:
    """The signed part of the address."""
    return signing.dumps([str(mentor.pk), due.isoformat()], salt=SALT)


def address(mentor: Mentor, due: date) -> str:
    """The whole address, for an e-mail."""
    return settings.SITE_ORIGIN + reverse("mentor_link", args=[token(mentor, due)])


def read(text: str) -> Meant | None:
    """What a link means; None where it was changed, cut off or is too old."""
    try:
        pk, due = signing.loads(text, salt=SALT, max_age=AGE_SECONDS)
        return Meant(UUID(pk), date.fromisoformat(due))
    except (signing.BadSignature, ValueError, TypeError):
        return None
