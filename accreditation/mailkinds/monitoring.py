"""The kind of message about annual monitoring (see `accreditation.mail`)."""

from uuid import UUID

from accreditation.mail import MailKind
from accreditation.models import AnnualReturn, Message


def _sent(message: Message) -> str:
    done = AnnualReturn.objects.filter(
        course=UUID(message.about_id), year=message.context["year"], sent_at__isnull=False
    ).exists()
    return "The return had been sent when the reminder was to go." if done else ""


KINDS = (
    MailKind(
        "monitoring_due",
        "An annual return is due",
        "You get this because you lead this course.",
        "Open the return",
        moot=_sent,
    ),
)
