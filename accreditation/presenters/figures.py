"""Three pictures over all cases, each with the numbers of its table and a title that says what it shows."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import pluralize

from accreditation.enums import JudgementOutcome, SubmissionState
from accreditation.figures import OPEN, Standing
from accreditation.presenters.cases import STUCK_DAYS
from accreditation.rules.clauses import Clause

LEFT, TOP, HIGH = 176, 36, 44
ACROSS = 640
SHORTFALL = (JudgementOutcome.PARTLY_MET, JudgementOutcome.NOT_MET)


@dataclass(frozen=True, slots=True)
class Dot:
    """One case on its lane."""

    x: float
    y: float
    slow: bool
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage: its cases, and where "slow" begins."""

    label: str
    y: int
    slow_x: float
    slow_after: int
    dots: Sequence[Dot]


@dataclass(frozen=True, slots=True)
class Stages:
    """Open cases by stage and age. `ticks` are (x, days)."""

    title: str
    lanes: Sequence[Lane]
    ticks: Sequence[tuple[float, int]]
    rows: Sequence[Standing]
    height: int


def stages(rows: Sequence[Standing]) -> Stages:
    """The open cases as dots, one lane a stage, from left (today) to right (long ago)."""
    longest = max([one.days for one in rows] + [max(STUCK_DAYS[state] for state in OPEN)]) * 1.05
    step = next((one for one in (7, 14, 30, 60, 90, 180, 365) if longest / one <= 8), 730)
    lanes, slow = [], 0
    for place, state in enumerate(OPEN):
        y = TOP + place * HIGH + HIGH // 2
        here = [one for one in rows if one.state == state]
        stacked: Counter[int] = Counter()
        dots = []
        for one in here:
            x = LEFT + ACROSS * one.days / longest
            column = int(x // 14)
            late = one.days > STUCK_DAYS[state]
            slow += late
            lift = (stacked[column] % 3 - 1) * 12 if stacked[column] else 0
            stacked[column] += 1
            dots.append(Dot(round(x, 1), y + lift, late, f"{one.reference}, {one.course}: {one.days} days"))
        line = LEFT + ACROSS * STUCK_DAYS[state] / longest
        lanes.append(Lane(SubmissionState(state).label, y, round(line, 1), STUCK_DAYS[state], dots))
    ticks = [(round(LEFT + ACROSS * day / longest, 1), day) for day in range(0, int(longest) + 1, step)]
    return Stages(_stages_title(len(rows), slow), lanes, ticks, rows, TOP + len(OPEN) * HIGH + 30)


def _stages_title(number: int, slow: int) -> str:
    if not number:
        return "No case is open"
    if not slow:
        return (
            f"None of the {number} open cases has stood still for long" if number > 1 else "One case is open"
        )
    return (
        f"{slow} of {number} open case{pluralize(number)} {pluralize(slow, 'has,have')} stood still for long"
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One clause in one year: of how many decided submissions, how many fell short, and how dark that is (0 to 4)."""

    x: int
    short: int
    number: int
    shade: int


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause over the years."""

    clause: str
    label: str
    y: int
    cells: Sequence[Cell]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes by clause over the years. `years` are (x, year)."""

    title: str
    years: Sequence[tuple[int, int]]
    rows: Sequence[ClauseRow]
    width: int
    height: int


NAMES, ROW, WIDE = 296, 26, 92


def outcomes(clauses: Sequence[Clause], counted: Mapping[tuple[str, int, str], int]) -> Outcomes:
    """How often each clause was not fully met in the submissions decided in each year."""
    years = sorted({year for _, year, _ in counted})
    rows = []
    for place, clause in enumerate(clauses):
        code = clause.id
        cells = []
        for column, year in enumerate(years):
            number = sum(counted.get((code, year, one.value), 0) for one in JudgementOutcome)
            short = sum(counted.get((code, year, one.value), 0) for one in SHORTFALL)
            shade = 0 if not short else min(4, 1 + 3 * short // max(number, 1))
            cells.append(Cell(NAMES + 10 + column * WIDE, short, number, shade))
        counts = {
            one.value: sum(counted.get((code, year, one.value), 0) for year in years)
            for one in JudgementOutcome
        }
        rows.append(ClauseRow(code, clause.label, TOP + place * ROW, cells, counts))
    marks = [(NAMES + 10 + column * WIDE + WIDE // 2, year) for column, year in enumerate(years)]
    return Outcomes(
        _outcomes_title(rows), marks, rows, NAMES + 20 + len(years) * WIDE, TOP + len(rows) * ROW + 8
    )


def _outcomes_title(rows: Sequence[ClauseRow]) -> str:
    short = [(sum(row.counts[one.value] for one in SHORTFALL), row) for row in rows]
    worst = max(number for number, _ in short)
    if not worst:
        return "No clause fell short in a submission that was decided"
    most = [row for number, row in short if number == worst]
    if len(most) > 4:
        return f"{len(most)} clauses fall short most often: each in {worst} of the decided submissions"
    *others, last = [row.clause for row in most]
    said = f"{', '.join(others)} and {last} fall" if others else f"{last} falls"
    return f"{said} short most often: in {worst} of {sum(most[0].counts.values())} decided submissions"


@dataclass(frozen=True, slots=True)
class Square:
    """How often the lead said one thing and the co-assessor another."""

    x: int
    y: int
    number: int
    shade: int
    same: bool
    words: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """The matrix of both assessors' own outcomes. `apart` are (clause, times they differed, of how many)."""

    title: str
    labels: Sequence[tuple[str, int, int]]
    squares: Sequence[Square]
    apart: Sequence[tuple[str, int, int]]
    pairs: int


SIDE_X, SIDE_Y = 118, 54


def agreement(counted: Mapping[tuple[str, str, str], int]) -> Agreement:
    """How often lead and co-assessor judged alike before they saw each other's judgement."""
    total = sum(counted.values())
    alike = sum(number for (_, lead, co), number in counted.items() if lead == co)
    by_cell: Counter[tuple[str, str]] = Counter()
    by_clause: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (clause, lead, co), number in counted.items():
        by_cell[lead, co] += number
        by_clause[clause][1] += number
        if lead != co:
            by_clause[clause][0] += number
    most = max(by_cell.values(), default=1)
    order = list(JudgementOutcome)
    squares = [
        Square(
            LEFT + column * SIDE_X,
            TOP + 20 + row * SIDE_Y,
            by_cell[lead.value, co.value],
            0 if not by_cell[lead.value, co.value] else min(4, 1 + 3 * by_cell[lead.value, co.value] // most),
            lead == co,
            f"Lead assessor “{lead.label}”, co-assessor “{co.label}”: {by_cell[lead.value, co.value]}",
        )
        for row, lead in enumerate(order)
        for column, co in enumerate(order)
    ]
    labels = [
        (one.label, LEFT + place * SIDE_X + SIDE_X // 2, TOP + 20 + place * SIDE_Y + SIDE_Y // 2)
        for place, one in enumerate(order)
    ]
    apart = sorted(
        ((clause, differ, of) for clause, (differ, of) in by_clause.items() if differ),
        key=lambda one: (-one[1], one[0]),
    )
    title = (
        f"Lead and co-assessor judged alike on {alike} of {total} clauses ({round(100 * alike / total)} %)"
        if total
        else "No panel has shown its judgements yet"
    )
    return Agreement(title, labels, squares, apart, total)
