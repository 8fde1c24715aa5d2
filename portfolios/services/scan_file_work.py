"""What the worker does with long files of scans: looks at them and stores them, as promised, and lets go of old ones."""

import logging
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accreditation import queue
from accreditation.enums import JobState
from accreditation.exceptions import Refusal
from accreditation.models import Job
from accreditation.rules.dates import ONE_DAY
from portfolios.enums import ScanFileState
from portfolios.models import ScanFile
from portfolios.services.scan_files import fail, let_it_go, look, store

logger = logging.getLogger(__name__)

KEPT_FOR = ONE_DAY
GIVEN_UP = (
    "The file was tried several times and could not be worked through. Nothing was stored. Bring it in again."
)


def keep_promise(job_id: int, *, storing: bool) -> None:
    """Looks at a long file, or stores it: what a promise asks for. Raises nothing that it can note."""
    job = queue.take(job_id)
    if job is None:
        _note_used_up(job_id)
        return
    watch = queue.Watch()
    row = ScanFile.objects.select_related("course").get(pk=UUID(job.subject_id))
    try:
        if storing and row.state == ScanFileState.STORING:
            store(by=None, file_id=row.pk, progress=lambda done: _note(row, done))
        elif not storing and row.state == ScanFileState.READING:
            look(row, progress=lambda done: _say_so(row, done))
    except Refusal as refusal:
        _back(row, str(refusal))  # its owner reads why; for the office nothing failed
        queue.done(job)
    except SoftTimeLimitExceeded:
        if queue.cut_off(job, "It took too long.", waited=watch.waited, pause=timedelta(seconds=20)):
            fail(row, GIVEN_UP)
    except Exception as fault:
        logger.exception("Scan file job %s failed.", job.pk)
        final = job.attempts >= queue.MAX_ATTEMPTS
        queue.failed(job, f"{type(fault).__name__}", final=final, pause=timedelta(seconds=20))
        if final:
            fail(row, GIVEN_UP)
    else:
        queue.done(job)


def _back(row: ScanFile, words: str) -> None:
    """A taking over that the log no longer allows: the file stands as looked at, and its page says why."""
    ScanFile.objects.filter(pk=row.pk, state=ScanFileState.STORING).update(
        state=ScanFileState.CHECKED, failure=words[:500], updated_at=timezone.now()
    )


def _note_used_up(job_id: int) -> None:
    """Where workers died until the promise was given up, the file says so too."""
    job = Job.objects.filter(pk=job_id, state=JobState.FAILED).first()
    if job is not None:
        fail(ScanFile.objects.get(pk=UUID(job.subject_id)), GIVEN_UP)


def _say_so(row: ScanFile, done: int) -> None:
    """How far a file is that is being looked at."""
    ScanFile.objects.filter(pk=row.pk, state=ScanFileState.READING).update(done=done)


def _note(row: ScanFile, done: int) -> None:
    """How far a file is that is being stored. Its transaction is not seen from outside, so this goes beside it."""
    with suppress(Exception):  # a bar that stands still holds up nothing
        cache.set(f"scan-file:{row.pk}", done, 120)


def stored_so_far(row: ScanFile) -> int:
    """How many lines of a file have been stored, as far as is known."""
    with suppress(Exception):
        return int(cache.get(f"scan-file:{row.pk}") or 0)
    return 0


def forget_old() -> int:
    """Lets go of files that nobody took over within a day; returns how many."""
    old = ScanFile.objects.exclude(sha256="").filter(updated_at__lt=timezone.now() - KEPT_FOR)
    gone = 0
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            row = ScanFile.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.sha256 and row.state != ScanFileState.STORING:
                let_it_go(row, None)
                gone += 1
    return gone
