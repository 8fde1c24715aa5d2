"""The kinds of message about the Committee's meetings (see `accreditation.mail`)."""

from django.utils import timezone

from accreditation.mail import MailKind
from accreditation.models import Meeting, Message


def _passed(message: Message) -> str:
    coming = Meeting.objects.filter(pk=message.about_id, held_on__gte=timezone.localdate()).exists()
    return "" if coming else "The meeting had passed when it was to be sent."


KINDS = (
    MailKind(
        "agenda_ready",
        "The agenda of a Committee meeting",
        "You get this because you are a member of the CASE Committee.",
        "Open the agenda",
        moot=_passed,
    ),
)
