"""Terms, bank holidays and clinic days: on which days a student of the demo world scans."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

HOLIDAYS = frozenset(
    {
        date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 1, 2), date(2026, 4, 3), date(2026, 4, 6),
        date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """From the first Monday to the last Friday."""

    first: date
    last: date


MAIN = (
    Term(date(2026, 1, 26), date(2026, 3, 27)),
    Term(date(2026, 4, 20), date(2026, 7, 3)),
    Term(date(2026, 9, 14), date(2026, 11, 20)),
)
FOCUSED = (Term(date(2025, 10, 13), date(2025, 12, 12)), Term(date(2026, 1, 12), date(2026, 2, 27)))
SCOTTISH = (
    Term(date(2025, 10, 6), date(2025, 12, 19)),
    Term(date(2026, 1, 12), date(2026, 3, 27)),
    Term(date(2026, 4, 20), date(2026, 6, 5)),
)
UNDERGRADUATE = (Term(date(2026, 1, 19), date(2026, 3, 27)), Term(date(2026, 4, 20), date(2026, 5, 29)))


def clinic_days(term: Term, weekdays: Iterable[int]) -> Iterator[date]:
    """The days of a term that fall on these weekdays (Monday is 0) and are no bank holiday."""
    chosen = frozenset(weekdays)
    for offset in range((term.last - term.first).days + 1):
        day = term.first + timedelta(days=offset)
        if day.weekday() in chosen and day not in HOLIDAYS:
            yield day
