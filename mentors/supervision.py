"""What the register is told about supervision by the app above it, which it may not import.

`settings.SUPERVISION_SOURCES` names modules with the two functions of `Source`. Scans and teams belong to the
portfolios; the register shows them beside a mentor's eligibility and never changes them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings

from accreditation.models import User


@dataclass(frozen=True, slots=True)
class Supervised:
    """One scan that names a mentor: its day, its regions as a set of bits, and the student and course it belongs to."""

    mentor_id: UUID
    on: date
    regions: int
    number: int
    student_id: UUID
    student: str
    course_id: UUID


@dataclass(frozen=True, slots=True)
class Member:
    """A mentor's place in one student's supervisory team."""

    student_id: UUID
    student: str
    course_id: UUID
    mentor_id: UUID
    since: date
    until: date | None


class Source(Protocol):
    """A module that knows of scans and teams."""

    def supervised(
        self, mentor_ids: Collection[UUID], *, seen_by: User | None, as_of: date
    ) -> Iterable[Supervised]:
        """Scans that count for these mentors, up to a day: supervised patient scans of the log before release.

        `seen_by`: only those of portfolios that this person may see (None: all). A number of queries that does not
        depend on the number of rows.
        """
        ...

    def teams(
        self, *, course_ids: Collection[UUID] | None = None, mentor_id: UUID | None = None, at: datetime
    ) -> Iterable[Member]:
        """The members of all teams of these courses, or of all teams with this mentor, as known at a moment."""
        ...


def sources() -> list[Source]:
    """The modules that were named."""
    return [cast(Source, import_module(name)) for name in settings.SUPERVISION_SOURCES]


def supervised(mentor_ids: Collection[UUID], *, seen_by: User | None, as_of: date) -> list[Supervised]:
    """All scans of these mentors from all sources, by day."""
    found = [scan for one in sources() for scan in one.supervised(mentor_ids, seen_by=seen_by, as_of=as_of)]
    return sorted(found, key=lambda scan: (scan.on, scan.student, scan.number))


def teams(
    *, course_ids: Collection[UUID] | None = None, mentor_id: UUID | None = None, at: datetime
) -> list[Member]:
    """All members of teams from all sources."""
    return [
        member for one in sources() for member in one.teams(course_ids=course_ids, mentor_id=mentor_id, at=at)
    ]
