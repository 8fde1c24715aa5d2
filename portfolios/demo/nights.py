"""The demo world's national runs: nights on which the accredited course is checked again, and a draft edition tried.

In between the course mistypes the level of a module and corrects it, so that there is something to find; in the end nothing
has changed.
"""

from datetime import date
from typing import TYPE_CHECKING

from accreditation import demo_edition
from accreditation.enums import JobState, RunKind
from accreditation.models import Job, Module, NationalRun
from accreditation.services import courses, runs
from portfolios.demo.courses import COURSES

if TYPE_CHECKING:
    from portfolios.demo.world import World

COURSE = "focused"
FIRST, MISTAKEN, TRIED, LAST = (date(2026, 11, day) for day in (17, 18, 19, 24))


def fill(world: "World") -> None:
    """Writes the nights and what happens between them into the diary."""
    world.diary.on(FIRST, _night, hour=3)
    world.diary.on(FIRST, _level, world, -1, hour=16)
    world.diary.on(MISTAKEN, _night, hour=3)
    world.diary.on(MISTAKEN, _level, world, 1, hour=11)
    world.diary.on(TRIED, _try, world, hour=11)
    world.diary.on(LAST, _night, hour=3)


def _night() -> None:
    run = runs.start_nightly()
    assert run is not None  # noqa: S101 - no other has run that night
    _work(run)


def _try(world: "World") -> None:
    asked = {"edition": demo_edition.draft().name}
    _work(runs.start(by=world.officer, kind=RunKind.IMPACT, key="impact:demo", asked=asked))


def _work(run: NationalRun) -> None:
    """What the workers would do."""
    waiting = Job.objects.filter(key__startswith=f"run:{run.pk}:", state=JobState.WAITING)
    for job in waiting:
        runs.plan(job_id=job.pk)
    for job in waiting.all():
        runs.do_part(job_id=job.pk)


def _level(world: "World", by: int) -> None:
    plan = next(one for one in COURSES if one.key == COURSE)
    module = Module.objects.filter(course=world.courses[COURSE]).order_by("code")[0]
    assert module.level is not None  # noqa: S101 - the plan has one
    courses.edit_module(
        by=world.people[plan.leader], course_id=module.course_id, module_id=module.pk, version=module.version,
        values={"level": module.level + by},
    )  # fmt: skip
