"""What a person does with their notices: marks them as read, and chooses what comes by e-mail."""

from uuid import UUID

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from accreditation import audit, notices
from accreditation.enums import InformationMail, MessageState
from accreditation.exceptions import Invalid
from accreditation.models import MailChoice, Message, User


@transaction.atomic
def mark_read(*, by: User, message_id: UUID) -> Message:
    """Marks one of a person's own notices as read; again changes nothing. Raises `Message.DoesNotExist`."""
    message = notices.own_notices(by).select_for_update(of=("self",)).get(pk=message_id)
    if message.read_at is None:
        message.read_at = timezone.now()
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, by: User, until: UUID) -> int:
    """Marks a person's notices as read up to `until`, the newest one that their page showed; returns how many."""
    shown = notices.own_notices(by).filter(pk=until).values("created_at")
    rows = notices.own_notices(by).filter(read_at__isnull=True, created_at__lte=Subquery(shown)).values("pk")
    return Message.objects.filter(pk__in=rows).update(read_at=timezone.now())


@transaction.atomic
def choose(*, by: User, information: str) -> MailChoice:
    """A person chooses how they are informed by e-mail. What was held for a summary follows the choice.

    Duties are always sent. Raises `Invalid` for something that is no choice.
    """
    if information not in InformationMail.values:
        raise Invalid({"information": ["Choose how you want to be informed."]})
    row, _ = MailChoice.objects.update_or_create(person=by, defaults={"information": information})
    if information == InformationMail.NEVER:
        Message.objects.filter(person=by, state=MessageState.HELD).update(state=MessageState.APP_ONLY)
    audit.record("mail.chosen", by=by, obj=by, payload={"information": information})
    return row
