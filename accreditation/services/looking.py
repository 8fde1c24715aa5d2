"""Remembers what an assessor has looked at. No matter of record: it is nobody's but the reader's, and is not audited."""

from django.db import transaction
from django.utils import timezone

from accreditation import mail
from accreditation.looks import Mark, Sums
from accreditation.models import Assignment, ClauseLook


def look(*, place: Assignment, clause: str, now: Sums, mark: Mark) -> None:
    """The holder of a place has the clause before them as it stands `now`. Writes only where that is new to them."""
    if not mark.unread and not mark.changed:
        return
    with transaction.atomic():
        ClauseLook.objects.update_or_create(
            assignment=place, clause=clause, defaults={"seen": dict(now), "at": timezone.now()}
        )
        mail.settle_done(place.submission)  # an answer of the course that stood here is read
