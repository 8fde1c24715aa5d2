"""The directory as a page, a CSV file and a JSON document, and the plot of accredited courses by nation."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accreditation.directory import Entry, Status
from accreditation.enums import Nation

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    "Reference", "Course", "Institution", "Nation", "Kind of course", "Award", "Regions", "Status", "Accredited from",
    "Accredited until", "Decided on", "Conditions open", "Certificate",
)  # fmt: skip
LEFT, STEP, WIDEST = 150, 36, 400


def as_csv(entries: Sequence[Entry]) -> bytes:
    """UTF-8 with a mark at its start, which Excel needs; no cell that a spreadsheet takes for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in entries:
        cells = (
            one.reference, one.title, one.institution, one.nation_words, one.kind_words, one.award_words,
            one.region_words, one.status.label, one.period_from.isoformat(), one.period_to.isoformat(),
            one.decided_on.isoformat(), "yes" if one.conditions_open else "no",
            one.certificate,
        )  # fmt: skip
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def as_json(entries: Sequence[Entry], today: date) -> bytes:
    """The document that directory.schema.json describes."""
    body = {
        "format": 2,
        "as_of": today.isoformat(),
        "demo": bool(settings.DEMO),
        "courses": [_plain(one) for one in entries],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def _plain(one: Entry) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "title": one.title,
        "institution": one.institution,
        "nation": one.nation,
        "kind": one.kind,
        "award": one.award,
        "regions": list(one.regions),
        "status": one.status.value,
        "outcome": one.outcome,
        "decided_on": one.decided_on.isoformat(),
        "period_from": one.period_from.isoformat(),
        "period_to": one.period_to.isoformat(),
        "conditions_open": one.conditions_open,
        "certificate": one.certificate,
        "history": [
            {
                "decided_on": past.decided_on.isoformat(),
                "outcome": past.outcome,
                "period_from": past.period_from.isoformat(),
                "period_to": past.period_to.isoformat(),
                "application": past.kind,
                "holds": past.holds,
            }
            for past in one.history
        ],
        "url": settings.SITE_ORIGIN + reverse("directory_course", args=[one.reference]),
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """One nation in the plot, in pixels."""

    label: str
    count: int
    y: int
    text_y: int
    width: int
    end: int


@dataclass(frozen=True, slots=True)
class Plot:
    """Accredited courses by nation; `title` states what the picture shows."""

    title: str
    bars: tuple[Bar, ...]
    height: int


def by_nation(entries: Sequence[Entry]) -> Plot:
    """The plot over all entries: those that are accredited on the day, by nation, in the nations' order."""
    counts = {
        nation: sum(1 for one in entries if one.nation == nation and one.status == Status.ACCREDITED)
        for nation in Nation.values
    }
    most, total = max(counts.values()), sum(counts.values())
    bars = []
    for place, (nation, count) in enumerate(counts.items()):
        width = round(WIDEST * count / most) if most else 0
        y = place * STEP + 4
        bars.append(Bar(gettext(str(Nation(nation).label)), count, y, y + 18, width, LEFT + width + 12))
    first = next(
        (gettext(str(Nation(nation).label)) for nation, count in counts.items() if count == most), ""
    )
    tied = list(counts.values()).count(most) > 1
    if not total:
        title = gettext("No course is accredited today")
    elif total == 1:
        title = gettext("One course is accredited today, in %(nation)s") % {"nation": first}
    elif tied:
        title = ngettext(
            "%(count)d course is accredited today", "%(count)d courses are accredited today", total
        ) % {"count": total}
    else:
        title = ngettext(
            "%(count)d course is accredited today, in %(nation)s",
            "%(count)d courses are accredited today, most of them in %(nation)s",
            total,
        ) % {"count": total, "nation": first}
    return Plot(title, tuple(bars), len(bars) * STEP)
