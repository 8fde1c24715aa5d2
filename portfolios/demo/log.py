"""The scan log of one demo student, made up before it is entered: the same plan always makes the same log."""

import random
from dataclasses import dataclass, replace
from datetime import date

from mentors.models import Mentor
from portfolios.demo import clinic
from portfolios.demo.courses import DemoCourse
from portfolios.demo.faults import argument
from portfolios.demo.students import REMIT_OF, Member, StudentPlan
from portfolios.demo.terms import clinic_days
from portfolios.enums import Subject, Supervision
from portfolios.services.scans import ScanEntry

NEEDED = 17  # of each part of the remit, so that the course's own minimum of 15 is reached


@dataclass(frozen=True, slots=True)
class Planned:
    """A scan to be entered, and by whom it is appraised (None: kept apart, or waiting)."""

    entry: ScanEntry
    mentor: str
    progress: float


def scan_log(course: DemoCourse, plan: StudentPlan, mentors: dict[str, Mentor]) -> list[Planned]:
    """All scans of a student in order of their days, with what was planted."""
    rng = plan.rng(course.key, "log")
    days = [
        (day, member)
        for term in course.terms
        for member in plan.team
        for day in clinic_days(term, (member.weekday,))
        if day >= member.since and rng.random() > 0.06
    ]
    days.sort(key=lambda one: one[0])
    counts = dict.fromkeys(plan.parts, 0)
    apart = argument(plan.quirks, "volunteers_only")
    planned: list[Planned] = []
    for place, (day, member) in enumerate(days):
        progress = place / max(1, len(days) - 1)
        for _ in range(rng.choice(course.scans_a_day)):
            region = _region(rng, plan, member, counts, apart)
            counts[region] += 1
            planned.append(_patient(rng, plan, day, member, region, mentors, progress))
    if short := [part for part, count in counts.items() if count < _least(course) and part != apart]:
        raise ValueError(f"{course.key} {plan.code}: too few scans of {short}")
    planned += _apart(rng, plan, days, mentors, apart)
    planned.sort(key=lambda one: one.entry.on)
    return _planted(rng, plan, planned, mentors)


def _least(course: DemoCourse) -> int:
    return NEEDED if course.key == "main" else 6


def _region(rng: random.Random, plan: StudentPlan, member: Member, counts: dict[str, int], apart: str) -> str:
    """What comes to this mentor's list today: with preference for what the student has seen least of."""
    choice = [part for part in plan.parts if part in REMIT_OF[member.key] and part != apart]
    weights = [1 / (1 + counts[part]) ** 0.8 for part in choice]
    return rng.choices(choice, weights=weights)[0]


def _patient(
    rng: random.Random,
    plan: StudentPlan,
    day: date,
    member: Member,
    region: str,
    mentors: dict[str, Mentor],
    progress: float,
) -> Planned:
    others = [
        part
        for part in plan.parts
        if part in REMIT_OF[member.key] and part != argument(plan.quirks, "volunteers_only")
    ]
    seen = clinic.visit(rng, region, others, progress)
    entry = ScanEntry(
        on=day,
        regions=seen.regions,
        supervision=Supervision.OBSERVED,
        mentor=mentors[member.key],
        minutes=max(10, seen.minutes),
        pathologies=seen.pathologies,
        side=seen.side,
        role=seen.role,
        age=seen.age,
        indication=seen.indication,
        reflection=seen.reflection,
    )
    return Planned(entry, member.key, progress)


def _apart(
    rng: random.Random,
    plan: StudentPlan,
    days: list[tuple[date, Member]],
    mentors: dict[str, Mentor],
    volunteers_only: str,
) -> list[Planned]:
    """Practice on simulators, volunteers and each other: kept beside the log as learning."""
    early = [one for one in days[: max(6, len(days) // 6)] if REMIT_OF[one[1].key] & set(plan.parts)]
    made = []
    for _ in range(rng.randint(2, 6)):
        day, member = rng.choice(early)
        region = rng.choice([part for part in plan.parts if part in REMIT_OF[member.key]])
        subject = rng.choice([Subject.SIMULATOR, Subject.HEALTHY_VOLUNTEER, Subject.PEER])
        made.append(_practice(day, region, subject, mentors[member.key], member.key))
    if volunteers_only:
        for day, member in rng.sample(days, k=16):
            made.append(
                _practice(day, volunteers_only, Subject.HEALTHY_VOLUNTEER, mentors[member.key], member.key)
            )
    return made


def _practice(day: date, region: str, subject: str, mentor: Mentor, key: str) -> Planned:
    entry = ScanEntry(
        on=day,
        regions=frozenset({region}),
        subject=subject,
        supervision=Supervision.OBSERVED,
        mentor=mentor,
        minutes=20,
        indication="Practice of technique and landmarks",
    )
    return Planned(entry, key, 0.0)


def _planted(
    rng: random.Random, plan: StudentPlan, planned: list[Planned], mentors: dict[str, Mentor]
) -> list[Planned]:
    """Puts the faults that lie in a scan itself into the log (see `faults.PLANTED`)."""
    patients = [place for place, one in enumerate(planned) if one.entry.subject == Subject.PATIENT]
    middle = patients[len(patients) // 2 :]
    if "unsupervised" in plan.quirks:
        _change(planned, middle[7], supervision=Supervision.NONE)
    if "remote" in plan.quirks:
        for place in middle[11:13]:
            _change(planned, place, supervision=Supervision.REMOTE)
    if "beyond_mentor" in plan.quirks:
        mine = [place for place in middle if planned[place].mentor == "zielinski"]
        for place in mine[3:5]:
            hip = clinic.visit(rng, "hip_groin", (), 0.6)
            _change(
                planned,
                place,
                regions=hip.regions,
                pathologies=hip.pathologies,
                indication=hip.indication,
                age=hip.age,
            )
    return planned


def _change(planned: list[Planned], place: int, **values: object) -> None:
    one = planned[place]
    planned[place] = replace(one, entry=replace(one.entry, **values))  # type: ignore[arg-type]
