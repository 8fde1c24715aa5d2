"""Calendar dates as the standard reads them: anniversaries, the 29 February, and dates known only in part.

"n years after D" is the same day and month n years later, never a number of days. Nothing here reads a
clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, Self

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ONE_DAY: Final = timedelta(days=1)

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class LeapRule(StrEnum):
    """Which day stands for 29 February in a year that has none."""

    FEBRUARY_28 = "28 February"
    MARCH_1 = "1 March"


def years_after(day: date, years: int, leap: LeapRule) -> date:
    """The same day and month `years` later; 29 February falls on the edition's day where the year has none."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # only 29 February can be missing
        return date(day.year + years, 2, 28) if leap is LeapRule.FEBRUARY_28 else date(day.year + years, 3, 1)


def next_day(day: date) -> date:
    """The day after; the calendar's last day is its own."""
    return day + ONE_DAY if day < date.max else day


@lru_cache(maxsize=8192)
def spoken(day: date) -> str:
    """A day as it is written on pages and in letters: "14 March 2025"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def parse_day(text: str) -> date:
    """`YYYY-MM-DD` and nothing else; raises ValueError for any other form and for days that do not exist."""
    if len(text) != 10 or not _PARTIAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a date (YYYY-MM-DD)")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month or the year: it lies from `first` to `last`, both days included."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day, day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`YYYY-MM-DD`, `YYYY-MM` or `YYYY`; raises ValueError for anything else."""
        found = _PARTIAL.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is not a date (YYYY-MM-DD, YYYY-MM or YYYY)")
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            if day is not None:
                return cls.of(date.fromisoformat(text))
            if month is not None:
                return cls(date(year or 0, month, 1), date(year or 0, month, monthrange(year or 0, month)[1]))
            return cls(date(year or 0, 1, 1), date(year or 0, 12, 31))
        except ValueError:
            raise ValueError(f"{text!r} is not a day of the calendar") from None

    @property
    def exact(self) -> bool:
        return self.first == self.last

    def __str__(self) -> str:
        if self.exact:
            return self.first.isoformat()
        if self.first.month == self.last.month:
            return self.first.isoformat()[:7]
        return self.first.isoformat()[:4]

    def spoken(self) -> str:
        """ "14 March 2025", "March 2025 (day not given)" or "2025 (day not given)"."""
        if self.exact:
            return spoken(self.first)
        if self.first.month == self.last.month:
            return f"{MONTHS[self.first.month - 1]} {self.first.year} (day not given)"
        return f"{self.first.year} (day not given)"


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last day, both included. An absent end is still open; an absent start is
    unknown.
    """

    since: date | None
    until: date | None

    def may_hold(self, day: date) -> bool:
        """Whether the day can lie in the period: an unknown start rules nothing out."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def holds(self, day: date) -> bool:
        """Whether the day is known to lie in the period: an unknown start shows nothing."""
        return self.since is not None and self.may_hold(day)

    def edges(self) -> tuple[date, ...]:
        """The days on which the period's answer changes: its first, and the day after its last."""
        starts = () if self.since is None else (self.since,)
        ends = () if self.until is None else (next_day(self.until),)
        return starts + ends

    def spoken(self) -> str:
        start = "a day not given" if self.since is None else spoken(self.since)
        return f"from {start}" + (f" to {spoken(self.until)}" if self.until else " on")
