"""The kinds of message about appeals (see `accreditation.mail`)."""

from accreditation.enums import AppealState
from accreditation.mail import MailKind
from accreditation.models import Appeal, Message


def _dealt_with(message: Message) -> str:
    open_still = Appeal.objects.filter(pk=message.about_id, state=AppealState.LODGED).exists()
    return "" if open_still else "The appeal had ended when it was to be sent."


def _superseded(message: Message) -> str:
    waits = Appeal.objects.filter(pk=message.about_id, decision__superseded=False).exists()
    return "" if waits else "A superseding decision was on record when it was to be sent."


KINDS = (
    MailKind(
        "appeal_lodged",
        "An appeal is lodged",
        "You get this because you are an officer of CASE.",
        "Open the appeal",
        moot=_dealt_with,
    ),
    MailKind(
        "appeal_upheld",
        "An appeal is upheld",
        "You get this because you chair the Committee.",
        "Open the appeal",
        moot=_superseded,
    ),
    MailKind(
        "appeal_ended", "An appeal has ended", "You get this because you lodged it.", "Read how it ended"
    ),
)
