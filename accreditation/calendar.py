"""An event as a calendar file (RFC 5545), written by the library `icalendar`: folded, escaped, in UTC.

The file is a publication, not an invitation: nobody's calendar answers by itself, and no address of anybody else stands in
it. The event's own id is its UID and its version the sequence, so that a later file replaces an earlier one.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event, vText

from accreditation.enums import EventState
from accreditation.models import CaseEvent
from accreditation.rules.dates import spoken

MEDIA_TYPE = "text/calendar; charset=utf-8"


def file_of(event: CaseEvent) -> bytes:
    """The event as a calendar file. Raises `ValueError` before a day was agreed."""
    if event.starts_at is None:
        raise ValueError("No day was agreed yet.")
    cancelled = event.state == EventState.CANCELLED
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    calendar = Calendar()
    calendar.add("prodid", "-//CASE//Accreditation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    entry = Event()
    entry.add("uid", f"{event.pk}@{host}")
    entry.add("sequence", event.version)
    entry.add("dtstamp", timezone.now().astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", (event.starts_at + timedelta(minutes=event.minutes)).astimezone(UTC))
    entry.add("summary", f"CASE {event.get_kind_display().lower()}: {event.submission.course.title}")
    if event.place or event.link:
        entry.add("location", event.place or event.link)
    page = settings.SITE_ORIGIN + reverse("event", args=[event.pk])
    words = [event.agenda, f"Join: {event.link}" if event.link else "", f"Details: {page}"]
    entry.add("description", vText("\n\n".join(part.replace("\r\n", "\n") for part in words if part)))
    entry.add("url", page)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written


def spoken_moment(moment: datetime) -> str:
    """A moment in London as people say it: "Friday 14 March 2025, 10:00"."""
    local = timezone.localtime(moment)
    return f"{local:%A} {spoken(local.date())}, {local:%H:%M}"


def spoken_length(minutes: int) -> str:
    """A length as people say it: "45 minutes", "1 hour", "5 hours 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    if rest:
        parts.append(f"{rest} minutes")
    return " ".join(parts)


def name_of(event: CaseEvent) -> str:
    """The file's name, such as "CASE-visit-MSK-2026-0001.ics"."""
    return f"CASE-{event.get_kind_display().lower().replace(' ', '-')}-{event.submission.reference}.ics"
