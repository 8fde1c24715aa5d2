"""Files of mentors: CSV and XLSX, out and in. One line for each qualification; a person's other cells are repeated.

Cells that a spreadsheet would take for a formula carry an apostrophe on the way out (and lose it on the way in).
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from accreditation.exceptions import Invalid

COLUMNS: dict[str, str] = {
    "number": "Register number",
    "full_name": "Full name",
    "email": "Work address",
    "body": "Regulator",
    "registration_number": "Registration number",
    "consent_on": "Consent on",
    "employer": "Employer",
    "site": "Site",
    "area": "Region of the country",
    "job": "Role",
    "employed_since": "Employed from",
    "remit": "Remit",
    "remit_since": "Remit from",
    "kind": "Qualification",
    "title": "Title",
    "awarding_body": "Awarded by",
    "msk": "In MSK ultrasound",
    "level": "Level",
    "country": "Awarded in",
    "ratified": "Ratified on",
}
"""What a file holds: the name of a value → the heading of its column. Files may use either, in any order."""

FORMER = {"nation": "area"}
"""Headings that files of earlier days carry."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
MOST_LINES = 10_000
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number as a spreadsheet counts, and its cells by the name of the value, as text."""

    number: int
    cells: dict[str, str]


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain(text: str) -> str:
    """What `harmless` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8 with a mark at its start, which Excel needs to read names rightly."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """An XLSX file; every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Mentors")
    sheet.freeze_panes = "C2"
    sheet.append([_cell(sheet, heading, bold=True) for heading in COLUMNS.values()])
    for row in rows:
        sheet.append([_cell(sheet, harmless(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value="".join(c for c in text if c >= " " or c in "\t\n"))
    cell.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        cell.font = Font(bold=True)
    return cell


def read(name: str, data: bytes) -> list[Line]:
    """The lines of a file. Raises `Invalid` where it cannot be read as a table of mentors; says what is missing."""
    if not data:
        raise Invalid({"file": ["The file is empty."]})
    if len(data) > MOST_BYTES:
        raise Invalid({"file": ["The file is larger than 5 MB: split it."]})
    xlsx = data[:2] == b"PK"
    if not xlsx and name.lower().endswith((".xlsx", ".xls")):
        raise Invalid({"file": ["This is not a file of Excel (.xlsx). Save it as .xlsx or CSV."]})
    table = _xlsx(data) if xlsx else _csv(data)
    try:
        return list(_lines(table))
    except csv.Error as fault:
        raise Invalid({"file": [f"The file is no CSV: {fault}."]}) from None


def _lines(table: Iterator[Sequence[Any]]) -> Iterator[Line]:
    heads = _headings([_text(cell) for cell in next(table, ())])
    number = 1
    for row in table:
        number += 1
        cells = {
            head: plain(_text(cell)) for head, cell in zip(heads, row, strict=False) if head and _text(cell)
        }
        if number > MOST_LINES + 1:
            raise Invalid({"file": [f"The file has more than {MOST_LINES:,} lines: split it."]})
        if cells:
            yield Line(number, cells)


def _headings(found: Sequence[str]) -> list[str]:
    """The value that each column holds; raises `Invalid` for columns that are unknown, missing or there twice."""
    names = (
        {heading.casefold(): name for name, heading in COLUMNS.items()}
        | {name: name for name in COLUMNS}
        | FORMER
    )
    heads = [names.get(text.casefold(), "") for text in found]
    problems = [f"“{text}” is no column of the register." for text, head in zip(found, heads, strict=True)
                if text and not head]  # fmt: skip
    problems += [f"The column “{COLUMNS[head]}” is there twice." for head in COLUMNS if heads.count(head) > 1]
    if "full_name" not in heads and "number" not in heads:
        problems.append("The first line must hold the headings: “Full name” or “Register number” at least.")
    if problems:
        raise Invalid({"file": problems[:8]})
    return heads


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _csv(data: bytes) -> Iterator[Sequence[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # what Excel writes unless told otherwise
    if "\0" in text:
        raise Invalid({"file": ["This is neither CSV nor a file of Excel (.xlsx)."]})
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _xlsx(data: bytes) -> Iterator[Sequence[object]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise Invalid({"file": ["The file unpacks to more than a register can hold: split it."]})
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return iter([row[:60] for row in sheet.iter_rows(max_row=MOST_LINES + 3, values_only=True)])
    except Invalid:
        raise
    except Exception:  # whatever a broken file does to the reader, it is the file that is wrong
        raise Invalid({"file": ["The file cannot be read as a file of Excel (.xlsx)."]}) from None
