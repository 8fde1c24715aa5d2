"""Letters through a real worker: built once whatever happens to the worker or the broker in between."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.utils import timezone

from accreditation import files, queue
from accreditation.enums import BuildState, JobState
from accreditation.models import AuditEvent, Job, Letter
from accreditation.services import letters, reconcile
from tests.accreditation.decided import with_letters
from tests.worker import Worker, environment_on_test_database
from tests.worlds import make_world

pytestmark = pytest.mark.django_db(transaction=True)


def all_built(number: int) -> Callable[[], bool]:
    return lambda: Letter.objects.filter(state=BuildState.BUILT).count() == number


def open_again() -> None:
    """Pauses and leases are over, as they are a minute later; then the relay rings."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING)).update(
        not_before=past, leased_until=past
    )
    queue.relay()


def as_they_should_be(number: int) -> None:
    """`number` letters, each built once, each with its file; told by the rows, the trail and the disk."""
    assert Letter.objects.count() == number
    for letter in Letter.objects.all():
        path = files.path_of(letter.sha256)
        assert files.sum_of(path) == letter.sha256 and path.stat().st_size == letter.size
        assert path.read_bytes().startswith(b"%PDF-1.7")
        assert AuditEvent.objects.filter(verb="letter.built", object_id=str(letter.pk)).count() == 1
    assert list(reconcile.faults()) == []


def test_the_decisions_letters_are_built_in_the_background(worker: Worker) -> None:
    queued = with_letters(make_world("Wexcombe"))
    worker.wait_for(all_built(2))
    assert [letter.state for letter in queued] == [BuildState.QUEUED] * 2  # nothing was rendered here
    as_they_should_be(2)


@pytest.fixture
def own_worker(worker: Worker, tmp_path: Path) -> Iterator[Worker]:
    """A worker that a test may kill; the shared one is stopped meanwhile, so that it takes nothing."""
    worker.stop()
    mine = Worker(tmp_path / "log", environment_on_test_database())
    yield mine
    kill(mine)
    current_app.control.purge()  # what it left undone is not for the shared one
    worker.start()


def children(worker: Worker) -> list[int]:
    """The processes in which the worker runs its tasks."""
    assert worker.process
    pid = worker.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill(worker: Worker) -> None:
    """kill -9 of the worker and of its children, as when the machine is switched off."""
    if worker.process is None:
        return
    for pid in [worker.process.pid, *children(worker)]:
        os.kill(pid, signal.SIGKILL)
    worker.process.wait()
    worker.process = None


@pytest.mark.parametrize(("struck", "number"), [("worker", 50), ("child", 10)])
def test_a_kill_in_the_middle_loses_and_doubles_no_letter(
    own_worker: Worker, struck: str, number: int
) -> None:
    worlds = [make_world(f"Place {place}") for place in range(number // 2)]
    own_worker.start()
    for world in worlds:
        with_letters(world)
    own_worker.wait_for(lambda: _built() >= 2)
    if struck == "worker":
        kill(own_worker)
    else:  # as when the kernel ends the process that takes too much memory
        for pid in children(own_worker):
            os.kill(pid, signal.SIGKILL)
    assert 2 <= _built() < number, "the fault must strike in the middle"
    if struck == "worker":
        own_worker.start()
    open_again()
    own_worker.wait_for(all_built(number), 120)
    as_they_should_be(number)


def _built() -> int:
    return Letter.objects.filter(state=BuildState.BUILT).count()


DECIDE = """
import time, django; django.setup()
from tests.accreditation.decided import with_letters
from tests.worlds import make_world
world = make_world("Wexcombe")
begun = time.monotonic()
with_letters(world)
print(time.monotonic() - begun)
"""


def test_a_letter_decided_while_the_broker_was_down_is_built_after_the_relay(worker: Worker) -> None:
    """A process that decides while Redis refuses: it answers at once, the promise stands, the relay keeps it."""
    environment = {**environment_on_test_database(), "REDIS_URL": "redis://127.0.0.1:1/0"}
    run = subprocess.run(
        [sys.executable, "-c", DECIDE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (
        "OperationalError" in run.stderr and "the relay will" in run.stderr
    )  # the kind of fault, without addresses
    assert float(run.stdout) < 5 + os.getloadavg()[0], "a broker's own patience is six seconds for each bell"
    time.sleep(2)
    assert Letter.objects.count() == 2 and _built() == 0, "nobody was told"
    assert queue.relay() == 2
    worker.wait_for(all_built(2))
    as_they_should_be(2)


def test_a_poison_letter_ends_as_failed_while_the_others_are_built(worker: Worker) -> None:
    from accreditation.letters import render

    poison = with_letters(make_world("Poison"))[0]
    worker.wait_for(all_built(2))
    Letter.objects.filter(pk=poison.pk).update(
        state=BuildState.QUEUED, sha256="", size=None, built_at=None, attempts=0
    )
    content = Letter.objects.get(pk=poison.pk).content
    content["reasons"] = "word " * (render.MAX_CHARACTERS // 4)
    Letter.objects.filter(pk=poison.pk).update(content=content)
    Job.objects.filter(key=letters.key_of(poison)).update(state=JobState.WAITING, attempts=0, done_at=None)
    open_again()
    with_letters(make_world("Good"))
    worker.wait_for(all_built(3))
    worker.wait_for(lambda: Letter.objects.get(pk=poison.pk).state == BuildState.FAILED)
    assert "longer than a letter may be" in Letter.objects.get(pk=poison.pk).failure
    assert len([fault for fault in reconcile.faults() if "could not be built" in fault]) == 1


def test_a_letter_that_the_clock_cut_off_gets_twice_the_time_and_is_built(worker: Worker) -> None:
    """The clock of the worker itself: one second for seventy pages, then what the relay asks for."""
    letter = with_letters(make_world("Wexcombe"))[0]
    worker.wait_for(all_built(2))
    content = {**letter.content, "reasons": "Reasons and more. " * 11_000}
    Letter.objects.filter(pk=letter.pk).update(
        state=BuildState.QUEUED, sha256="", size=None, built_at=None, attempts=0, content=content
    )
    job = Job.objects.get(key=letters.key_of(letter))
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING, attempts=0, done_at=None)
    current_app.send_task(job.task, args=[job.pk], soft_time_limit=1, time_limit=40)
    worker.wait_for(lambda: Job.objects.get(pk=job.pk).cut == 1, 60)
    assert "took longer than a letter may take" in Letter.objects.get(pk=letter.pk).failure
    open_again()
    worker.wait_for(all_built(2), 120)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


def test_the_same_bell_rung_five_times_builds_one_letter(worker: Worker) -> None:
    letter = with_letters(make_world("Wexcombe"))[0]
    job = Job.objects.get(key=letters.key_of(letter))
    for _ in range(5):
        queue.ring(job)
    worker.wait_for(all_built(2))
    time.sleep(2)
    as_they_should_be(2)
