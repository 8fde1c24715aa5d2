"""Reads CSV and Excel files line by line, never more of them in memory than needed, whatever wrote them.

CSV: UTF-8 with or without its mark, marked UTF-16, or Windows-1252 (what Excel writes unless told otherwise); commas,
semicolons or tabs; cells that go over several lines. Excel: the first sheet, as it was saved; a formula that was never
worked out is the text it is.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Final

from openpyxl import load_workbook

from accreditation.exceptions import Invalid
from accreditation.imports.cells import as_text

SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
ENCODINGS: Final = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
BLOCK: Final = 1024 * 1024
MOST_UNPACKED: Final = 80 * 1024 * 1024
MOST_COLUMNS: Final = 60
MOST_CELL: Final = 100_000
UNREADABLE: Final = "The file cannot be read as a file of Excel (.xlsx)."


@dataclass(slots=True)
class Table:
    """A file being read: its headings, then its `rows` (cells as text, in the order of the file; line 2 comes first).

    `rows` raises `Invalid` where the file turns out to be no table, or longer than allowed. `about`: in words, how it was
    read. `total`: how many lines there may be, for a progress bar; 0 where the file does not say.
    """

    headings: list[str]
    rows: Iterator[Sequence[str]]
    about: str
    total: int = 0


def read(name: str, stream: BinaryIO, *, most_lines: int, worked_out: bool = False) -> Table:
    """Opens a table in a stream that can be sought. Raises `Invalid` (field `file`) where it cannot be read as one.

    `worked_out`: formulas in a workbook count as what they last came to, and not as text.
    """
    head = stream.read(2)
    stream.seek(0)
    if not head:
        raise Invalid({"file": ["The file is empty."]})
    xlsx = head == b"PK"
    if not xlsx and name.lower().endswith((".xlsx", ".xls")):
        raise Invalid({"file": ["This is not a file of Excel (.xlsx). Save it as .xlsx or CSV."]})
    table = _xlsx(stream, most_lines, worked_out) if xlsx else _csv(stream)
    table.headings = [heading.strip() for heading in next(_within(table.rows, most_lines), ())]
    while table.headings and not table.headings[-1]:
        table.headings.pop()
    table.rows = _within(table.rows, most_lines)
    return table


def _within(rows: Iterator[Sequence[str]], most_lines: int) -> Iterator[Sequence[str]]:
    try:
        yield from islice(rows, most_lines)
        if next(rows, None) is not None:
            raise Invalid({"file": [f"The file has more than {most_lines:,} lines: split it."]})
    except csv.Error as fault:
        raise Invalid({"file": [f"The file is no CSV: {fault}."]}) from None
    except UnicodeError:
        raise Invalid(
            {"file": ["The file’s letters cannot be read. Save it as UTF-8, and choose it again."]}
        ) from None


def _csv(stream: BinaryIO) -> Table:
    encoding, lines = _encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    first = text.readline(MOST_CELL)
    text.detach()
    if "\0" in first:
        raise Invalid({"file": ["This is neither CSV nor a file of Excel (.xlsx)."]})
    separator = max(SEPARATORS, key=first.count)
    stream.seek(0)
    about = f"Read as {ENCODINGS[encoding]}, with {SEPARATORS[separator]} between the cells."
    rows = csv.reader(_lines(stream, encoding), delimiter=separator)
    return Table([], rows, about, lines)


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines of a stream that stays the caller's own."""
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield from text
    finally:
        with suppress(ValueError):  # the caller closed it already
            text.detach()


def _encoding(stream: BinaryIO) -> tuple[str, int]:
    """How the letters are written, and how many ends of line there are; reads the stream once, block by block."""
    decoder: Any = codecs.getincrementaldecoder("utf-8")()
    encoding, lines = "utf-8-sig", 0
    first = True
    while block := stream.read(BLOCK):
        if first and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        first = False
        lines += block.count(b"\n")
        if encoding == "utf-8-sig":
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                encoding = "cp1252"
    if encoding == "utf-8-sig":
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            encoding = "cp1252"
    return encoding, lines


def _xlsx(stream: BinaryIO, most_lines: int, worked_out: bool) -> Table:
    try:
        with zipfile.ZipFile(stream) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise Invalid({"file": ["The file unpacks to more than can be taken: split it."]})
        book = load_workbook(stream, read_only=True, data_only=worked_out, keep_links=False)
        sheet: Any = book.worksheets[0]
        said = sheet.max_row or 0
    except Invalid:
        raise
    except Exception:  # whatever a broken file does to the reader, it is the file that is wrong
        raise Invalid({"file": [UNREADABLE]}) from None
    sheet.reset_dimensions()  # what a sheet says of its own size need not be true
    name = str(sheet.title)[:31]
    return Table(
        [],
        _cells(sheet, most_lines),
        f"Read from the sheet “{name}” of an Excel file.",
        min(said, most_lines),
    )


def _cells(sheet: Any, most_lines: int) -> Iterator[Sequence[str]]:
    rows = sheet.iter_rows(max_row=most_lines + 2, max_col=MOST_COLUMNS, values_only=True)
    while True:
        try:
            row = next(rows, None)
        except Exception:  # as above
            raise Invalid({"file": [UNREADABLE]}) from None
        if row is None:
            return
        yield [as_text(cell) for cell in row]
