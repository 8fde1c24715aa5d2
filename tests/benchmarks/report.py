"""What a run found, as a Markdown table and as a picture."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from django.template import Context, Engine

from tests.benchmarks.turns import Measured

PEER, LIMIT, OURS = "#8c959f", "#57606a", "#0b6e6e"
LEFT, WIDTH, ROW = 190, 860, 28


@dataclass(frozen=True)
class Row:
    """One line of the table: a route and how many times the limit it takes (median, least, most round)."""

    name: str
    measured: Measured
    limit: Measured
    colour: str = PEER

    @property
    def times(self) -> tuple[float, float, float]:
        return self.measured.times(self.limit)


@dataclass(frozen=True)
class Goal:
    """A goal and what was got: `met` is None where no verdict can be given (`why`)."""

    words: str
    got: str
    met: bool | None
    why: str = ""

    @property
    def verdict(self) -> str:
        return f"no verdict: {self.why}" if self.met is None else "met" if self.met else "NOT met"


@dataclass(frozen=True)
class Section:
    """One table with its goals. `name`: of its picture, "" for none, which has a `line` at the goal; `wrong`: answers that
    void the figures; `words`: what else must be said.
    """

    title: str
    name: str
    rows: list[Row]
    goals: list[Goal]
    wrong: list[str] = field(default_factory=list)
    line: float = 3
    words: str = ""

    @property
    def text(self) -> str:
        """As Markdown."""
        parts = [
            table(self.title, self.rows),
            goals(self.goals),
            *(f"WRONG: {words}.\n" for words in self.wrong),
        ]
        return "\n".join([*parts, f"{self.words}\n"] if self.words else parts)


def table(title: str, rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [
        f"## {title}",
        "",
        "| route | median | × limit | least to most | quickest |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        if row.measured.not_run:
            lines.append(f"| {row.name} | not run ({row.measured.not_run}) | | | |")
            continue
        times, least, most = row.times
        lines.append(
            f"| {row.name} | {row.measured.median * 1000:.1f} ms | {times:.2f} | {least:.2f} to {most:.2f} "
            f"| {min(row.measured.seconds) * 1000:.1f} ms |"
        )
    return "\n".join([*lines, ""])


def goals(found: list[Goal]) -> str:
    """The goals as a Markdown list."""
    return "\n".join(f"- {goal.words}: {goal.got} ({goal.verdict})" for goal in found) + "\n"


def plot(title: str, rows: list[Row], goal: float | None = None) -> str:
    """The rows as bars on a logarithmic scale, in SVG. `goal`: a line at so many times the limit."""
    shown = [row for row in rows if not row.measured.not_run]
    most = max(row.times[2] for row in shown)
    decades = max(1, math.ceil(math.log10(most)))
    lowest = 0.5

    def x(times: float) -> float:
        room = WIDTH - LEFT - 90
        return round(
            LEFT + room * math.log10(max(times, lowest) / lowest) / math.log10(10**decades / lowest), 1
        )

    bars = []
    for at, row in enumerate(shown):
        times, least, top = row.times
        y = 44 + at * ROW
        bars.append(
            {
                "label": row.name, "y": y, "text_y": y + 13, "middle_y": y + 8, "length": round(x(times) - LEFT, 1),
                "least_x": x(least), "most_x": x(top), "value_x": x(top) + 8, "value": f"{times:.2f}", "colour": row.colour,
            }
        )  # fmt: skip
    foot = 44 + len(shown) * ROW
    values = [one * 10**decade for decade in range(decades) for one in (1, 3)] + [10**decades]
    engine = Engine(dirs=[Path(__file__).parent], autoescape=True)
    return engine.get_template("plot.svg").render(
        Context(
            {
                "title": title, "width": WIDTH, "height": foot + 30, "left": LEFT, "label_x": LEFT - 10, "foot": foot,
                "foot_text": foot + 18, "bars": bars, "marks": [{"x": x(one), "value": one} for one in values],
                "goal_x": x(goal) if goal else None,
            },
            use_l10n=False,
        )
    )  # fmt: skip


def write(path: Path, text: str) -> Path:
    """Writes a text into a folder, which is made if need be; returns where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
