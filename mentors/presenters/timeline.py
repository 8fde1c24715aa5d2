"""The picture of one mentor: qualification, the one- and two-year days, breaks, remit by region, and scans supervised.

Everything is worked out here in the picture's own units; the template only draws. The table below it has the same numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from accreditation.rules import mentoring, regions
from accreditation.rules.clauses import Terms
from accreditation.rules.dates import PartialDate, Period, next_day, spoken, years_after
from accreditation.rules.findings import Outcome
from mentors.presenters.eligibility import BY_EXCEPTION, WORDS, label
from mentors.services.standing import Knowledge, terms
from mentors.supervision import Supervised

LEFT, RIGHT, TOP, LANE = 150, 980, 44, 30
WIDTH = RIGHT + 20


@dataclass(frozen=True, slots=True)
class Bar:
    """A length of time in a lane: where it is drawn, how, and in words."""

    x: float
    width: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A day in a lane. `kind`: qualification, threshold, or how a scan came out."""

    x: float
    kind: str
    words: str
    on: date


@dataclass
class Lane:
    """One line of the picture."""

    label: str
    y: int
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @property
    def middle(self) -> int:
        return self.y + LANE // 2


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    when: str
    what: str
    answer: str
    code: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The whole picture. `ticks` are the years; `failures` counts scans that the mentor could not supervise."""

    lanes: Sequence[Lane]
    ticks: Sequence[tuple[float, str]]
    thresholds: Sequence[Mark]
    today_x: float
    height: int
    lines: Sequence[Line]
    scans: int
    failures: int
    headline: str
    right: int = RIGHT
    left: int = LEFT
    width: int = WIDTH


class _Scale:
    def __init__(self, first: date, last: date) -> None:
        self.first, self.days = first, max((last - first).days, 1)

    def x(self, day: date) -> float:
        place = min(max((day - self.first).days, 0), self.days)
        return round(LEFT + place / self.days * (RIGHT - LEFT), 1)


def drawn(knowledge: Knowledge, mentor_id: UUID, scans: Iterable[Supervised], today: date) -> Drawn | None:
    """The picture of one mentor; None where there is nothing with a date to draw."""
    mentor, log = knowledge.mentors[mentor_id], list(scans)
    held = terms(knowledge.as_of)
    dated = [one for one in mentor.qualifications or () if one.ratified_on is not None]
    changes = mentoring.forecast(mentor, held)
    days = [one.ratified_on.first for one in dated if one.ratified_on] + [one.on for one in log]
    days += [since for period, _ in knowledge.remits[mentor_id] if (since := period.since)]
    if not days:
        return None
    ends = [today, *(day for day, _ in changes)]
    first = max(min(days), today - timedelta(days=365 * 12)) - timedelta(days=60)
    scale = _Scale(first, max(ends) + timedelta(days=120))
    lanes = [_standing_lane(changes, scale, today)]
    thresholds = [mark for one in dated if one.ratified_on and one.kind in mentoring.AWARDS
                  for mark in _thresholds(one.ratified_on, scale, held)]  # fmt: skip
    for one in dated:
        if one.ratified_on:
            name = mentoring.AWARDS.get(one.kind, f"Level {one.level}" if one.level else "Other award")
            words = f"{name} ratified {one.ratified_on.spoken()}"
            lanes[0].marks.append(
                Mark(scale.x(one.ratified_on.last), "qualification", words, one.ratified_on.last)
            )
    outcomes = {id(scan): _scan_outcome(knowledge, scan) for scan in log}
    lanes += _region_lanes(knowledge, mentor_id, log, outcomes, scale, today)
    if mentor.breaks:
        lane = Lane("Breaks", TOP + LANE * len(lanes))
        for away in mentor.breaks:
            since, until = away.since or scale.first, away.until or today
            x = scale.x(since)
            lane.bars.append(Bar(x, max(scale.x(until) - x, 2), "break", f"Break {away.spoken()}"))
        lanes.append(lane)
    failures = sum(1 for kind, _ in outcomes.values() if kind == "failure")
    lines = [Line(spoken(day), found.why, label(found), found.outcome.value) for day, found in changes]
    lines += _scan_lines(log, outcomes)
    return Drawn(
        lanes, _ticks(scale), thresholds, scale.x(today), TOP + LANE * len(lanes) + 34, lines, len(log), failures,
        _headline(changes, today, [kind for kind, _ in outcomes.values()], mentor.called),
    )  # fmt: skip


def _standing_lane(changes: Sequence[tuple[date, mentoring.Eligibility]], scale: _Scale, today: date) -> Lane:
    """The mentor's own standing over time: one bar for each answer."""
    lane = Lane("Own standing", TOP)
    last = scale.first + timedelta(days=scale.days)
    for place, (day, found) in enumerate(changes):
        end = changes[place + 1][0] if place + 1 < len(changes) else last
        x = scale.x(day)
        words = f"{label(found)} from {spoken(day)}"
        lane.bars.append(Bar(x, max(round(scale.x(end) - x, 1), 1), found.outcome.value, words))
    return lane


