"""Files that a worker makes of a portfolio: promised with the request, made by `build`, kept in the store under their sum.

Like letters (accreditation.services.letters): nothing is rendered in a request, the promise is a row, and the file's own row
says at every moment where it stands and, where it failed, why.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit, files, queue
from accreditation.enums import BuildState
from accreditation.exceptions import NotNow
from accreditation.models import Job, User
from accreditation.services.building import Building, mark_row
from portfolios.enums import FileKind
from portfolios.models import Passport, Portfolio, PortfolioFile
from portfolios.permissions import check_own

logger = logging.getLogger(__name__)

TASK = "portfolios.tasks.make_file"


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of a finished file, and whether they carry the body's seal."""

    data: bytes
    sealed: bool


Step = Callable[[int, int], None]
"""Called with (steps done, steps in all), so that the page can show how far it is."""

Maker = Callable[[PortfolioFile, Step], Made]


def promise(*, portfolio: Portfolio, kind: FileKind, passport: Passport | None = None) -> PortfolioFile:
    """The row of a file that will be made, and the promise to make it, in the caller's transaction."""
    row = PortfolioFile.objects.create(portfolio=portfolio, kind=kind, passport=passport)
    queue.promise(TASK, row.pk, key=_key(row))
    return row


def _key(row: PortfolioFile) -> str:
    return f"portfolio-file:{row.pk}"


def build(*, job_id: int, makers: dict[str, Maker]) -> PortfolioFile | None:
    """Keeps the promise to make a file; `makers` knows how each kind is made. Returns the row where it is made now.

    Raises nothing that it can note: what went wrong stands in the promise and in the row.
    """
    job = queue.take(job_id)
    if job is None:
        BUILDING.note_used_up(job_id)
        return None
    return BUILDING.attempt(job, lambda: _kept(job, makers))


def _kept(job: Job, makers: dict[str, Maker]) -> PortfolioFile:
    row = _begin(job)
    if row.state == BuildState.BUILT:
        queue.done(job)
        return row
    made = makers[row.kind](row, _steps(row, job))
    return _finish(job, row.pk, files.store_bytes(made.data), made.sealed)


def again(*, by: User, file_id: UUID) -> PortfolioFile:
    """Asks for a failed file once more. Raises `NotAllowed`, `NotNow`."""
    with transaction.atomic():
        row = _locked(file_id)
        check_own(by, row.portfolio)
        if row.state != BuildState.FAILED:
            raise NotNow("This file did not fail: there is nothing to make again.")
        row.state, row.attempts, row.failure, row.step = BuildState.QUEUED, 0, "", 0
        row.save(update_fields=["state", "attempts", "failure", "step"])
        audit.record("portfolio.file_asked_again", by=by, obj=row)
        queue.again(queue.promise(TASK, row.pk, key=_key(row)))
        return row


def _locked(file_id: UUID | str) -> PortfolioFile:
    chosen = PortfolioFile.objects.select_for_update(of=("self",)).select_related("portfolio__student")
    return chosen.get(pk=file_id)


def _begin(job: Job) -> PortfolioFile:
    with transaction.atomic():
        row = _locked(job.subject_id)
        if row.state != BuildState.BUILT:
            row.state, row.attempts = BuildState.BUILDING, row.attempts + 1
            row.save(update_fields=["state", "attempts"])
        return row


def _steps(row: PortfolioFile, job: Job) -> Step:
    def note(done: int, of: int) -> None:
        PortfolioFile.objects.filter(pk=row.pk).update(step=done, steps=of)
        queue.hold(job)  # a long file is made in steps, each within the lease

    return note


def _finish(job: Job, file_id: UUID, stored: files.Stored, sealed: bool) -> PortfolioFile:
    with transaction.atomic():
        row = _locked(file_id)
        if row.state != BuildState.BUILT:  # another worker, whose lease had run out, may have been first
            row.state, row.failure, row.built_at = BuildState.BUILT, "", timezone.now()
            row.sha256, row.size, row.sealed = stored.sha256, stored.size, sealed
            row.step = row.steps = max(1, row.steps)
            row.save()
            payload = {"kind": row.kind, "sha256": stored.sha256, "sealed": sealed}
            audit.record("portfolio.file_made", by=None, obj=row, payload=payload)
        queue.done(job)
        return row


BUILDING = Building("file", partial(mark_row, PortfolioFile))
