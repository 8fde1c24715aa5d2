"""The mentor register as a table: its columns, on the page and in a file."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from accreditation.presenters.tables import Cell, Column
from accreditation.rules import regions
from mentors.enums import MentorState

Row = dict[str, Any]


def columns(tail: str, standing: str) -> Sequence[Column[Row]]:
    """The columns; `tail` keeps day and knowledge on the way to a mentor's page, `standing` heads the answer of that day."""
    return (
        Column("name", "Name", lambda row: row["entry"].full_name, cell=lambda row: _name(row, tail), field="full_name"),
        Column(
            "number", "Register", lambda row: row["mentor"].number, field="number",
            cell=lambda row: Cell(
                row["mentor"].number, note=f"{row['entry'].body} {row['entry'].registration_number}".strip()
            ),
        ),
        Column(
            "registration", "Registration", spare=True,
            value=lambda row: f"{row['entry'].body} {row['entry'].registration_number}".strip(),
        ),
        Column("where", "Where", _where, cell=lambda row: Cell(_where(row) or "Not recorded")),
        Column(
            "remit", "Remit", lambda row: _remit(row), cell=lambda row: Cell(_remit(row) or "Not recorded"),
        ),
        Column(
            "answer", standing, lambda row: row["standing"].words,
            cell=lambda row: Cell(row["standing"].words, status=row["standing"].code),
        ),
        Column("why", "Why", lambda row: row["standing"].why, spare=True),
    )  # fmt: skip


def _name(row: Row, tail: str) -> Cell:
    one = row["mentor"]
    note = "" if one.state == MentorState.ACTIVE else one.get_state_display()
    return Cell(row["entry"].full_name, url=reverse("mentor", args=[one.pk]) + tail, note=note)


def _where(row: Row) -> str:
    post = row["post"]
    return ", ".join(part for part in (post.site, post.employer) if part) if post else ""


def _remit(row: Row) -> str:
    said = regions.spoken(regions.mask(row["remit"])) if row["remit"] else ""
    return said[:1].upper() + said[1:]
