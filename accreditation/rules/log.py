"""The scan log as sets of rows, so that a rule reads like set algebra: `unappraised = counted - appraised`.

A log keeps its rows in order of their days. A set of rows is one integer, a bit for each row: `&`, `|` and
`-` work on whole sets at once, and "before this day" is a run of the lowest bits. Each column is walked
once, when first asked for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

from accreditation.rules.facts import Scan

ON: Final = Scan._fields.index("on")
_by_day = itemgetter(ON)


class Rows:
    """Some rows of one log. Empty sets are false; iterating gives the scans in order of their days."""

    __slots__ = ("bits", "log")

    def __init__(self, log: Log, bits: int) -> None:
        self.log = log
        self.bits = bits

    def __and__(self, other: Rows) -> Rows:
        return Rows(self.log, self.bits & other.bits)

    def __or__(self, other: Rows) -> Rows:
        return Rows(self.log, self.bits | other.bits)

    def __sub__(self, other: Rows) -> Rows:
        return Rows(self.log, self.bits & ~other.bits)

    def __bool__(self) -> bool:
        return self.bits != 0

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self.log is other.log and self.bits == other.bits

    def __hash__(self) -> int:
        return hash((id(self.log), self.bits))

    def _places(self) -> Iterator[int]:
        bits = self.bits
        while bits:
            lowest = bits & -bits
            yield lowest.bit_length() - 1
            bits ^= lowest

    def __iter__(self) -> Iterator[Scan]:
        rows = self.log.rows
        return (Scan._make(rows[place]) for place in self._places())

    def some(self, number: int) -> list[Scan]:
        """The first few scans."""
        return [scan for scan, _ in zip(self, range(number), strict=False)]

    def refs(self) -> list[str]:
        """The rows as references by the facts' own ids."""
        whole = self.log.refs
        return list(whole) if self.bits == self.log.everything else [whole[row] for row in self._places()]

    @property
    def first(self) -> Scan:
        """The earliest scan of a set that is not empty."""
        return Scan._make(self.log.rows[(self.bits & -self.bits).bit_length() - 1])

    @property
    def first_day(self) -> date:
        return self.log.days[(self.bits & -self.bits).bit_length() - 1]

    @property
    def last_day(self) -> date:
        return self.log.days[self.bits.bit_length() - 1]


