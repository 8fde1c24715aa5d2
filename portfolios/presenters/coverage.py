"""A cohort's coverage as one picture and one table: a line for each student, a column for each part that somebody agreed."""

from collections.abc import Sequence
from dataclasses import dataclass

from accreditation.rules import regions
from portfolios.presenters.cohort import Row
from portfolios.presenters.progress import Part

NAME, CELL, LINE, TOP = 168, 56, 32, 92
"""Width of a name and of a cell, height of a line and of the headings, in the picture's own units."""
LONGEST = 21


@dataclass(frozen=True, slots=True)
class Box:
    """One student in one part of their remit."""

    part: Part
    x: int

    @property
    def middle(self) -> int:
        return self.x + (CELL - 4) // 2


@dataclass(frozen=True, slots=True)
class Line:
    """One student: name, place in the picture, and a box for each part of their remit."""

    name: str
    url_key: str
    y: int
    boxes: Sequence[Box]
    hours: float
    unappraised: int

    @property
    def short_name(self) -> str:
        """The name as far as it fits."""
        return self.name if len(self.name) <= LONGEST else f"{self.name[: LONGEST - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole picture. `heads`: the parts in words, with the place of each."""

    lines: Sequence[Line]
    heads: Sequence[tuple[str, int]]
    headline: str
    width: int
    height: int


def coverage_of(rows: Sequence[Row]) -> Coverage:
    """The picture of some rows of a course's list, in their order; those without an agreed remit are left out."""
    drawn = [(row, row.progress) for row in rows if row.progress and row.progress.parts]
    agreed = {part.code for _, progress in drawn for part in progress.parts}
    places: dict[str, int] = {}
    for code in regions.PARTS:
        if code in agreed:
            places[code] = NAME + CELL * len(places)
    lines = [
        Line(
            name=row.student.full_name,
            url_key=str(row.student.pk),
            y=TOP + LINE * place,
            boxes=[Box(part, places[part.code]) for part in progress.parts],
            hours=progress.hours,
            unappraised=progress.unappraised,
        )
        for place, (row, progress) in enumerate(drawn)
    ]
    return Coverage(
        lines=lines,
        heads=[(regions.LABELS[code].capitalize(), x + 14) for code, x in places.items()],
        headline=_headline([box.part for line in lines for box in line.boxes]),
        width=NAME + CELL * len(places) + 84,
        height=TOP + LINE * len(lines) + 2,
    )


def _headline(parts: Sequence[Part]) -> str:
    """What the picture shows, as its title."""
    short, unseen = sum(part.short for part in parts), sum(not part.unseen for part in parts)
    few = (
        f"In {short} of {len(parts)} agreed parts too few scans count yet"
        if short
        else "Enough scans count in every agreed part"
    )
    return (
        f"{few}; {unseen} lack{'s' if unseen == 1 else ''} an unseen examination"
        if unseen
        else f"{few}, and each has its unseen examination"
    )
