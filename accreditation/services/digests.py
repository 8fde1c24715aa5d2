"""The daily summary: what was held for a person since the last one, in one mail a day, to nobody with nothing new.

What is owed is worked out from the rows, so that a missed night misses nothing: whatever is held goes into the next one.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import mail, notices
from accreditation.enums import InformationMail, MessageState
from accreditation.models import Message, User

KIND = "daily_summary"
FROM_HOUR = 7
"""Not before this hour in London: nobody's telephone rings at night for information."""


def run(today: date | None = None) -> int:
    """Promises the summary of the day to everyone for whom something is held; returns how many. Safe at any time."""
    now = timezone.localtime()
    if today is None and now.hour < FROM_HOUR:
        return 0
    day = today or now.date()
    people = User.objects.filter(messages_to__state=MessageState.HELD).distinct().values_list("pk", flat=True)
    return sum(_promise(person_id, day) for person_id in people)


@transaction.atomic
def _promise(person_id: UUID, day: date) -> int:
    person = User.objects.select_for_update(of=("self",)).get(pk=person_id)
    held = Message.objects.filter(person=person, state=MessageState.HELD)
    if mail.choice_of(person) == InformationMail.NEVER:  # chosen after it was held
        held.update(state=MessageState.APP_ONLY)
        return 0
    key = f"{KIND}:{person.pk}:{day.isoformat()}"
    if Message.objects.filter(key=key).exists():
        return 0  # one a day; what came later waits until tomorrow
    shown = notices.own_notices(person).filter(state=MessageState.HELD, read_at__isnull=True)
    new = list(shown.order_by("created_at").values_list("pk", flat=True))
    held.exclude(pk__in=new).update(
        state=MessageState.APP_ONLY
    )  # read in the app, or no longer theirs to see
    if not new:
        return 0
    summary = mail.promise(KIND, to=person, key=key, path="/notices/")
    Message.objects.filter(pk__in=new).update(summary=summary)
    return 1
