"""The outbox: what must happen after a commit is a row of the same transaction; Celery is only the bell.

A service calls `promise`. After the commit the bell is rung; if that fails, or the worker dies, the relay (beat, every
ten seconds, or `manage.py relay`) rings again for every promise that is open and whose lease is over. A task opens its
promise with `take`, which counts the attempt and leases it, and ends it with `done`, `failed` or `cut_off`.

A poison job and a slow machine look alike to a clock. An attempt that the clock ended is therefore followed by one with
twice the time; it counts in full where it had the processor to itself, and not where it mostly waited for it. Both end:
after `MAX_ATTEMPTS` that count, or after `MAX_CUT` that the clock ended.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accreditation.enums import JobState
from accreditation.models import Job

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
MAX_CUT = 4
LONGEST = 300  # seconds
LEASE = timedelta(seconds=60)  # longer than the hard time limit of a task (45 s); doubled as that is
RING_AGAIN = timedelta(seconds=60)
QUIET_SECONDS = 5
OPEN = (JobState.WAITING, JobState.RUNNING)

_quiet_until = 0.0  # on the monotonic clock of this process


def promise(task: str, subject_id: object, *, key: str) -> Job:
    """Promises to run `task` (a Celery task's name) for `subject_id`, once per `key`; returns the row.

    Must be called inside the transaction that makes the work necessary.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "A promise belongs inside the transaction that needs it."
        )
    job, created = Job.objects.get_or_create(
        key=key, defaults={"task": task, "subject_id": str(subject_id), "not_before": timezone.now()}
    )
    if created:
        transaction.on_commit(lambda: ring(job), robust=True)
    return job


def promise_all(task: str, subjects: Mapping[str, object]) -> None:
    """Promises to run `task` once for each of many subjects, named by the key of each; two queries, however many.

    Must be called inside the transaction that makes the work necessary, once for these keys.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "A promise belongs inside the transaction that needs it."
        )
    now = timezone.now()
    jobs = Job.objects.bulk_create(
        Job(key=key, task=task, subject_id=str(subject), not_before=now) for key, subject in subjects.items()
    )
    transaction.on_commit(lambda: _ring_all(jobs), robust=True)


def _ring_all(jobs: Iterable[Job]) -> None:
    for job in jobs:
        if not ring(job):
            return  # a broker that is away is not asked for each of them; the relay rings


def again(job: Job) -> None:
    """Opens a failed promise again, with its attempts counted from nought."""
    Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
        state=JobState.WAITING,
        attempts=0,
        cut=0,
        failure="",
        leased_until=None,
        not_before=timezone.now(),
    )
    transaction.on_commit(lambda: ring(job), robust=True)


def ring(job: Job, *, insist: bool = False) -> bool:
    """Tells Celery that there is work; False where the broker did not take it (the relay rings again).

    After a bell that failed the next ones are not even tried for `QUIET_SECONDS`, unless the caller insists: a broker that
    hangs then holds up one request once, and not once for each letter.
    """
    global _quiet_until
    if not insist and time.monotonic() < _quiet_until:
        return False
    try:
        current_app.send_task(job.task, args=[job.pk], retry=False, **_limits(job))
    except Exception:  # whatever the broker's fault is, the promise stands in the database
        logger.warning("The bell could not be rung for job %s; the relay will.", job.pk, exc_info=True)
        _quiet_until = time.monotonic() + QUIET_SECONDS
        return False
    return True


def _limits(job: Job) -> dict[str, Any]:
    """The time limits of a promise that the clock has cut off before: those of its task, doubled each time while the soft
    one is no longer than `LONGEST`.
    """
    if not job.cut:
        return {}
    current_app.loader.import_default_modules()  # a web process has not asked for the tasks yet
    task, usual = current_app.tasks[job.task], current_app.conf
    soft, hard = task.soft_time_limit or usual.task_soft_time_limit, task.time_limit or usual.task_time_limit
    times = max(1, min(2**job.cut, LONGEST / soft))
    return {"soft_time_limit": soft * times, "time_limit": hard * times}


def _lease(job: Job) -> datetime:
    return timezone.now() + LEASE * 2**job.cut


def take(job_id: int) -> Job | None:
    """Leases an open promise to the caller and counts the attempt; None where it is done, leased or used up.

    A promise that was attempted `MAX_ATTEMPTS` times without an end is marked failed: a poison job holds up nobody.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=_can_skip()).filter(pk=job_id, state__in=OPEN).first()
        now = timezone.now()
        if job is None or job.not_before > now or (job.leased_until and job.leased_until > now):
            return None
        if job.attempts >= MAX_ATTEMPTS:
            job.state, job.failure = (
                JobState.FAILED,
                job.failure or "The worker ended three times without finishing.",
            )
            job.save(update_fields=["state", "failure"])
            return None
        job.state, job.attempts, job.leased_until = JobState.RUNNING, job.attempts + 1, _lease(job)
        job.save(update_fields=["state", "attempts", "leased_until"])
        return job


