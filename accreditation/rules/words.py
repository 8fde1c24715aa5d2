"""Small words that the findings' sentences are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from accreditation.rules.dates import spoken
from accreditation.rules.log import Rows

NAMED_AT_MOST: Final = 6
"""A sentence names this many scans; the finding's rows hold all of them."""

NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(number: int, thing: str, things: str = "") -> str:
    """ "1 scan", "12 scans"."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def number_word(number: int) -> str:
    """ "two"; digits above ten."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def years(number: int) -> str:
    """ "two years", "one year"."""
    return f"{number_word(number)} year{'' if number == 1 else 's'}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"; "none" for nothing."""
    words = list(items)
    if len(words) < 2:
        return words[0] if words else "none"
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def be(number: int) -> str:
    return "is" if number == 1 else "are"


def were(number: int) -> str:
    return "was" if number == 1 else "were"


def scans(rows: Rows) -> str:
    """Scans by number, id and day: "1 scan (X9, 20 December 2024)", "14 scans (X1, X2, ... and 8 more)"."""
    number = len(rows)
    return f"{counted(number, 'scan')} ({named(rows)})"


def named(rows: Rows) -> str:
    """Scans by their ids, with the day where it is one scan; a long list is cut and says how many more."""
    if len(rows) == 1:
        scan = rows.first
        return f"{scan.id}, {spoken(scan.on)}"
    shown: Sequence[str] = [scan.id for scan in rows.some(NAMED_AT_MOST)]
    more = len(rows) - len(shown)
    return f"{', '.join(shown)} and {more} more" if more else listed(shown)


def span(rows: Rows) -> str:
    """When scans were made: "on 23 September 2024", "from 23 September to 4 October 2024" with both days in
    full.
    """
    first, last = rows.first_day, rows.last_day
    return f"on {spoken(first)}" if first == last else f"from {spoken(first)} to {spoken(last)}"
