"""Single cells on their way in and out, and what can be wrong with one."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins so for a formula; an apostrophe before it makes it words."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line is refused or left out: its number as a spreadsheet counts, the column, the value, and the reason."""

    line: int
    column: str
    value: str
    reason: str


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula. `plain` gives the text back, whatever it was."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def plain(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text


def as_text(cell: object) -> str:
    """A cell of a workbook as the text that a CSV file would hold: days as 2025-03-14, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
