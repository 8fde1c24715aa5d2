"""What menders have in common: what they give, and scans by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from accreditation.rules.bench import Bench
from accreditation.rules.dossier import StudentDossier
from accreditation.rules.edits import Edit
from accreditation.rules.findings import Finding

Mended = Iterator[tuple[str, tuple[Edit, ...]]]
Mender = Callable[[Bench, Finding], Mended]

PARTY_WORDS: Final = {
    "student": "the student",
    "mentor": "a mentor",
    "institution": "the awarding institution",
}


def scan_ids(finding: Finding) -> list[str]:
    return [ref.rpartition("/")[2] for ref in finding.failing.refs()]


def each_scan(student: StudentDossier, ids: list[str], key: str, value: object) -> tuple[Edit, ...]:
    return tuple(Edit(f"{student.place}/scans/{one}/{key}", value) for one in ids)


def out_of_log(student: StudentDossier, ids: list[str], why: str) -> tuple[str, tuple[Edit, ...]]:
    """What was done cannot be undone: the scans leave the log, and others are made in their place."""
    return f"Scans taken out of the log, {why}", each_scan(student, ids, "logged", False)
