"""The plan of each student's life on a demo course: who they are, what they may scan, who mentors them, on which days."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from portfolios.demo.courses import DemoCourse
from portfolios.demo.faults import quirks
from portfolios.demo.names import BACKGROUNDS, NAMES, Background
from portfolios.demo.register import MENTORS, SIX

SEED = 20260112
REMIT_OF = {plan.key: plan.remit for plan in MENTORS}
OKAFOR_FROM = date(2026, 3, 10)
"""The day on which Michael Okafor reaches two years after his award's ratification."""

UPPER, LOWER = ("shoulder", "elbow", "wrist_hand"), ("hip_groin", "knee", "ankle_foot")
REMITS: tuple[tuple[str, ...], ...] = (
    tuple(sorted(SIX)),
    ("shoulder", "knee", "ankle_foot"),
    UPPER,
    LOWER,
    ("shoulder", "hip_groin", "knee"),
    ("shoulder", "elbow", "wrist_hand", "knee"),
    ("hip_groin", "knee", "ankle_foot", "shoulder"),
    ("wrist_hand", "ankle_foot", "knee"),
)
TEAMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "main": (
        ("ashworth", "zielinski"),
        ("raman", "morgan"),
        ("ashworth", "adeyemi"),
        ("raman", "zielinski"),
        ("raman", "adeyemi"),
    ),
    "focused": (("rahman", "zielinski"), ("rahman", "morgan")),
    "scottish": (("drummond", "menon"), ("drummond", "reid")),
    "undergraduate": (("rahman", "ashworth"),),
}
CERTAIN: dict[str, tuple[str, ...]] = {
    "overseas": ("raman", "solberg"),
    "break": ("drummond", "fraser"),
    "beyond_mentor": ("raman", "zielinski"),
    "waiting": ("ashworth", "rahman"),
    "unconfirmed": ("rahman", "zielinski"),
}
"""Teams that a fault needs."""
FIXED_REMITS: dict[tuple[str, str], tuple[str, ...]] = {
    ("main", "S001"): ("shoulder", "knee", "ankle_foot"),
    ("main", "S003"): (*UPPER, "nerve"),
    ("main", "S007"): UPPER,
    ("main", "S012"): LOWER,
    ("main", "S013"): (*LOWER, "nerve"),
    ("main", "S020"): ("shoulder", "hip_groin", "knee"),
    ("focused", "S006"): ("upper_limb",),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A mentor in a team, from a day on, with the weekday (Monday is 0) on which the student joins their list."""

    key: str
    since: date
    weekday: int


@dataclass(frozen=True, slots=True)
class StudentPlan:
    """All that is decided about a student before the course begins."""

    code: str
    name: str
    background: Background
    number: str
    months: int
    terms_of_remit: tuple[str, ...]
    parts: tuple[str, ...]
    team: tuple[Member, ...]
    quirks: frozenset[str]

    def rng(self, course: str, what: str) -> random.Random:
        """A source of chance of its own, so that a change in one part of the demo world moves no other."""
        return random.Random(f"{SEED}:{course}:{self.code}:{what}")


def plans(course: DemoCourse) -> list[StudentPlan]:
    """The students of a course, in the order of their codes."""
    return [_plan(course, place, name) for place, name in enumerate(NAMES[course.key], start=1)]


def _plan(course: DemoCourse, place: int, name: str) -> StudentPlan:
    code = f"S{place:03}"
    held = quirks(course.key, code)
    rng = random.Random(f"{SEED}:{course.key}:{code}:plan")
    background = BACKGROUNDS[(place * 5 + rng.randrange(2)) % len(BACKGROUNDS)]
    remit = FIXED_REMITS.get((course.key, code)) or _remit(course, place)
    parts = UPPER if remit == ("upper_limb",) else remit
    return StudentPlan(
        code=code,
        name=name,
        background=background,
        number=_number(background, rng),
        months=rng.choice((11, 14, 18, 22, 24, 30, 36, 48, 60, 84)),
        terms_of_remit=remit,
        parts=parts,
        team=_team(course, place, parts, held, rng),
        quirks=held,
    )


def _remit(course: DemoCourse, place: int) -> tuple[str, ...]:
    if course.key == "focused":
        return ("shoulder", "knee")
    if course.key == "undergraduate":
        return ("shoulder", "knee") if place % 2 else ("knee", "ankle_foot")
    if course.key == "scottish":
        return (("shoulder", "knee", "ankle_foot"), ("shoulder", "hip_groin", "knee"), LOWER)[place % 3]
    return REMITS[(place * 3 + place // 7) % len(REMITS)]


def _team(
    course: DemoCourse, place: int, parts: tuple[str, ...], held: frozenset[str], rng: random.Random
) -> tuple[Member, ...]:
    """Two mentors, each with something of the student's remit; where a fault asks for it, a certain one."""
    start = course.enrolled_on
    if "one_day_short" in held:  # the day before his anniversary is a Monday
        return (
            Member("ashworth", start, 3),
            Member("raman", start, 1),
            Member("okafor", OKAFOR_FROM - timedelta(days=1), 0),
        )
    keys = next((team for quirk, team in CERTAIN.items() if quirk in held), None) or _shared(
        course, place, parts
    )
    days = rng.sample((1, 2, 3, 4), k=len(keys))
    return tuple(Member(key, start, day) for key, day in zip(keys, days, strict=True))


def _shared(course: DemoCourse, place: int, parts: tuple[str, ...]) -> tuple[str, ...]:
    teams = TEAMS[course.key]
    for turn in range(len(teams)):
        keys = teams[(place + turn) % len(teams)]
        if all(REMIT_OF[key] & set(parts) for key in keys) and set(parts) <= REMIT_OF[keys[0]]:
            return keys
    raise ValueError(f"No team for {parts}")


def _number(background: Background, rng: random.Random) -> str:
    if background.body == "NMC":
        return (
            f"{rng.randint(5, 19):02}{rng.choice('ABCDEFGHIJ')}{rng.randint(1000, 9999)}{rng.choice('EOS')}"
        )
    return background.prefix + "".join(rng.choice("0123456789") for _ in range(background.digits))
