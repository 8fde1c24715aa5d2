"""The outbox: promised once, rung after the commit, taken by one, given up after three attempts."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accreditation import queue
from accreditation.enums import JobState
from accreditation.models import Job

TASK = "accreditation.tasks.build_letter"

pytestmark = pytest.mark.sqlite


def promised(key: str = "letter:1") -> Job:
    with transaction.atomic():
        return queue.promise(TASK, 1, key=key)


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


@pytest.mark.django_db(transaction=True)
def test_a_promise_is_made_once_and_rung_after_the_commit(rung: list[str]) -> None:
    with transaction.atomic():
        first = queue.promise(TASK, 1, key="letter:1")
        assert queue.promise(TASK, 1, key="letter:1") == first
        assert rung == []
    assert rung == [TASK]
    with pytest.raises(transaction.TransactionManagementError):
        queue.promise(TASK, 1, key="letter:2")


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_undo_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import Celery

    def down(*args: object, **kwargs: object) -> None:
        raise OSError("refused")

    monkeypatch.setattr(Celery, "send_task", down)
    job = promised()
    assert again(job).state == JobState.WAITING


def test_one_takes_a_promise_and_nobody_else_until_the_lease_is_over(db: None) -> None:
    job = promised()
    taken = queue.take(job.pk)
    assert taken and (taken.state, taken.attempts) == (JobState.RUNNING, 1)
    assert queue.take(job.pk) is None
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    taken = queue.take(job.pk)
    assert taken and taken.attempts == 2
    queue.done(taken)
    assert queue.take(job.pk) is None
    assert queue.take(9_999) is None


def test_a_failed_attempt_waits_for_its_pause(db: None) -> None:
    job = promised()
    taken = queue.take(job.pk)
    assert taken
    queue.failed(taken, "The disk is full.", final=False, pause=timedelta(seconds=30))
    assert queue.take(job.pk) is None and queue.relay() == 0
    Job.objects.update(not_before=timezone.now())
    assert queue.relay() == 1
    assert queue.take(job.pk)


def test_the_relay_does_not_ring_for_the_same_promise_every_ten_seconds(db: None, rung: list[str]) -> None:
    """600 letters wait while the workers are slow: measured, the queue grew by as many bells at every turn of the relay."""
    job = promised()
    assert queue.relay() == 1
    assert queue.relay() == 0, "it was rung just now"
    Job.objects.update(rung_at=timezone.now() - queue.RING_AGAIN - timedelta(seconds=1))
    assert queue.relay() == 1, "a bell can be lost: it is rung again after a minute"
    taken = queue.take(job.pk)
    assert taken
    Job.objects.update(
        rung_at=timezone.now() - timedelta(seconds=9), leased_until=timezone.now() - timedelta(seconds=1)
    )
    assert queue.relay() == 1, "the lease ended after it was rung: its worker is gone"
    assert queue.relay() == 0


def test_after_three_attempts_a_promise_is_failed_and_can_be_opened_again(db: None, rung: list[str]) -> None:
    job = promised()
    for _ in range(queue.MAX_ATTEMPTS):
        taken = queue.take(job.pk)
        assert taken
        queue.failed(taken, "It does not work.", final=False)
    assert again(job).state == JobState.FAILED
    assert queue.take(job.pk) is None and queue.relay() == 0
    queue.again(again(job))
    opened = queue.take(job.pk)
    assert opened and opened.attempts == 1


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, object]]:
    """The time limits that each bell carried: soft, hard."""
    from celery import Celery

    given: list[tuple[object, object]] = []

    def note(self: Celery, name: str, **options: object) -> None:
        given.append((options.get("soft_time_limit"), options.get("time_limit")))

    monkeypatch.setattr(Celery, "send_task", note)
    return given


def cut_until_given_up(bells: list[tuple[object, object]], *, waited: bool, task: str = TASK) -> Job:
    """A promise whose every attempt the clock ends."""
    with transaction.atomic():
        job = queue.promise(task, 1, key=f"{task}:{waited}")
    while True:
        bells.clear()
        assert queue.relay() == 1
        taken = queue.take(job.pk)
        assert taken and taken.leased_until
        soft, hard = bells[0]
        assert hard is None or taken.leased_until > timezone.now() + timedelta(seconds=float(str(hard)))
        if queue.cut_off(taken, "It took too long.", waited=waited):
            return again(job)
        assert len(bells) < 10


@pytest.mark.parametrize(("waited", "attempts", "cut"), [(True, 0, 4), (False, 3, 3)])
def test_a_slow_machine_gets_more_time_and_a_poison_job_ends_all_the_same(
    db: None, bells: list[tuple[object, object]], waited: bool, attempts: int, cut: int
) -> None:
    job = cut_until_given_up(bells, waited=waited)
    assert (job.state, job.attempts, job.cut, job.failure) == (
        JobState.FAILED, attempts, cut, "It took too long.",
    )  # fmt: skip
    assert bells[-1] == ((240, 360) if waited else (120, 180)), "twice as long each time"
    assert queue.take(job.pk) is None and queue.relay() == 0
    queue.again(job)
    assert again(job).cut == 0


def test_a_task_with_long_limits_of_its_own_is_not_given_hours(
    db: None, bells: list[tuple[object, object]]
) -> None:
    job = promised()
    Job.objects.update(task="portfolios.tasks.make_file", cut=3)
    assert queue.ring(again(job)) and bells[-1][0] == queue.LONGEST


def test_the_relay_command_rings_for_what_nobody_holds(
    db: None, rung: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    held, free = promised("letter:1"), promised("letter:2")
    queue.take(held.pk)
    rung.clear()
    call_command("relay", "--once")
    assert capsys.readouterr().out == "1 rung\n"
    assert rung == [free.task]


@pytest.mark.django_db(transaction=True)
def test_a_bell_that_failed_holds_up_nobody_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import Celery

    tried: list[str] = []

    def down(self: Celery, name: str, **kwargs: object) -> None:
        tried.append(name)
        raise OSError("refused")

    monkeypatch.setattr(Celery, "send_task", down)
    promised("letter:1")
    promised("letter:2")
    assert len(tried) == 1
    assert queue.relay() == 0 and len(tried) == 2  # the relay insists, and stops at the first that fails
    monkeypatch.setattr(Celery, "send_task", lambda self, name, **kwargs: tried.append(name))
    assert queue.relay() == 2
