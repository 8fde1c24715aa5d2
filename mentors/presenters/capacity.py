"""How many mentors may supervise on a day, by region of the body and region of the country: a picture and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accreditation.facts import evening_of
from accreditation.models import User
from accreditation.rules import regions
from accreditation.rules.findings import Outcome
from mentors.enums import Area
from mentors.presenters.eligibility import standings
from mentors.selectors import known_mentors, on_register, posts, remits

LEFT, TOP, WIDE, HIGH = 176, 56, 88, 46
NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True)
class Tile:
    """One square: how many, how dark (0 to 4), where, and the list of just these mentors."""

    number: int
    shade: int
    x: int
    y: int
    words: str
    query: str

    @property
    def middle(self) -> int:
        return self.x + WIDE // 2

    @property
    def base(self) -> int:
        return self.y + HIGH // 2 + 6


@dataclass(frozen=True, slots=True)
class Column:
    """One region of the country: its name, whole and in two lines, and the middle of its column."""

    label: str
    lines: tuple[str, str]
    x: int


@dataclass(frozen=True, slots=True)
class Row:
    """One region of the body across the country."""

    label: str
    y: int
    tiles: Sequence[Tile]
    total: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """The whole table."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    headline: str
    mentors: int
    eligible: int
    judged: int
    width: int
    height: int


def capacity(user: User, *, on: date, known_on: date) -> Capacity:
    """Counts the mentors who are eligible on a day by their own qualifications. A constant number of queries."""
    at = evening_of(known_on)
    mentors = list(on_register(known_mentors(user, at), on, at))
    ids = [one.pk for one in mentors]
    found = standings(ids, on, known_on=known_on)
    held, where = remits(ids, on, at), posts(ids, on, at)
    able = [one for one in mentors if found[one.number].eligible]
    used = {where[one.pk].area for one in able if one.pk in where}
    areas = [area for area in Area.values if area != Area.ENGLAND or area in used]
    if any(one.pk not in where for one in able):
        areas.append(NOT_RECORDED)
    counted = {
        (part, area): sum(
            1
            for one in able
            if part in held.get(one.pk, frozenset())
            and (where[one.pk].area if one.pk in where else NOT_RECORDED) == area
        )
        for part in regions.PARTS
        for area in areas
    }
    most = max(counted.values(), default=0)
    labels = {**dict(Area.choices), NOT_RECORDED: "Not recorded"}
    rows = []
    for place, part in enumerate(regions.PARTS):
        y = TOP + place * HIGH
        tiles = [
            Tile(
                number=counted[part, area],
                shade=0 if not counted[part, area] else min(4, 1 + 3 * counted[part, area] // max(most, 1)),
                x=LEFT + column * WIDE,
                y=y,
                words=f"{regions.LABELS[part]}, {labels[area]}: {counted[part, area]}",
                query=f"region={part}&standing=met&on={on.isoformat()}",
            )
            for column, area in enumerate(areas)
        ]
        label = regions.LABELS[part].capitalize()
        rows.append(Row(label, y, tiles, sum(tile.number for tile in tiles)))
    judged = sum(1 for one in found.values() if one.code == Outcome.JUDGE)
    columns = [
        Column(labels[area], _lines(labels[area]), LEFT + column * WIDE + WIDE // 2)
        for column, area in enumerate(areas)
    ]
    return Capacity(
        columns, rows, _headline(rows), len(mentors), len(able), judged, LEFT + len(areas) * WIDE + 10,
        TOP + len(rows) * HIGH + 8,
    )  # fmt: skip


def _lines(label: str) -> tuple[str, str]:
    """A label in two lines of about the same length; the first is empty for a single word."""
    words = label.split()
    splits = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(len(words))]
    return min(splits, key=lambda lines: max(map(len, lines)))


def _headline(rows: Sequence[Row]) -> str:
    """What the picture shows: where fewest mentors are."""
    regular = rows[: len(regions.REGIONS)]
    if not any(row.total for row in regular):
        return "No mentor is eligible on this day"
    least = min(regular, key=lambda row: row.total)
    word = "mentor" if least.total == 1 else "mentors"
    return f"{least.label} has fewest: {least.total} eligible {word}"
