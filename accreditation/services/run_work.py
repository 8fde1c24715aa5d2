"""What the kinds of national runs share: how each names its subjects, looks at one, and writes what it found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accreditation.models import NationalRun, RunLine
from accreditation.rules.excerpt import excerpt
from accreditation.rules.since import BETTER, OTHER, WORSE, Turn

MOST_TURNS = 60  # changes kept for one subject; the numbers count all
MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of run. `per_part`: subjects that one worker takes together, well within a task's time limit.

    `subjects(run)`: the ids of all of them. `look(run, id)`: reads and computes, outside any transaction. `keep(run, id,
    seen)`: inside the transaction that ends the part, the unsaved line, after whatever else it writes. `finished(run)`:
    inside the transaction that ends the run.
    """

    per_part: int
    subjects: Callable[[NationalRun], list[str]]
    look: Callable[[NationalRun, str], Any]
    keep: Callable[[NationalRun, str, Any], RunLine]
    finished: Callable[[NationalRun], None]


def line_of(run: NationalRun, subject: str, turned: Iterable[Turn], raw: Mapping[str, Any]) -> RunLine:
    """The line for what changed, worst news first. `raw`: the plain facts, of which the rows named are kept."""
    ranked = sorted(turned, key=lambda turn: (WORSE, BETTER, OTHER).index(turn.direction))
    count = dict.fromkeys((WORSE, BETTER, OTHER), 0)
    for turn in ranked:
        count[turn.direction] += 1
    return RunLine(
        run=run,
        subject=subject,
        changes=[_plain(turn, raw) for turn in ranked[:MOST_TURNS]],
        worse=count[WORSE],
        better=count[BETTER],
        other=count[OTHER],
    )


def _plain(turn: Turn, raw: Mapping[str, Any]) -> dict[str, Any]:
    rows = list(turn.rows[:MOST_ROWS])
    return {
        "clause": turn.clause,
        "subject": {"kind": turn.subject.kind, "id": turn.subject.id},
        "before": turn.before.value if turn.before else "",
        "after": turn.after.value if turn.after else "",
        "direction": turn.direction,
        "reason": turn.reason,
        "settle": turn.settle,
        "rows": rows,
        "count": len(turn.rows),
        "facts": excerpt(raw, rows),
    }
