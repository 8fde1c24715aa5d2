"""The logs that a file is for: whose, from which day on, and which scans they hold already."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from uuid import UUID

from mentors.models import Mentor, Placement
from portfolios.imports.rows import EMPTY, VALUES, identity, opening, written
from portfolios.models import Portfolio, Scan
from portfolios.scanlog import as_stored

STORED = (
    "on", "raw_regions", "side", "subject", "supervision", "role", "mentor_id", "minutes", "raw_pathologies",
    "other_finding", "age", "indication", "reflection", "identifier_reason", "case", "number", "client_key",
)  # fmt: skip


class Log:
    """One student's log while a file is read. `last` is the highest number given so far, `first` what it was before."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.opening = opening(portfolio.pk)
        self.first = self.last = 0
        enrolled_on = portfolio.student.enrolled_on
        self.opens = written("on", enrolled_on) if enrolled_on else b""
        """The day of enrolment as a row holds it: from 2000 on, days are in order so too."""

    @cached_property
    def seen(self) -> dict[bytes, int]:
        """Scan's sum → the line that it came from; for a scan that was there before, its number as a negative one."""
        load([self])
        return self.seen


def load(logs: Iterable[Log]) -> None:
    """Reads what logs hold already, with one query for all of them: while rows are being copied in there can be no other."""
    by_key = {log.portfolio.pk: log for log in logs}
    found: dict[UUID, dict[bytes, int]] = {key: {} for key in by_key}
    rows = (
        Scan.objects.filter(portfolio__in=by_key)
        .annotate(raw_regions=as_stored("regions"), raw_pathologies=as_stored("pathologies"))
        .order_by()
        .values_list("portfolio_id", *STORED)
    )
    for portfolio, *values, number, client_key in rows.iterator(chunk_size=2000):
        seen, log = found[portfolio], by_key[portfolio]
        log.last = max(log.last, number)
        row = [written(name, value) for name, value in zip(VALUES, values, strict=True)]
        for one in (
            identity(row),
            identity([*row[:14], EMPTY]),
        ):  # with its case number, and as a file without any
            seen.setdefault(sum_of(one), -number)
        if client_key is not None:
            seen.setdefault(client_key.bytes, -number)
    for key, log in by_key.items():
        log.first, log.__dict__["seen"] = log.last, found[key]


def sum_of(identity_of_row: bytes) -> bytes:
    """Sixteen bytes that stand for a scan: also the key by which the database takes it once."""
    return hashlib.blake2b(identity_of_row, digest_size=16).digest()


def logs_of(portfolios: Iterable[Portfolio]) -> dict[str, Log]:
    """Logs by their student's code, in small letters."""
    return {portfolio.student.code.casefold(): Log(portfolio) for portfolio in portfolios}


def mentors_of(course_id: UUID) -> dict[str, Mentor]:
    """Mentors who have ever taken students of a course, by what a file may call them: register number, name, or both.

    A name that two of them share calls nobody.
    """
    placed = Placement.objects.filter(course=course_id, known_until__isnull=True).values("mentor")
    found: dict[str, Mentor] = {}
    twice: set[str] = set()
    for mentor in Mentor.objects.filter(pk__in=placed).order_by("number"):
        name = " ".join(mentor.full_name.casefold().split())
        if name in found:
            twice.add(name)
        found[name] = mentor
        found[mentor.number.casefold()] = mentor
        found[f"{name} ({mentor.number.casefold()})"] = mentor
    return {name: mentor for name, mentor in found.items() if name not in twice}


def names_of(mentors: Mapping[str, Mentor]) -> list[str]:
    """What a template offers for the mentors: register number after the name, as a file may say it."""
    return sorted({f"{mentor.full_name} ({mentor.number})" for mentor in mentors.values()})
