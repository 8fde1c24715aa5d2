"""The time that the scans which count took: in all, by region, by mentor and by month, each with the scans behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from accreditation.facts import gather
from accreditation.presenters.tables import Column
from accreditation.rules import regions
from accreditation.rules.dossier import CourseDossier
from accreditation.rules.facts import Scan
from accreditation.rules.standards import EDITIONS
from portfolios.models import Portfolio

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One scan that counts, as the table of hours shows it."""

    scan: Scan
    mentor: str

    @property
    def month(self) -> str:
        """Its month as an address says it: "2026-03"."""
        return f"{self.scan.on:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Sum:
    """One line of a summary: how many scans, how many of them say their minutes, and the minutes together."""

    label: str
    scans: int
    timed: int
    minutes: int
    query: str

    @property
    def hours(self) -> str:
        """Hours and minutes in words: "12 h 05 min"."""
        return spell(self.minutes)


@dataclass(frozen=True, slots=True)
class Hours:
    """The whole page. `rows` are the scans of the part that was asked for."""

    whole: Sum
    by_region: Sequence[Sum]
    by_mentor: Sequence[Sum]
    by_month: Sequence[Sum]
    rows: Sequence[Row]
    part: str


def spell(minutes: int) -> str:
    """Minutes as hours and minutes."""
    return f"{minutes // 60:,} h {minutes % 60:02} min"


def hours_of(portfolio: Portfolio, asked: Mapping[str, str], on: date | None = None) -> Hours:
    """The time of the scans that count, by the same reading as every other count: a constant number of queries.

    `asked`: `region`, `mentor` (number in the register) or `month` narrow the rows; what is unknown narrows nothing.
    """
    facts = gather(portfolio.student.course, on or timezone.localdate(), only=frozenset((portfolio.pk,)))
    names = {mentor.id: mentor.called for mentor in facts.mentors}
    counted: list[Scan] = []
    if facts.students:
        (student,) = CourseDossier(facts, EDITIONS[settings.STANDARD]).students
        counted = list(student.counted)
    rows = [Row(scan, names.get(scan.mentor or "", "No mentor named")) for scan in counted]
    rows.sort(key=lambda row: (row.scan.on, row.scan.id), reverse=True)
    by_region = [
        _sum(regions.LABELS[part].capitalize(), [row for row in rows if row.scan.regions & bit], region=part)
        for part, bit in regions.BITS.items()
        if any(row.scan.regions & bit for row in rows)
    ]
    by_mentor = _grouped(rows, "mentor", lambda row: row.scan.mentor or "none", lambda row: row.mentor)
    by_month = _grouped(rows, "month", lambda row: row.month, lambda row: month_words(row.month))
    part, chosen = _chosen(rows, asked, names)
    return Hours(_sum("All scans that count", rows), by_region, by_mentor, by_month, chosen, part)


def month_words(month: str) -> str:
    """ "2026-03" → "March 2026"."""
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"


def _sum(label: str, rows: Sequence[Row], **query: str) -> Sum:
    timed = [row.scan.minutes for row in rows if row.scan.minutes]
    return Sum(label, len(rows), len(timed), sum(timed), urlencode(query))


def _grouped(
    rows: Sequence[Row], name: str, key: Callable[[Row], str], label: Callable[[Row], str]
) -> list[Sum]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [_sum(label(held[0]), held, **{name: code}) for code, held in groups.items()]


def _chosen(rows: Sequence[Row], asked: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, list[Row]]:
    said: list[str] = []
    found = list(rows)
    if (part := asked.get("region", "")) in regions.BITS:
        found = [row for row in found if row.scan.regions & regions.BITS[part]]
        said.append(regions.LABELS[part].capitalize())
    if mentor := asked.get("mentor", ""):
        found = [row for row in found if (row.scan.mentor or "none") == mentor]
        said.append(names.get(mentor, "No mentor named"))
    if month := asked.get("month", ""):
        found = [row for row in found if row.month == month]
        said += [month_words(month)] if any(row.month == month for row in rows) else []
    return ", ".join(said), found


COLUMNS: tuple[Column[Row], ...] = (
    Column("scan", "Scan", lambda row: row.scan.id, key=lambda row: int(row.scan.id[1:])),
    Column("on", "Date", lambda row: row.scan.on),
    Column("regions", "Regions", lambda row: regions.spoken(row.scan.regions)),
    Column("mentor", "Mentor", lambda row: row.mentor),
    Column("minutes", "Minutes", lambda row: row.scan.minutes, number=True),
)


def as_context(found: Hours) -> dict[str, Any]:
    """The groups of the page, each with its heading and what to know about it."""
    twice = sum(one.scans for one in found.by_region) > found.whole.scans
    both = "A scan of two regions stands under both, so these lines add up to more than the whole."
    return {
        "hours": found,
        "groups": [
            ("By region", "Region", found.by_region, both if twice else ""),
            ("By mentor", "Mentor", found.by_mentor, ""),
            ("By month", "Month", found.by_month, ""),
        ],
    }