def hold(job: Job) -> None:
    """Leases a promise that is being kept for another while: for work of several steps, each shorter than the lease."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(leased_until=_lease(job))


def done(job: Job) -> None:
    """Marks a promise as kept."""
    Job.objects.filter(pk=job.pk).update(
        state=JobState.DONE, done_at=timezone.now(), leased_until=None, failure=""
    )


def failed(job: Job, reason: str, *, final: bool, pause: timedelta = timedelta()) -> None:
    """Notes why an attempt failed; `final` ends the promise, else the relay tries again while attempts are left, at the
    earliest after `pause`.
    """
    state = JobState.FAILED if final or job.attempts >= MAX_ATTEMPTS else JobState.WAITING
    Job.objects.filter(pk=job.pk).update(
        state=state, failure=reason[:2000], leased_until=None, not_before=timezone.now() + pause
    )


class Watch:
    """How long an attempt has taken by the clock, and how much of it the processor worked for it."""

    def __init__(self) -> None:
        self._clock, self._processor = time.monotonic(), time.process_time()

    @property
    def waited(self) -> bool:
        """Whether the attempt has waited for most of its time, as on a machine with too much to do."""
        worked = time.process_time() - self._processor
        return worked < (time.monotonic() - self._clock) / 2


def cut_off(job: Job, reason: str, *, waited: bool, pause: timedelta = timedelta()) -> bool:
    """Notes that the clock ended an attempt; returns whether the promise is given up with that.

    `waited`: it waited for the processor for most of the time, so the machine was slow, and the attempt does not count.
    """
    attempts, cut = job.attempts - waited, job.cut + 1
    final = attempts >= MAX_ATTEMPTS or cut >= MAX_CUT
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED if final else JobState.WAITING,
        attempts=attempts,
        cut=cut,
        failure=reason[:2000],
        leased_until=None,
        not_before=timezone.now() + pause,
    )
    return final


def relay() -> int:
    """Rings for open promises that nobody holds, until a bell fails; returns how many bells were rung.

    What it rang for is left alone for `RING_AGAIN`, unless its pause or its lease has ended since: else a long queue would
    be filled with the same bells every ten seconds, faster than the workers can take them out.
    """
    now = timezone.now()
    rung = [job.pk for job in takewhile(lambda job: ring(job, insist=True), open_promises()[:500])]
    Job.objects.filter(pk__in=rung).update(rung_at=now)
    return len(rung)


def open_promises() -> QuerySet[Job]:
    """Promises that nobody holds and whose time has come, but for those that were rung for just now."""
    now = timezone.now()
    return (
        Job.objects.filter(state__in=OPEN, not_before__lte=now)
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))
        .filter(
            Q(rung_at__isnull=True)
            | Q(rung_at__lt=now - RING_AGAIN)
            | Q(rung_at__lt=F("not_before"))
            | Q(rung_at__lt=F("leased_until"))
        )
    )


def _can_skip() -> bool:
    return transaction.get_connection().features.has_select_for_update_skip_locked
