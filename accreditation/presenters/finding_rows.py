"""The rows behind one finding as a table of their own: as many as the finding's count says, and just those."""

from collections.abc import Iterable, Mapping
from typing import Any

from accreditation.models import Course, Snapshot
from accreditation.presenters.findings import Books, Row, key_of
from accreditation.presenters.rules_findings import Rows
from accreditation.presenters.tables import Cell, Column
from accreditation.rules.facts import Facts
from accreditation.rules.findings import Finding, Report

COLUMNS: tuple[Column[Row], ...] = (
    Column("record", "Record", lambda row: row.label, cell=lambda row: Cell(row.label, url=row.url)),
    Column("detail", "What it says", lambda row: row.detail),
)


def key_of_finding(finding: Finding) -> str:
    """The same for a finding of a report that was just made."""
    return key_of(finding.subject.id, finding.outcome.value, finding.reason)


def key_of_plain(found: Mapping[str, Any]) -> str:
    """The same for a finding of a frozen report."""
    return key_of(str(found.get("subject", {}).get("id", "")), found["outcome"], found["reason"])


def finding_in(report: Report | Iterable[Finding], clause: str, key: str) -> Finding | None:
    """The finding of a clause with that key, if the report still says it."""
    return next((one for one in report if one.clause == clause and key_of_finding(one) == key), None)


def rows_behind(finding: Finding, facts: Facts, course: Course, addresses: Mapping[str, str]) -> list[Row]:
    """Every row behind a finding, in words, with the page where it can be seen."""
    books = Books(facts, course, addresses)
    return [books.row(ref) for ref in finding.evidence]


def plain_in(snapshot: Snapshot, clause: str, key: str) -> Mapping[str, Any] | None:
    """The finding of a frozen report with that key."""
    entry: Mapping[str, Any] = next(
        (one for one in snapshot.report.get("clauses", ()) if one["clause"] == clause), {}
    )
    return next((one for one in entry.get("findings", ()) if key_of_plain(one) == key), None)


def plain_rows(snapshot: Snapshot, found: Mapping[str, Any]) -> list[Row]:
    """Every row behind a finding of a frozen report, in words."""
    books, subject = Rows(snapshot.facts), str(found.get("subject", {}).get("id", ""))
    said = (books.words(ref, subject=subject) for ref in found.get("evidence", ()))
    return [Row(one.label, one.detail) for one in said]


def matching(rows: Iterable[Row], text: str) -> list[Row]:
    """The rows in which every word of a search stands."""
    words = text.casefold().split()
    return [row for row in rows if all(word in f"{row.label} {row.detail}".casefold() for word in words)]
