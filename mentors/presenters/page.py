"""The rows that a mentor's page shows, as the register held them at a moment."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import dateformat, timezone
from django.utils.translation import gettext

from accreditation.rules.dates import spoken
from mentors.enums import Precision
from mentors.models import (
    Break,
    Consent,
    Employment,
    FormerEntry,
    Listing,
    Mentor,
    Placement,
    Qualification,
    RegisterCheck,
    RemitPeriod,
)
from mentors.selectors import known


def qualification_lines(rows: Iterable[Qualification]) -> list[str]:
    """A mentor's qualifications in the language of the page, each with what is known of the day of its ratification."""
    return [_qualification(row) for row in rows]


def _qualification(row: Qualification) -> str:
    title = row.title or gettext(row.get_kind_display())
    day = row.ratified_on
    if day is None:
        return gettext("%(title)s, ratified on a day not known") % {"title": title}
    if row.precision == Precision.DAY:
        return gettext("%(title)s, ratified on %(day)s") % {
            "title": title,
            "day": dateformat.format(day, "j F Y"),
        }
    when = dateformat.format(day, "F Y" if row.precision == Precision.MONTH else "Y")
    return gettext("%(title)s, ratified in %(month_or_year)s") % {"title": title, "month_or_year": when}


def held_rows(mentor: Mentor, at: datetime) -> dict[str, Any]:
    """Each kind of row as it was known at a moment, and the rows that had been corrected by then."""
    mine = {"mentor": mentor}
    corrected = Qualification.objects.filter(**mine, known_until__lte=at)
    return {
        "qualifications": known(Qualification.objects.filter(**mine), at)
        .prefetch_related("documents")
        .order_by("ratified_on", "created_at"),
        "corrected": corrected.order_by("-known_until"),
        "remit": known(RemitPeriod.objects.filter(**mine), at).order_by("-since"),
        "breaks": known(Break.objects.filter(**mine), at).order_by("-since"),
        "posts": known(Employment.objects.filter(**mine), at).order_by("-since"),
        "placements": known(Placement.objects.filter(**mine), at)
        .select_related("course__institution")
        .order_by("-since"),
        "listings": known(Listing.objects.filter(**mine), at).order_by("-since"),
        "consents": known(Consent.objects.filter(**mine), at).order_by("-since"),
        "checks": RegisterCheck.objects.filter(**mine, created_at__lte=at).select_related("by")[:5],
        "confirmed": mentor.confirmations.filter(created_at__lte=at).first(),
    }


def register_words(mentor: Mentor, on: date, at: datetime) -> str:
    """Where a mentor stood on a day, as known at a moment: empty for somebody who was on the register."""
    rows = list(known(Listing.objects.filter(mentor=mentor), at))
    if any(row.since <= on and (row.until is None or row.until >= on) for row in rows):
        return ""
    past = [row.until for row in rows if row.until is not None and row.until < on]
    if past:
        return f"Left the register: the last day was {spoken(max(past))}"
    ahead = [row.since for row in rows if row.since > on]
    if ahead:
        return f"On the register from {spoken(min(ahead))}, not yet on this day"
    return "Proposed, not yet on the register"


def knowledge_days(mentor: Mentor, most: int = 6) -> list[date]:
    """The last days on which something about a mentor became known or was corrected, newest first: worth reading as of."""
    tables: tuple[QuerySet[Any], ...] = tuple(
        model.objects.filter(mentor=mentor)
        for model in (Qualification, RemitPeriod, Break, Employment, Placement, FormerEntry, Listing, Consent)
    )
    moments = {moment for rows in tables for moment in rows.values_list("known_from", flat=True)}
    return sorted({timezone.localtime(moment).date() for moment in moments}, reverse=True)[:most]
