"""Scans per week with how soon they were entered: a picture, its table, and the finding that both show.

An entry made months later is a memory; the lag is shown to the student and the course team, and decides nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accreditation.rules.dates import spoken
from portfolios.models import Scan

WEEKS = 26
SOON = 7
"""Days within which an entry is called soon: a week of clinic lists."""
LEFT, TOP, HIGH, STEP, BAR = 44, 14, 150, 22, 16


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its Monday, how many scans, how many of them entered late, and half were entered within so many days."""

    monday: date
    scans: int
    late: int
    half: int | None
    x: int
    y: int
    height: int
    late_y: int
    late_height: int
    label: str

    @property
    def middle(self) -> int:
        return self.x + BAR // 2


@dataclass(frozen=True, slots=True)
class Weekly:
    """The whole picture. `ticks`: (number, y) of the lines behind the bars."""

    weeks: Sequence[Week]
    ticks: Sequence[tuple[int, int]]
    headline: str
    width: int
    height: int
    base: int
    total: int

    @property
    def shown(self) -> list[Week]:
        """The weeks with scans, newest first: the table's rows."""
        return [week for week in reversed(self.weeks) if week.scans]


def weekly(scans: QuerySet[Scan], today: date | None = None) -> Weekly:
    """The last 26 weeks up to today, or up to the last scan where that is long past. One query for any number of scans.

    `scans`: which ones; only those in the log are drawn.
    """
    now = today or timezone.localdate()
    lag = ExpressionWrapper(TruncDate("created_at") - F("on"), output_field=DurationField())
    rows = (
        scans.filter(logged=True, on__lte=now)
        .order_by()
        .annotate(lag=lag)
        .values_list("on", "lag")
        .annotate(number=Count("pk"))
    )
    lags: defaultdict[date, Counter[int]] = defaultdict(Counter)
    last = None
    for on, after, number in rows:
        lags[on - timedelta(days=on.weekday())][max(0, after.days)] += number
        last = on if last is None or on > last else last
    if last is None:
        return Weekly((), (), "No scan is in the log yet", 0, 0, 0, 0)
    end = now if (now - last).days <= 7 * WEEKS // 2 else last
    final = end - timedelta(days=end.weekday())
    mondays = [final - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    most = max(1, *(lags[monday].total() for monday in mondays))
    top, ticks = _ticks(most)
    weeks = [_week(monday, lags[monday], place, top) for place, monday in enumerate(mondays)]
    return Weekly(
        weeks=weeks,
        ticks=[(number, TOP + HIGH - round(HIGH * number / top)) for number in ticks],
        headline=_headline(lags, last, now),
        width=LEFT + WEEKS * STEP + 8,
        height=TOP + HIGH + 30,
        base=TOP + HIGH,
        total=sum(week.scans for week in weeks),
    )


def _week(monday: date, lags: Counter[int], place: int, top: int) -> Week:
    scans = lags.total()
    late = sum(number for days, number in lags.items() if days > SOON)
    height = round(HIGH * scans / top)
    late_height = round(HIGH * late / top)
    first_of_month = monday.day <= 7
    return Week(
        monday=monday,
        scans=scans,
        late=late,
        half=_half(lags),
        x=LEFT + place * STEP,
        y=TOP + HIGH - height,
        height=height,
        late_y=TOP + HIGH - height,
        late_height=late_height,
        label=f"{monday:%b %Y}"
        if first_of_month and monday.month == 1
        else f"{monday:%b}"
        if first_of_month
        else "",
    )


def _ticks(most: int) -> tuple[int, list[int]]:
    """The end of the scale, and the numbers written beside it: round ones, few."""
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000) if most <= size * 4)
    top = step * -(-most // step)
    return top, list(range(0, top + 1, step))


def _half(lags: Counter[int]) -> int | None:
    """The fewest days within which at least half were entered."""
    reached = 0
    for days, number in sorted(lags.items()):
        reached += number
        if 2 * reached >= lags.total():
            return days
    return None


def _headline(lags: dict[date, Counter[int]], last: date, today: date) -> str:
    """How much lately, and how soon it was entered."""
    first = today - timedelta(days=today.weekday()) - timedelta(weeks=3)
    lately: Counter[int] = sum((lags[monday] for monday in list(lags) if monday >= first), Counter())
    if lately:
        number = lately.total()
        begun = f"{number} scan{'' if number == 1 else 's'} in the last four weeks"
        return f"{begun}, half of them entered {_within(_half(lately))}"
    whole: Counter[int] = sum(lags.values(), Counter())
    return f"No scan since {spoken(last)}; half of all were entered {_within(_half(whole))}"


def _within(days: int | None) -> str:
    if not days:
        return "on the same day"
    return f"within {days} day{'' if days == 1 else 's'}"
