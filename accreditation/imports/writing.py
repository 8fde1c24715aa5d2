"""Writes tables as CSV and Excel files, with no cell that a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from accreditation.imports.cells import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
WIDEST = 40


def to_csv(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8 with a mark at its start, which Excel needs to read names rightly."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    freeze: str = "A2",
    allowed: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """An Excel file; every cell is text. `allowed`: column → what may stand in it, as a second sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = freeze
    _widths(sheet, headings)
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, harmless(cell)) for cell in row])
    if allowed:
        second = book.create_sheet("Allowed values")
        second.freeze_panes = "A2"
        _widths(second, list(allowed))
        second.append([_cell(second, heading, bold=True) for heading in allowed])
        for place in range(max(map(len, allowed.values()))):
            cells = [values[place] if place < len(values) else "" for values in allowed.values()]
            second.append([_cell(second, harmless(cell)) for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _widths(sheet: Any, headings: Sequence[str]) -> None:
    for place, heading in enumerate(headings):
        letter = chr(ord("A") + place) if place < 26 else f"A{chr(ord('A') + place - 26)}"
        sheet.column_dimensions[letter].width = min(max(len(heading) + 3, 14), WIDEST)


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value="".join(c for c in text if c >= " " or c in "\t\n"))
    cell.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        cell.font = Font(bold=True)
    return cell