def _thresholds(known: PartialDate, scale: _Scale, held: Terms) -> list[Mark]:
    """The one- and two-year days of an award; of a date known in part, those of its last day."""
    found = []
    for years, words in ((held.shortage_years, "1 year"), (held.mentor_years, "2 years")):
        day = years_after(known.last, years, held.leap_rule)
        found.append(Mark(scale.x(day), "threshold", words, day))
    return found


def _scan_outcome(knowledge: Knowledge, scan: Supervised) -> tuple[str, str]:
    """How a scan came out for its mentor: fits, exception, judge or failure; and the answer in words."""
    verdict = knowledge.verdict(scan.mentor_id, scan.on, scan.regions, scan.student_id)
    if verdict.outcome is Outcome.NOT_MET:
        return "failure", f"{WORDS[verdict.outcome]} ({verdict.clause})"
    if verdict.outcome is not Outcome.MET:
        return "doubt", f"{WORDS[verdict.outcome]} ({verdict.clause})"
    return ("exception", BY_EXCEPTION) if verdict.by_exception else ("fits", WORDS[verdict.outcome])


RANK = {"failure": 0, "doubt": 1, "exception": 2, "fits": 3}


def _region_lanes(
    knowledge: Knowledge, mentor_id: UUID, log: Sequence[Supervised], outcomes: dict[int, tuple[str, str]],
    scale: _Scale, today: date,
) -> list[Lane]:  # fmt: skip
    """A lane for each part that the remit holds at some time or that a scan was of."""
    periods = knowledge.remits[mentor_id]
    parts = 0
    for _, held in periods:
        parts |= held
    for scan in log:
        parts |= scan.regions
    lanes = []
    end = scale.first + timedelta(days=scale.days)
    for place, bit in enumerate(regions.each(parts), start=1):
        lane = Lane(regions.spoken(bit).capitalize(), TOP + LANE * place)
        for period, held in periods:
            if held & bit:
                x = scale.x(period.since or scale.first)
                until = next_day(period.until) if period.until else end
                lane.bars.append(
                    Bar(x, max(round(scale.x(until) - x, 1), 1), "remit", f"In the remit {_over(period)}")
                )
        worst: dict[date, tuple[str, str]] = {}
        number: defaultdict[date, int] = defaultdict(int)
        for scan in log:
            if scan.regions & bit:
                number[scan.on] += 1
                found = outcomes[id(scan)]
                if scan.on not in worst or RANK[found[0]] < RANK[worst[scan.on][0]]:
                    worst[scan.on] = found
        for day, (kind, words) in sorted(worst.items(), key=lambda item: (-RANK[item[1][0]], item[0])):
            many = f"{number[day]} scans" if number[day] > 1 else "1 scan"
            lane.marks.append(Mark(scale.x(day), kind, f"{many} on {spoken(day)}: {words}", day))
        lanes.append(lane)
    return lanes


def _scan_lines(log: Sequence[Supervised], outcomes: dict[int, tuple[str, str]]) -> list[Line]:
    """The scans, counted by month and answer."""
    counted: defaultdict[tuple[str, str, str], list[Supervised]] = defaultdict(list)
    for scan in log:
        kind, words = outcomes[id(scan)]
        counted[f"{scan.on:%Y-%m}", kind, words].append(scan)
    codes = {"failure": "not_met", "doubt": "judge", "exception": "met", "fits": "met"}
    found = []
    for (_, kind, words), some in sorted(counted.items()):
        parts = 0
        for scan in some:
            parts |= scan.regions
        what = f"{len(some)} scan{'s' if len(some) > 1 else ''} supervised: {regions.spoken(parts)}"
        found.append(Line(f"{some[0].on:%B %Y}", what, words, codes[kind]))
    return found


def _ticks(scale: _Scale) -> list[tuple[float, str]]:
    last = scale.first + timedelta(days=scale.days)
    every = 1 if last.year - scale.first.year <= 10 else 2
    years = range(scale.first.year + 1, last.year + 1, every)
    return [(scale.x(date(year, 1, 1)), str(year)) for year in years]


def _headline(
    changes: Sequence[tuple[date, mentoring.Eligibility]], today: date, kinds: Sequence[str], called: str
) -> str:
    """What the picture shows, in one sentence."""
    ahead = next((day for day, found in changes if day > today and found.outcome is Outcome.MET), None)
    now = next((found for day, found in reversed(changes) if day <= today), None)
    number = Counter(kinds)
    if number["failure"]:
        return f"{number['failure']} of {len(kinds)} scans fell outside what {called} may supervise"
    if ahead:
        return f"{called} reaches two years on {spoken(ahead)}"
    standing = label(now).lower() if now else "no qualification with a date"
    words = f"{called}: {standing}"
    if number["doubt"]:
        return f"{words}; {number['doubt']} of {len(kinds)} scans are for an assessor"
    if number["exception"]:
        return f"{words}; {number['exception']} of {len(kinds)} scans fit by exception only"
    return f"{words}; all {len(kinds)} scans fit" if kinds else words


def _over(period: Period) -> str:
    if period.since is None:
        return f"until {spoken(period.until)}" if period.until else "at all times"
    return period.spoken()
