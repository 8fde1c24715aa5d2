"""The office's queue of cases as a table: its columns, on the page and in a file."""

from django.urls import reverse
from django.utils import timezone

from accreditation.enums import InvitationState
from accreditation.models import Assignment
from accreditation.presenters.cases import QueueRow
from accreditation.presenters.tables import Cell, Column, words


def _place(place: Assignment) -> str:
    said = place.get_role_display().lower()
    if place.state == InvitationState.INVITED:
        said = f"{said}, invited"
    elif place.done_at:
        said = f"{said}, finished"
    return f"{place.user.full_name} ({said})"


def _due(row: QueueRow) -> Cell:
    if row.due is None:
        return Cell("none")
    return Cell(words(row.due), note="Overdue" if row.late else "")


COLUMNS: tuple[Column[QueueRow], ...] = (
    Column(
        "course", "Course", lambda row: row.submission.course.title,
        cell=lambda row: Cell(
            row.submission.course.title,
            url=reverse("case", args=[row.submission.pk]),
            note=f"{row.submission.course.institution.short_name}, {row.submission.reference}, "
            f"{row.submission.get_kind_display().lower()}",
        ),
    ),
    Column("reference", "Reference", lambda row: row.submission.reference, spare=True),
    Column("university", "University", lambda row: row.submission.course.institution.name, spare=True),
    Column("kind", "Kind", lambda row: row.submission.get_kind_display(), spare=True),
    Column(
        "state", "State", lambda row: row.submission.get_state_display(),
        cell=lambda row: Cell(status=row.submission.state),
    ),
    Column("waits", "Waits for", lambda row: row.waits_for),
    Column("due", "Next day", lambda row: row.due, cell=_due),
    Column(
        "days", "Days in state", lambda row: row.days, number=True,
        cell=lambda row: Cell(str(row.days), note="Slow" if row.slow else ""),
    ),
    Column("since", "In this state since", lambda row: timezone.localdate(row.submission.state_since), spare=True),
    Column(
        "panel", "Panel", lambda row: "; ".join(_place(one) for one in row.panel), sorts=False,
        cell=lambda row: Cell("; ".join(_place(one) for one in row.panel) or "nobody yet"),
    ),
)  # fmt: skip


def matches(row: QueueRow, text: str) -> bool:
    """Whether every word of a search stands in what a row shows."""
    one = row.submission
    held = " ".join(
        (one.course.title, one.course.institution.name, one.course.institution.short_name, one.reference,
         row.waits_for, *(place.user.full_name for place in row.panel))
    ).casefold()  # fmt: skip
    return all(word in held for word in text.casefold().split())
