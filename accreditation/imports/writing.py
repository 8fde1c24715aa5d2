"""Writes tables as CSV and Excel files, with no cell that a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from accreditation.imports.cells import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
WIDEST = 40
Cell = str | int | float | date | None


def to_csv(headings: Iterable[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file in UTF-8 with a mark at its start, which Excel needs to read names rightly; days as 2025-03-14."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    freeze: str = "A2",
    marked: bool = True,
    allowed: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """An Excel file: numbers and days as such, all else as text.

    `marked`: text like a formula carries an apostrophe, as in CSV, for those who save the file as CSV and bring it in again;
    without, it is plain text all the same. `allowed`: column → what may stand in it, as a second sheet.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])  # as long as a name may be there
    sheet.freeze_panes = freeze
    _widths(sheet, headings)
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, _marked(cell) if marked else cell) for cell in row])
    if allowed:
        second = book.create_sheet("Allowed values")
        second.freeze_panes = "A2"
        _widths(second, list(allowed))
        second.append([_cell(second, heading, bold=True) for heading in allowed])
        for place in range(max(map(len, allowed.values()))):
            cells = [values[place] if place < len(values) else "" for values in allowed.values()]
            second.append([_cell(second, _marked(cell)) for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _widths(sheet: Any, headings: Sequence[str]) -> None:
    for place, heading in enumerate(headings):
        letter = chr(ord("A") + place) if place < 26 else f"A{chr(ord('A') + place - 26)}"
        sheet.column_dimensions[letter].width = min(max(len(heading) + 3, 14), WIDEST)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else harmless(str(cell))


def _marked(cell: Cell) -> Cell:
    return harmless(cell) if isinstance(cell, str) else cell


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # a day is taken as one
    cell = WriteOnlyCell(sheet, value="".join(c for c in value if c >= " " or c in "\t\n"))
    cell.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        cell.font = Font(bold=True)
    return cell
