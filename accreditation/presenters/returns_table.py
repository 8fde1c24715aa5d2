"""The office's table of annual returns: its columns, on the page and in a file."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accreditation.monitoring import Owed
from accreditation.presenters.tables import Cell, Column, words


@dataclass(frozen=True, slots=True)
class Row:
    """One course that owes a return, and when its leaders were last reminded of it."""

    owed: Owed
    year: int
    reminded: datetime | None


def _course(row: Row) -> Cell:
    course = row.owed.course
    url = reverse("monitoring_return", args=[course.pk, row.year]) if row.owed.sent else ""
    return Cell(course.title, url=url)


def _state(row: Row) -> str:
    if row.owed.sent:
        return "Sent"
    return "Late" if row.owed.late else "Being written" if row.owed.found else "Not begun"


STATES = {"Sent": "done", "Late": "missing", "Being written": "in_progress", "Not begun": "not_started"}


def _return(row: Row) -> Cell:
    state, found = _state(row), row.owed.found
    return Cell(state, status=STATES[state], note=words(found.sent_at) if found and row.owed.sent else "")


COLUMNS: tuple[Column[Row], ...] = (
    Column("course", "Course", lambda row: row.owed.course.title, cell=_course),
    Column("institution", "Institution", lambda row: row.owed.course.institution.name),
    Column("return", "Return", _state, cell=_return),
    Column("reminded", "Last reminded", lambda row: row.reminded),
    Column(
        "flags", "Flags", lambda row: len(row.owed.found.flags.all()) if row.owed.found else None, number=True
    ),
)
