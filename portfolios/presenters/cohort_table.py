"""A course's people as a table: its columns, on the page and in a file."""

from collections import Counter
from collections.abc import Sequence

from django.urls import reverse

from accreditation.presenters.tables import Cell, Column, words
from accreditation.rules.findings import Finding
from portfolios.presenters.cohort import Row


def _name(row: Row) -> Cell:
    one = row.student
    page = "portfolio" if row.progress else "applicant"
    return Cell(one.full_name, url=reverse(page, args=[one.pk]), note=f"{one.code}, {one.profession}")


def _state(row: Row) -> Cell:
    one = row.student
    since = f"since {words(one.enrolled_on)}" if one.enrolled_on else ""
    note = ", ".join(part for part in (one.cohort, since) if part)
    if not one.enrolled_on and one.applied_on:
        note = f"applied {words(one.applied_on)}"
    return Cell(one.get_state_display(), url=reverse("applicant", args=[one.pk]), note=note)


def _gaps(row: Row) -> str:
    return "; ".join(_named(row.progress.gaps) if row.progress else []) or row.to_do


def _named(gaps: Sequence[Finding]) -> list[str]:
    """Each clause with its outcome once, however many findings of it there are: "PS5.3 for the assessor (2)"."""
    counts = Counter(f"{gap.clause} {gap.outcome.plain}" for gap in gaps)
    return [words if number == 1 else f"{words} ({number})" for words, number in counts.items()]


def _open(row: Row) -> Cell:
    if row.progress is None:
        return Cell(row.to_do or "Decided")
    gaps = row.progress.gaps
    if not gaps:
        return Cell("Nothing open", status="met")
    named = _named(gaps)
    more = f"; and {len(named) - 2} more" if len(named) > 2 else ""
    said = "; ".join(named[:2])
    return Cell(gaps[0].outcome.plain.capitalize(), status=gaps[0].outcome.value, note=said + more)


def _wait(row: Row) -> Cell:
    wait = row.wait
    if wait is None:
        return Cell("Nobody" if row.progress else "")
    days = "" if wait.days is None else f"{wait.days} day{'' if wait.days == 1 else 's'}"
    return Cell(f"{wait.who} {wait.what}", url=wait.url, note=days)


COLUMNS: tuple[Column[Row], ...] = (
    Column("name", "Name", lambda row: row.student.full_name, cell=_name),
    Column("code", "Code", lambda row: row.student.code, spare=True),
    Column("profession", "Profession", lambda row: row.student.profession, spare=True),
    Column("state", "State", lambda row: row.student.get_state_display(), cell=_state),
    Column("cohort", "Cohort", lambda row: row.student.cohort, spare=True),
    Column("applied", "Applied on", lambda row: row.student.applied_on, spare=True),
    Column("enrolled", "Enrolled on", lambda row: row.student.enrolled_on, spare=True),
    Column("scans", "Scans that count", lambda row: row.progress.counted if row.progress else None, number=True),
    Column("hours", "Hours", lambda row: row.progress.hours if row.progress else None, number=True),
    Column("unappraised", "Not appraised", lambda row: row.progress.unappraised if row.progress else None, number=True),
    Column("remit", "Remit with scans", lambda row: row.remit),
    Column("open", "Open", _gaps, cell=_open, key=lambda row: row.urgency),
    Column("wait", "Waits longest for", lambda row: f"{row.wait.who} {row.wait.what}" if row.wait else "", cell=_wait),
    Column("waits_since", "Waits since", lambda row: row.wait.since if row.wait else None, spare=True),
)  # fmt: skip
