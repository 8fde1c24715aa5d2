"""National runs: started once, cut into parts, done by as many workers as there are, read later.

The outbox is the record and Celery the bell, as for every promise: a run promises its planning, the planning promises each
part. What a part found and its own end are one transaction under the row's lock, so a part that two workers do, or that is
done again after a worker died, leaves its lines once. Nothing here changes a decision.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accreditation import audit, queue
from accreditation.enums import BuildState, JobState, RunKind, RunState
from accreditation.exceptions import NotNow
from accreditation.models import Job, NationalRun, RunLine, RunPart, User
from accreditation.models.runs import OPEN
from accreditation.permissions import need_role
from accreditation.roles import OFFICER
from accreditation.services import impact_runs, letter_runs, recheck
from accreditation.services.building import Building
from accreditation.services.run_work import Work

logger = logging.getLogger(__name__)

PLAN, PART = "accreditation.tasks.plan_run", "accreditation.tasks.run_part"
NIGHT_HOUR = 2  # in London
KEPT_NIGHTS = 100
WORKS: dict[str, Work] = {
    RunKind.RECHECK: recheck.WORK,
    RunKind.IMPACT: impact_runs.WORK,
    RunKind.LETTERS: letter_runs.WORK,
}
ENDED = (JobState.DONE, JobState.FAILED)


def start(*, by: User | None, kind: str, key: str, asked: Mapping[str, str] | None = None) -> NationalRun:
    """Starts a run, once for each `key`, and returns it. `by` is None for the clock.

    Raises `NotAllowed` unless an officer asks, `NotNow` while a run of the same kind is open.
    """
    if by is not None:
        need_role(by, OFFICER)
    with transaction.atomic():
        if there := NationalRun.objects.filter(key=key).first():
            return there
        run = NationalRun(
            kind=kind, key=key, asked=dict(asked or {}), as_of=timezone.localdate(), started_by=by
        )
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError:
            if there := NationalRun.objects.filter(key=key).first():
                return there  # the same press, twice at once
            raise NotNow(
                f"“{RunKind(kind).label}” is running already. Wait until it has finished, or stop it."
            ) from None
        audit.record("run.started", by=by, obj=run, payload={"kind": kind})
        queue.promise(PLAN, run.pk, key=f"run:{run.pk}:plan")
        return run


def start_nightly() -> NationalRun | None:
    """The night’s re-check, from two o’clock in London on, once a day; None before that, or while one runs.

    Beat asks every hour, so a night that was missed is made up for.
    """
    now = timezone.localtime()
    key = f"recheck:night:{now.date().isoformat()}"
    if now.hour < NIGHT_HOUR or NationalRun.objects.filter(key=key).exists():
        return None
    try:
        run = start(by=None, kind=RunKind.RECHECK, key=key)
    except NotNow:
        return None
    forget()
    return run


def forget() -> int:
    """Takes away the lines of nights long past; what each course’s findings were last stays. Returns how many runs."""
    before = timezone.localdate() - timedelta(days=KEPT_NIGHTS)
    old = NationalRun.objects.filter(kind=RunKind.RECHECK, as_of__lt=before).exclude(state__in=OPEN)
    counted = old.count()
    old.delete()
    return counted


def plan(*, job_id: int) -> None:
    """Keeps the promise to plan a run: its subjects are listed, cut into parts, and each part is promised."""
    job = queue.take(job_id)
    if job is None:
        _PLANNING.note_used_up(job_id)
        return
    _PLANNING.attempt(job, lambda: _plan(job))


@transaction.atomic
def _plan(job: Job) -> None:
    run = NationalRun.objects.select_for_update().get(pk=UUID(job.subject_id))
    queue.done(job)
    if run.state != RunState.PLANNED:
        return
    work = WORKS[run.kind]
    subjects = work.subjects(run)
    run.total, run.state = len(subjects), RunState.RUNNING
    run.save(update_fields=["total", "state"])
    cut = [subjects[start : start + work.per_part] for start in range(0, len(subjects), work.per_part)]
    parts = RunPart.objects.bulk_create(
        RunPart(run=run, number=number, subjects=some) for number, some in enumerate(cut, 1)
    )
    queue.promise_all(PART, {key_of(part): part.pk for part in parts})
    _end_if_done(run)


def key_of(part: RunPart) -> str:
    """The key of the promise to do a part."""
    return f"run:{part.run_id}:{part.number}"


def do_part(*, job_id: int) -> bool:
    """Keeps the promise to do one part of a run. Returns whether its lines were written now."""
    job = queue.take(job_id)
    if job is None:
        _DOING.note_used_up(job_id)
        return False
    return bool(_DOING.attempt(job, lambda: _do(job)))


def _do(job: Job) -> bool:
    part = RunPart.objects.select_related("run__started_by").get(pk=int(job.subject_id))
    run, work = part.run, WORKS[part.run.kind]
    if part.state == JobState.DONE or run.state != RunState.RUNNING:
        queue.done(job)
        return False
    seen: dict[str, object] = {}
    unseen: dict[str, str] = {}
    for subject in part.subjects:
        try:
            seen[subject] = work.look(run, subject)
        except DatabaseError:
            raise  # the whole part is tried again
        except Exception as fault:  # one course that cannot be read holds up no other
            if type(fault).__name__ == "SoftTimeLimitExceeded":
                raise
            logger.exception("Run %s could not look at %s.", run.pk, subject)
            unseen[subject] = type(fault).__name__
    return _keep(job, part.pk, work, seen, unseen)


@transaction.atomic
def _keep(job: Job, part_id: int, work: Work, seen: Mapping[str, object], unseen: Mapping[str, str]) -> bool:
    """Writes what a part found and ends it: under the run’s lock, so that the last part ends the run."""
    runs = NationalRun.objects.select_for_update(of=("self",)).select_related("started_by")
    run = runs.get(parts=part_id)
    part = run.parts.get(pk=part_id)
    queue.done(job)
    if part.state == JobState.DONE or run.state != RunState.RUNNING:
        return False  # another worker, whose lease had run out, was first; or somebody stopped the run
    lines = [work.keep(run, subject, what) for subject, what in seen.items()]
    lines += [
        RunLine(
            run=run,
            subject=subject,
            failed=True,
            words=f"It could not be read ({name}).",
            **_whose(run, subject),
        )
        for subject, name in unseen.items()
    ]
    for line in lines:
        line.part = part
    RunLine.objects.bulk_create(lines)
    part.state, part.failure, part.done_at = JobState.DONE, "", timezone.now()
    part.save(update_fields=["state", "failure", "done_at"])
    run.done += len(part.subjects)
    run.save(update_fields=["done"])
    _end_if_done(run)
    return True


def _whose(run: NationalRun, subject: str) -> dict[str, UUID]:
    """Which course a line is about that could not be looked at, so that those who may not see it do not."""
    return {"course_id": UUID(subject)} if run.kind == RunKind.RECHECK else {}


def _end_if_done(run: NationalRun) -> None:
    """Ends a run none of whose parts is open any more; the caller holds its lock."""
    if run.parts.exclude(state__in=ENDED).exists():
        return
    run.state, run.finished_at = RunState.DONE, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    audit.record("run.finished", by=None, obj=run, payload={"done": run.done, "total": run.total})
    WORKS[run.kind].finished(run)


def stop(*, by: User, run_id: UUID) -> NationalRun:
    """Stops a run: parts not yet done are left; what was found stays. Raises `NotAllowed`, and `NotNow` where it ended."""
    need_role(by, OFFICER)
    with transaction.atomic():
        run = NationalRun.objects.select_for_update().get(pk=run_id)
        if run.state not in OPEN:
            raise NotNow("The run has ended already. Nothing was changed.")
        run.state, run.finished_at = RunState.STOPPED, timezone.now()
        run.save(update_fields=["state", "finished_at"])
        audit.record("run.stopped", by=by, obj=run, payload={"done": run.done, "total": run.total})
        return run


def again(*, by: User, run_id: UUID) -> NationalRun:
    """Asks for the parts of a finished run that failed once more. Raises `NotAllowed`, and `NotNow` where none did."""
    need_role(by, OFFICER)
    with transaction.atomic():
        run = NationalRun.objects.select_for_update().get(pk=run_id)
        failed = list(run.parts.filter(state=JobState.FAILED))
        if run.state != RunState.DONE or not failed:
            raise NotNow("No part of this run waits to be done again. Nothing was changed.")
        if NationalRun.objects.filter(kind=run.kind, state__in=OPEN).exists():
            raise NotNow("Another run of this kind is open. Wait until it has finished.")
        run.state, run.finished_at = RunState.RUNNING, None
        run.save(update_fields=["state", "finished_at"])
        for part in failed:
            part.state, part.failure = JobState.WAITING, ""
            part.save(update_fields=["state", "failure"])
            queue.again(queue.promise(PART, part.pk, key=key_of(part)))
        audit.record("run.again", by=by, obj=run, payload={"parts": len(failed)})
        return run


def _mark_part(subject_id: str, state: BuildState, reason: str) -> None:
    """A part whose attempts are used up has failed; the last one of a run ends it."""
    run_id = RunPart.objects.values_list("run_id", flat=True).filter(pk=int(subject_id)).first()
    if run_id is None:
        return
    run = NationalRun.objects.select_for_update().get(pk=run_id)
    part = RunPart.objects.get(pk=int(subject_id))
    if part.state in ENDED:
        return
    part.failure = reason[:2000]
    part.state = JobState.FAILED if state == BuildState.FAILED else JobState.WAITING
    part.save(update_fields=["state", "failure"])
    if part.state == JobState.FAILED and run.state == RunState.RUNNING:
        _end_if_done(run)


def _mark_plan(subject_id: str, state: BuildState, reason: str) -> None:
    """A run that cannot be planned is stopped, so that the next night has another."""
    run = NationalRun.objects.select_for_update().filter(pk=UUID(subject_id)).first()
    if run is not None and run.state == RunState.PLANNED and state == BuildState.FAILED:
        run.state, run.finished_at = RunState.STOPPED, timezone.now()
        run.save(update_fields=["state", "finished_at"])
        audit.record("run.stopped", by=None, obj=run, payload={"planned": False})


_PLANNING = Building("run", _mark_plan)
_DOING = Building("part of a run", _mark_part)
