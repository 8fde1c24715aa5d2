"""A scan as the database takes it: one text for each column, the same for COPY on PostgreSQL and for SQLite."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from accreditation.rules import regions
from portfolios import pathologies

NULL: Final = r"\N"
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

SPECIAL: Final = re.compile(r"[\\\t\n\r]")
ESCAPES: Final = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}
BACK: Final = {escaped: sign for sign, escaped in ESCAPES.items()}
ESCAPED: Final = re.compile(r"\\[\\tnr]")


def escaped(text: str) -> str:
    """Text as a column of COPY."""
    return SPECIAL.sub(lambda sign: ESCAPES[sign[0]], text) if SPECIAL.search(text) else text


def unescaped(text: str) -> str | None:
    """A column of COPY as the text it stands for."""
    if text == NULL:
        return None
    return ESCAPED.sub(lambda sign: BACK[sign[0]], text) if "\\" in text else text


def written(name: str, value: Any) -> str:
    """A value of an entry as a column of COPY. Keys are written without hyphens, which both databases take."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, frozenset):
        bits = regions.BITS if name == "regions" else pathologies.BITS
        return str(sum(bits[one] for one in value))
    if isinstance(value, date):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else str(value)


def identity(row: Sequence[str]) -> str:
    """What makes two lines of one log the same scan: day, regions, side and case number; without a case number, all."""
    return "\t".join((row[0], row[1], row[2], row[14])) if row[14] else "\t".join(row)


def tail(moment: datetime) -> str:
    """The end of every row of a file: version, made, changed; `moment` in UTC."""
    at = moment.strftime("%Y-%m-%d %H:%M:%S.%f")
    return f"1\t{at}\t{at}"
