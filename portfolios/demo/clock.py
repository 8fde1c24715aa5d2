"""A clock that can be set, so that services driven today leave a history of dates that is true in the demo world."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from unittest.mock import patch

from django.utils import timezone

SEED_DAY = date(2026, 11, 24)
"""The day on which the demo world stands still."""


@contextmanager
def at(day: date, hour: int = 10, minute: int = 0) -> Iterator[None]:
    """While this lasts, `timezone.now()` tells that day and hour, a millisecond later at every look."""
    start = datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())
    looks = 0

    def now() -> datetime:
        nonlocal looks
        looks += 1
        return start + timedelta(milliseconds=looks)

    with patch.object(timezone, "now", now):
        yield


@dataclass
class Diary:
    """What happens on which day; `live` runs it all in order of time, whatever the order it was written down in."""

    entries: list[tuple[date, int, int, Callable[..., Any], tuple[Any, ...]]] = field(default_factory=list)
    afterwards: Callable[[], Any] | None = None
    """Called under the same clock when all of an hour has happened: what a worker would do."""

    def on(self, day: date, happens: Callable[..., Any], *args: Any, hour: int = 10) -> None:
        """Writes down that something happens on a day, at an hour: `happens(*args)`."""
        self.entries.append((day, hour, len(self.entries), happens, args))

    def live(self) -> None:
        """Lets everything happen, each thing under its own clock; same day and hour: as written down."""
        entries = sorted(self.entries, key=lambda entry: entry[:3])
        for (day, hour), together in groupby(entries, key=lambda entry: entry[:2]):
            with at(day, hour):  # one clock for all that happens in the same hour, so that it never goes back
                for *_, happens, args in together:
                    happens(*args)
                if self.afterwards:
                    self.afterwards()
        self.entries.clear()