class Log:
    """One student's scans: `Scan`s, or plain tuples in the order of its fields. `place` leads to them in
    the facts.
    """

    def __init__(self, scans: Iterable[Sequence[Any]], place: str = "scans") -> None:
        self.place = place
        self.rows: list[Any] = sorted(scans, key=_by_day)
        self._columns: list[tuple[Any, ...]] = list(zip(*self.rows, strict=True)) or [
            () for _ in Scan._fields
        ]
        self.days: tuple[date, ...] = self._column("on")
        self.everything = (1 << len(self.rows)) - 1

    def _column(self, name: str) -> tuple[Any, ...]:
        return self._columns[Scan._fields.index(name)]

    def _sets(self, name: str) -> dict[Any, int]:
        """For each value in a column, the rows that hold it."""
        found: dict[Any, int] = {}
        bit = 1
        for value in self._column(name):
            found[value] = found.get(value, 0) | bit
            bit <<= 1
        return found

    def where(self, holds: Iterable[bool]) -> Rows:
        """The rows for which a walk over the log says true."""
        return Rows(self, sum(1 << place for place, true in enumerate(holds) if true))

    # --- the basic sets ------------------------------------------------------------------------------------------

    @property
    def all(self) -> Rows:
        return Rows(self, self.everything)

    @property
    def none(self) -> Rows:
        return Rows(self, 0)

    @cached_property
    def refs(self) -> tuple[str, ...]:
        """Every row as a reference, in the log's order."""
        return tuple(f"{self.place}/{one}" for one in self._column("id"))

    @cached_property
    def _subjects(self) -> dict[str | None, int]:
        return self._sets("subject")

    @cached_property
    def _supervision(self) -> dict[str | None, int]:
        return self._sets("supervision")

    @cached_property
    def _mentors(self) -> dict[str | None, int]:
        return self._sets("mentor")

    @cached_property
    def _regions(self) -> dict[int, int]:
        return self._sets("regions")

    @cached_property
    def _pathologies(self) -> dict[tuple[str, ...], int]:
        return self._sets("pathologies")

    @cached_property
    def _appraisers(self) -> dict[str | None, int]:
        return self._sets("appraised_by")

    @cached_property
    def _cases(self) -> dict[str | None, int]:
        return self._sets("case")

    @cached_property
    def logged(self) -> Rows:
        """Scans that are in the log, not kept apart as learning."""
        return Rows(self, self._sets("logged").get(True, 0))

    @cached_property
    def timed(self) -> Rows:
        """Scans with their minutes."""
        return Rows(self, self.everything & ~self._minutes.get(None, 0))

    @cached_property
    def _minutes(self) -> dict[int | None, int]:
        return self._sets("minutes")

    def minutes(self, rows: Rows) -> int:
        """The minutes of some rows together."""
        return sum((minutes or 0) * (bits & rows.bits).bit_count() for minutes, bits in self._minutes.items())

    def of(self, subject: str | None) -> Rows:
        """Scans of a kind of subject: "patient", ..., None where it is not known."""
        return Rows(self, self._subjects.get(subject, 0))

    def supervised(self, mode: str | None) -> Rows:
        """Scans supervised in a mode: "observed", ..., None where it is not known."""
        return Rows(self, self._supervision.get(mode, 0))

    def mentored_by(self, mentor: str | None) -> Rows:
        """Scans that name this mentor; None: that name nobody."""
        return Rows(self, self._mentors.get(mentor, 0))

    def with_case(self, number: str) -> Rows:
        """Scans of the patient with this case number."""
        return Rows(self, self._cases.get(number, 0))

    def _union(self, sets: dict[Any, int], holds: Callable[[Any], bool]) -> Rows:
        bits = 0
        for value, rows in sets.items():
            if holds(value):
                bits |= rows
        return Rows(self, bits)

    def appraised_by(self, holds: Callable[[str], bool]) -> Rows:
        """Scans with an appraisal by somebody of whom `holds` is true."""
        return self._union(self._appraisers, lambda by: by is not None and holds(by))

    @cached_property
    def appraised_early(self) -> Rows:
        """Scans whose appraisal is dated before the scan."""
        appraised = self._column("appraised_on")
        return self.where(
            done is not None and done < made for done, made in zip(appraised, self.days, strict=True)
        )

    @cached_property
    def appraised_undated(self) -> Rows:
        appraised = self._column("appraised_on")
        return self.where(day is None for day in appraised) if None in appraised else self.none

    @cached_property
    def _in_part(self) -> dict[int, Rows]:
        return {}

    def in_part(self, part: int) -> Rows:
        """Scans of a region or extra (also among others)."""
        if part not in self._in_part:
            self._in_part[part] = self._union(self._regions, lambda scanned: bool(scanned & part))
        return self._in_part[part]

    def outside(self, remit: int) -> Rows:
        """Scans with a region or extra that a remit does not hold."""
        return self._union(self._regions, lambda scanned: bool(scanned & ~remit))

    def by_regions(self) -> Iterator[tuple[int, Rows]]:
        """The scans of each set of regions that occurs."""
        return ((scanned, Rows(self, rows)) for scanned, rows in self._regions.items())

    def parts(self, rows: Rows) -> int:
        """All regions and extras in some rows."""
        together = 0
        for scanned, bits in self._regions.items():
            if bits & rows.bits:
                together |= scanned
        return together

    def pathologies(self, rows: Rows) -> list[str]:
        """The distinct pathologies recorded in some rows, in order of the alphabet."""
        return sorted(
            {name for names, bits in self._pathologies.items() if bits & rows.bits for name in names}
        )

    def mentors(self, rows: Rows) -> list[str]:
        """The mentors named in some rows, by their first scan."""
        return [mentor for mentor, bits in self._mentors.items() if mentor is not None and bits & rows.bits]

    # --- days ------------------------------------------------------------------------------------------------------

    def before(self, day: date) -> Rows:
        """Scans made before a day: the rows lie in order of their days, so these are the lowest bits."""
        return Rows(self, (1 << bisect_left(self.days, day)) - 1)

    def since(self, day: date) -> Rows:
        """Scans made on a day or later."""
        return self.all - self.before(day)

    def on(self, day: date) -> Rows:
        return self.since(day) - self.after(day)

    def after(self, day: date) -> Rows:
        return Rows(self, self.everything & ~((1 << bisect_right(self.days, day)) - 1))
