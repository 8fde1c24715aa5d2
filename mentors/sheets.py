"""Files of mentors: CSV and XLSX, out and in. One line for each qualification; a person's other cells are repeated.

Cells that a spreadsheet would take for a formula carry an apostrophe on the way out (and lose it on the way in).
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from accreditation.exceptions import Invalid
from accreditation.imports import tables, writing
from accreditation.imports.cells import plain

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
MOST_LINES = 10_000
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number as a spreadsheet counts, and its cells by the name of the value, as text."""

    number: int
    cells: dict[str, str]


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8 with a mark at its start, which Excel needs to read names rightly."""
    return writing.to_csv(COLUMNS.values(), rows)


def to_xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """An XLSX file; every cell is text."""
    return writing.to_xlsx("Mentors", list(COLUMNS.values()), rows, freeze="C2")


def read(name: str, data: bytes) -> list[Line]:
    """The lines of a file. Raises `Invalid` where it cannot be read as a table of mentors; says what is missing."""
    if len(data) > MOST_BYTES:
        raise Invalid({"file": ["The file is larger than 5 MB: split it."]})
    table = tables.read(name, io.BytesIO(data), most_lines=MOST_LINES, worked_out=True)
    return list(_lines(table))


def _lines(table: tables.Table) -> Iterator[Line]:
    heads = _headings(table.headings)
    for number, row in enumerate(table.rows, start=2):
        cells = {
            head: plain(text)
            for head, cell in zip(heads, row, strict=False)
            if head and (text := cell.strip())
        }
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
