"""What the register holds about a person (see `accreditation.personal`)."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accreditation.belongings import belongings, delete
from accreditation.models import User
from accreditation.personal import Part
from accreditation.retention import SCHEDULE, years_after
from mentors.enums import MentorState
from mentors.models import Document, FormerEntry, Mentor, Remark, Reminder

GONE = (MentorState.LEFT, MentorState.TAKEN_BACK)
NAMELESS = "Former mentor"


def _entries(user: User | None, email: str) -> list[Mentor]:
    return list(Mentor.objects.filter(Q(user=user) if user else Q(email__iexact=email)))


def parts(user: User | None, email: str) -> Iterator[Part]:
    """Each entry of the register, with all that belongs to it."""
    for mentor in _entries(user, email):
        rows = belongings(Mentor.objects.filter(pk=mentor.pk), also=("mentors.Document.mentor",))
        until = None
        if mentor.state in GONE:
            last = max(mentor.confirmed_on or date.min, timezone.localdate(mentor.updated_at))
            until = years_after(last, SCHEDULE["mentor"].years)
        title = f"Entry {mentor.number} of the mentor register"
        yield Part(title, SCHEDULE["mentor"], rows, until, partial(forget, mentor.pk))


def names(user: User | None, email: str) -> Iterator[str]:
    """Names, addresses and registration numbers, of now and of before."""
    for mentor in _entries(user, email):
        yield from (mentor.full_name, mentor.email, mentor.registration_number)
        for former in mentor.former_entries.all():
            yield from (former.full_name, former.email, former.registration_number)


def due(today: date) -> Iterator[str]:
    """Entries whose period has ended and that still have a name, counted."""
    limit = years_after(today, -SCHEDULE["mentor"].years)
    old = Mentor.objects.filter(state__in=GONE, updated_at__date__lt=limit).exclude(
        full_name__startswith=NAMELESS
    )
    if count := old.exclude(confirmed_on__gte=limit).count():
        yield f"{count} entries of mentors who left are older than their period ({SCHEDULE['mentor']})."


def forget(mentor_id: UUID) -> None:
    """Takes the person from an entry: what was qualified and supervised when stays, under the entry's number."""
    mentor = Mentor.objects.get(pk=mentor_id)
    for model in (Document, FormerEntry, Remark, Reminder):
        delete([model._default_manager.filter(mentor=mentor)])
    mentor.full_name = f"{NAMELESS} {mentor.number}"
    mentor.email = mentor.registration_number = mentor.body = ""
    mentor.user = None
    if mentor.state == MentorState.ACTIVE:
        mentor.state = MentorState.LEFT
    mentor.save()
