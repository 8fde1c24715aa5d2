"""The kinds of message about the event of a case: its proposed days, the agreed one with its file, its end."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from accreditation import calendar
from accreditation.enums import EventState
from accreditation.mail import Attached, MailKind
from accreditation.models import CaseEvent, DateAnswer, Message

ASKED = "You get this because you are on the panel of this submission, or lead the course."


def _overtaken(message: Message) -> str:
    """Whoever is told of a later version need not be told of this one."""
    version = CaseEvent.objects.filter(pk=message.about_id).values_list("version", flat=True).first()
    return "" if version == message.context["version"] else "The event had changed when it was to be sent."


def _settled(message: Message) -> str:
    event = CaseEvent.objects.filter(pk=message.about_id, state=EventState.PROPOSED).first()
    if event is None:
        return "The days were no longer asked for when it was to be sent."
    said = DateAnswer.objects.filter(date=OuterRef("pk"), person=message.person_id)
    if not event.dates.exclude(Exists(said)).exists():
        return "They had said when they can come when it was to be sent."
    return ""


def _file(message: Message) -> Iterable[Attached]:
    event = CaseEvent.objects.select_related("submission__course").get(pk=message.about_id)
    if event.starts_at is not None:
        method = "CANCEL" if event.state == EventState.CANCELLED else "PUBLISH"
        yield Attached(calendar.name_of(event), calendar.file_of(event), f"text/calendar; method={method}")


KINDS = (
    MailKind("event_dates", "Days are proposed for an event", ASKED, "Say when you can come", moot=_settled),
    MailKind(
        "event_agreed",
        "The day of an event is agreed",
        ASKED,
        "Open the event",
        moot=_overtaken,
        attach=_file,
    ),
    MailKind("event_called_off", "An event is called off", ASKED, "Open the event", attach=_file),
)
