"""A national run over two real workers, one of which is killed while both hold a part: in the end every course is there once."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from accreditation.enums import JobState, RunKind, RunState
from accreditation.models import AuditEvent, CourseStanding, Job, Message, Module, NationalRun, RunLine
from accreditation.services import runs
from tests.accreditation.test_runs import accredited
from tests.system.test_letters_worker import kill, open_again, own_worker  # noqa: F401 - a fixture
from tests.worker import Worker, environment_on_test_database
from tests.worlds import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
COURSES = 11


def waiting_to_write() -> int:
    """How many workers have looked at their courses and wait to write what they found: one for the lines, one for the run's row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND (query LIKE '%%nationalrun%%' OR query LIKE 'INSERT INTO \"accreditation_runline\"%%')"
        )
        return int(cursor.fetchone()[0])


def state_of(run: NationalRun) -> str:
    return NationalRun.objects.values_list("state", flat=True).get(pk=run.pk)


def test_two_workers_share_a_run_and_one_killed_in_the_middle_doubles_nothing(
    own_worker: Worker,  # noqa: F811
    tmp_path: Path,
) -> None:
    worlds = [make_world(f"Place {number}") for number in range(COURSES)]
    for world in worlds:
        accredited(world)
    other = Worker(tmp_path / "other-log", environment_on_test_database(), "--hostname", "other@%h")
    own_worker.start()
    other.start()
    try:
        first = runs.start(by=worlds[0].officer, kind=RunKind.RECHECK, key="recheck:first")
        own_worker.wait_for(lambda: state_of(first) == RunState.DONE, seconds=120)
        assert RunLine.objects.filter(run=first, worse=0).count() == COURSES
        Module.objects.update(level=4)
        values: Any = connection.settings_dict
        with psycopg.connect(
            host=values["HOST"], port=values["PORT"], user=values["USER"], password=values["PASSWORD"],
            dbname=values["NAME"],
        ) as blocker:  # fmt: skip
            # Taken before the run starts: the parts are so quick that a lock taken later would come too late.
            blocker.execute("LOCK TABLE accreditation_runline IN SHARE MODE")
            second = runs.start(by=worlds[0].officer, kind=RunKind.RECHECK, key="recheck:second")
            own_worker.wait_for(lambda: waiting_to_write() == 2, seconds=60)
            kill(own_worker)
            assert not RunLine.objects.filter(run=second).exists(), "the fault must strike in the middle"
            blocker.rollback()
        own_worker.start()
        open_again()
        own_worker.wait_for(lambda: state_of(second) == RunState.DONE, seconds=120)
    finally:
        kill(other)
    second.refresh_from_db()
    assert (second.done, second.total) == (COURSES, COURSES)
    lines = list(RunLine.objects.filter(run=second))
    assert len(lines) == len({line.subject for line in lines}) == COURSES
    assert all(line.worse >= 1 and not line.failed for line in lines), "nothing was compared with itself"
    assert CourseStanding.objects.count() == COURSES
    assert {part.state for part in second.parts.all()} == {JobState.DONE}
    assert AuditEvent.objects.filter(verb="run.finished", object_id=str(second.pk)).count() == 1
    told = Message.objects.filter(kind="recheck_worse")
    assert sorted(told.values_list("person", flat=True)) == sorted(world.officer.pk for world in worlds)
    assert not Job.objects.filter(key__startswith="run:").exclude(state=JobState.DONE).exists()
