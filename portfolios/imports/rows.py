"""A scan as PostgreSQL takes it by COPY in its binary form: each value is its length in four bytes, then the value.

A cell that was read once is kept in this form: a row is its cells put together, no sign needs to be escaped, and the
database need not read words. `values_of` gives the values back, for SQLite, which has no COPY.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from accreditation.rules import regions
from portfolios import pathologies

VALUES: Final = (
    "on", "regions", "side", "subject", "supervision", "role", "mentor", "minutes", "pathologies", "other_finding",
    "age", "indication", "reflection", "identifier_reason", "case",
)  # fmt: skip
"""What a line of a file can say, in the order of a row."""
COLUMNS: Final = (
    "portfolio_id", "on", "regions", "side", "subject", "supervision", "role", "mentor_id", "minutes", "pathologies",
    "other_finding", "age", "indication", "reflection", "identifier_reason", "case", "logged", "number", "client_key",
    "version", "created_at", "updated_at",
)  # fmt: skip
"""The columns of a row, as `Sieve` makes it; the last three are the same for a whole file (`tail`)."""

FIRST: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
LAST: Final = b"\xff\xff"
"""What stands before the first and after the last row of a COPY."""
NULL: Final = b"\xff\xff\xff\xff"
EMPTY: Final = bytes(4)
EPOCH: Final = date(2000, 1, 1)
EPOCH_BEGAN: Final = datetime(2000, 1, 1, tzinfo=UTC)


def sized(data: bytes) -> bytes:
    """A value with its length before it."""
    return len(data).to_bytes(4, "big") + data


def words(text: str) -> bytes:
    return sized(text.encode())


def key(value: UUID | bytes) -> bytes:
    return sized(value.bytes if isinstance(value, UUID) else value)


def day(value: date) -> bytes:
    return sized((value - EPOCH).days.to_bytes(4, "big", signed=True))


@lru_cache(maxsize=8_192)
def whole(value: int) -> bytes:
    """A number in a column of four bytes."""
    return b"\0\0\0\4" + value.to_bytes(4, "big")


def _short(value: int) -> bytes:
    return b"\0\0\0\2" + value.to_bytes(2, "big")


def _regions(value: frozenset[str] | int) -> bytes:
    return whole(value if isinstance(value, int) else sum(regions.BITS[one] for one in value))


def _pathologies(value: frozenset[str] | int) -> bytes:
    bits = value if isinstance(value, int) else sum(pathologies.BITS[one] for one in value)
    return sized(bits.to_bytes(8, "big"))


WAYS: Final[dict[str, Callable[[Any], bytes]]] = dict.fromkeys(VALUES, words) | {
    "on": day, "regions": _regions, "pathologies": _pathologies, "mentor": key, "minutes": _short, "age": _short,
}  # fmt: skip
YES, NO = sized(b"\1"), sized(b"\0")


def written(name: str, value: Any) -> bytes:
    """A value of an entry as a column of COPY; a set may come as the integer as which it is stored."""
    return NULL if value is None else WAYS[name](value)


def opening(portfolio: UUID) -> bytes:
    """The beginning of every row of a log: how many columns there are, and whose it is."""
    return len(COLUMNS).to_bytes(2, "big") + key(portfolio)


def identity(row: Sequence[bytes]) -> bytes:
    """What makes two lines of one log the same scan: day, regions, side and case number; without a case number, all."""
    return b"".join((row[0], row[1], row[2], row[14])) if row[14] != EMPTY else b"".join(row)


def tail(moment: datetime) -> bytes:
    """The end of every row of a file: version, made, changed."""
    at = sized(((moment - EPOCH_BEGAN) // timedelta(microseconds=1)).to_bytes(8, "big"))
    return whole(1) + at + at


# --- and back --------------------------------------------------------------------------------------------------------


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _day_of(data: bytes) -> str:
    return (EPOCH + timedelta(days=int.from_bytes(data, "big", signed=True))).isoformat()


def _moment_of(data: bytes) -> str:
    return f"{EPOCH_BEGAN + timedelta(microseconds=_number(data)):%Y-%m-%d %H:%M:%S.%f}"


BACK: Final[dict[str, Callable[[bytes], Any]]] = {
    **dict.fromkeys(("regions", "minutes", "pathologies", "age", "number", "version", "logged"), _number),
    **dict.fromkeys(("portfolio_id", "mentor_id", "client_key"), bytes.hex),
    **dict.fromkeys(("created_at", "updated_at"), _moment_of),
    "on": _day_of,
}


def values_of(row: bytes) -> list[Any]:
    """A row's values in the order of `COLUMNS`, as SQLite keeps them."""
    return [
        None if data is None else BACK.get(name, bytes.decode)(data)
        for name, data in zip(COLUMNS, _pieces(row), strict=True)
    ]


def _pieces(row: bytes) -> Iterator[bytes | None]:
    place = 2
    while place < len(row):
        size = int.from_bytes(row[place : place + 4], "big", signed=True)
        place += 4
        yield None if size < 0 else row[place : place + size]
        place += max(size, 0)
