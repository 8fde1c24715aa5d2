"""What building a letter and making a portfolio's file share: an attempt at a promise, and what its faults come to.

Whatever goes wrong is noted on the promise and on the row of the thing itself, in words that its page shows; some faults are
for good, the others are tried again after a pause, until the attempts are used up.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, transaction
from django.db.models import Model

from accreditation import files, queue
from accreditation.enums import BuildState, JobState
from accreditation.letters import render, seal
from accreditation.letters.frozen import Unreadable
from accreditation.letters.language import Unwritten
from accreditation.models import Job

Built = TypeVar("Built")
Row = TypeVar("Row", bound=Model)
logger = logging.getLogger(__name__)

PAUSES = (timedelta(seconds=20), timedelta(seconds=90))  # before the second and the third attempt


def mark_row(model: type[Row], subject_id: str, state: BuildState, reason: str) -> Row | None:
    """Marks the row of a thing that has `state` and `failure`, under its lock, and returns it; None where it is gone, built
    or failed already. Inside a transaction.
    """
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=subject_id).first()
    if row is None or row.state in (BuildState.BUILT, BuildState.FAILED):  # type: ignore[attr-defined]
        return None
    row.state, row.failure = state, reason[:2000]  # type: ignore[attr-defined]
    row.save(update_fields=["state", "failure"])
    return row


@dataclass(frozen=True, slots=True)
class Building:
    """One kind of thing that is built: what it is called ("letter"), and how its row is marked.

    `mark(subject_id, state, reason)` is called inside a transaction; it leaves alone what is built or failed already.
    """

    what: str
    mark: Callable[[str, BuildState, str], object]

    def attempt(self, job: Job, build: Callable[[], Built]) -> Built | None:
        """Keeps a promise that was taken: what `build` gives, or None where it failed and why is noted."""
        watch = queue.Watch()
        try:
            return build()
        except SoftTimeLimitExceeded:
            self._cut_off(job, waited=watch.waited)
            return None
        except Exception as fault:
            reason, final = self._meaning(fault, job)
            self._failed(job, reason, final or job.attempts >= queue.MAX_ATTEMPTS)
            return None

    def note_used_up(self, job_id: int) -> None:
        """Where workers died until the promise was given up, the thing itself is marked failed too."""
        with transaction.atomic():
            job = Job.objects.filter(pk=job_id, state=JobState.FAILED).first()
            if job is not None:
                self.mark(job.subject_id, BuildState.FAILED, job.failure)

    def _failed(self, job: Job, reason: str, final: bool) -> None:
        pause = timedelta() if final else PAUSES[min(job.attempts, len(PAUSES)) - 1]
        with transaction.atomic():
            queue.failed(job, reason, final=final, pause=pause)
            self.mark(job.subject_id, BuildState.FAILED if final else BuildState.QUEUED, reason)

    def _cut_off(self, job: Job, *, waited: bool) -> None:
        reason = f"Building took longer than a {self.what} may take, and was stopped."
        with transaction.atomic():
            final = queue.cut_off(job, reason, waited=waited, pause=PAUSES[0])
            self.mark(job.subject_id, BuildState.FAILED if final else BuildState.QUEUED, reason)

    def _meaning(self, fault: Exception, job: Job) -> tuple[str, bool]:
        """What a fault says on the page, and whether trying again would be in vain."""
        if isinstance(fault, Unreadable | Unwritten | KeyError):
            return f"The {self.what}’s content cannot be read ({fault}).", True
        if isinstance(fault, render.Unbuildable):
            return str(fault), True
        if isinstance(fault, files.StoreUnavailable | seal.SealBroken):
            return str(fault), False
        if isinstance(fault, DatabaseError):
            logger.exception("The database failed while %s job %s was built.", self.what, job.pk)
            return f"The database did not answer while the {self.what} was built.", False
        logger.exception("%s job %s failed.", self.what.capitalize(), job.pk)
        return self._unforeseen(fault), False

    def _unforeseen(self, fault: Exception) -> str:
        name = type(fault).__name__
        if isinstance(fault, MemoryError):
            return "Building needed more memory than there was."
        if isinstance(fault, OSError):
            return f"The disk did not take the {self.what}."
        return f"The {self.what} could not be set ({name})."
