"""Files of scans: brought in, looked at, taken over as a whole or not at all, and taken back.

`bring` keeps a file, `look` tells what it would do, `take_over` stores, `leave` lets go, `undo` takes back. Long files are
looked at and stored by the worker, which keeps the promises `look_task` and `store_task`; what it does is what a request
does. The file itself goes when it is taken over or left, and after a day at the latest (`forget_old`).
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accreditation import audit, queue
from accreditation.exceptions import Invalid, NotNow, Refusal
from accreditation.files import BlobMissing
from accreditation.imports import keeping, tables
from accreditation.models import Course, Job, User
from accreditation.rules.dates import ONE_DAY
from accreditation.uploads.taken import Upload
from portfolios.enums import ScanFileState, StudentState
from portfolios.imports import columns, rows
from portfolios.imports.logs import Log, logs_of, mentors_of
from portfolios.imports.sieve import MOST_REFUSED, Sieve, Sifted
from portfolios.models import Portfolio, Scan, ScanFile, ScanFileLine, ScanFileRange, Student
from portfolios.permissions import check_course_team, check_log
from portfolios.policies import LISTS
from portfolios.services.scan_rows import Writer

logger = logging.getLogger(__name__)

LOOK_TASK = "portfolios.tasks.look_at_scan_file"
STORE_TASK = "portfolios.tasks.store_scan_file"
MOST_LINES = 250_000
MOST_BYTES = 25 * 1024 * 1024
AT_ONCE = 2_000
"""Files up to so many lines are worked through while the person waits: less than a second."""
KEPT_FOR = ONE_DAY
TAKES_SCANS = (StudentState.ENROLLED, StudentState.COMPLETED)
FIXED = ("subject", "supervision", "role", "mentor")
"""What can hold for all lines of a file that do not say it."""
Progress = Callable[[int], None]


def check_bring(by: User, course: Course, portfolio: Portfolio | None) -> None:
    """The student for their own log; the course's team for one or several of its students. Raises `NotAllowed`, `NotNow`."""
    if portfolio is not None and portfolio.student.user_id == by.pk:
        check_log(by, portfolio)
    else:
        check_course_team(by, course)
    if portfolio is not None and portfolio.student.state not in TAKES_SCANS:
        raise NotNow(
            f"{portfolio.student} is “{portfolio.student.get_state_display()}”: this log takes no more scans."
        )


def bring(*, by: User, course: Course, portfolio: Portfolio | None, upload: Upload) -> ScanFile:
    """Keeps a file for a log, or for the logs of a course. Columns that say who a patient is are refused before a byte is
    kept. Where its headings are known, from the template or from an earlier file, it is looked at at once.

    Raises `NotAllowed`, `NotNow`, `Invalid` (field `file`), `files.StoreUnavailable`.
    """
    check_bring(by, course, portfolio)
    seen: dict[str, Any] = {}

    def look_first(name: str, stream: BinaryIO) -> None:
        table = tables.read(name, stream, most_lines=MOST_LINES)
        if not any(table.headings):
            raise Invalid({"file": ["The first line must hold the headings of the columns."]})
        columns.refuse_identifiers(table.headings)
        columns.refuse_telling_cells(table.headings, table.rows)
        seen.update(
            headings=table.headings[: tables.MOST_COLUMNS], about=table.about, total=max(table.total - 1, 0)
        )

    kept = keeping.keep(upload, limit=MOST_BYTES, look=look_first)
    headings = seen["headings"]
    try:
        with transaction.atomic():
            row = ScanFile.objects.create(
                course=course, portfolio=portfolio, by=by, name=kept.name[-200:], sha256=kept.sha256, size=kept.size,
                file_sha256=kept.file_sha256, headings_sha256=columns.sum_of(headings), **seen,
            )  # fmt: skip
            known = columns.is_known(headings, course=portfolio is None)
            before = None if known else last_like(row, by)
            if known:
                _begin(row, columns.guess(headings, course=portfolio is None), {}, by_hand=False)
            elif before is not None:
                _begin(row, before.columns, before.fixed, by_hand=True)
            payload = {"file_sha256": row.file_sha256, "portfolio": portfolio.pk if portfolio else None}
            audit.record("scan_file.brought", by=by, obj=row, payload=payload)
    except BaseException:
        keeping.forget(kept.sha256)
        raise
    look_if_short(row)
    return row


def last_like(row: ScanFile, by: User) -> ScanFile | None:
    """The newest file with the same headings whose columns somebody named: the person themselves, or this course's team."""
    same = ScanFile.objects.filter(headings_sha256=row.headings_sha256, by_hand=True).exclude(pk=row.pk)
    same = same.filter(portfolio__isnull=row.portfolio_id is None).exclude(columns=[])
    own = same.filter(by=by).order_by("-created_at").first()
    return own or same.filter(course=row.course, portfolio__isnull=True).order_by("-created_at").first()


@transaction.atomic
def name_columns(
    *, by: User, file_id: UUID, version: int, chosen: list[str], fixed: Mapping[str, str]
) -> ScanFile:
    """Says by hand what each column holds, and what holds for lines that do not say it; then the file is looked at.

    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    row = _locked(by, file_id)
    _expect(row, (ScanFileState.NAMING, ScanFileState.CHECKED))
    if row.version != version:
        raise NotNow("Somebody named the columns of this file meanwhile. Nothing was changed.")
    if len(chosen) != len(row.headings) or not set(chosen) <= {"", *columns.COLUMNS}:
        raise Invalid({"": ["Choose from the lists."]})
    if problems := columns.problems_of(chosen, course=row.portfolio_id is None):
        raise Invalid({"": problems})
    wrong = {name: ["Choose from the list."] for name, value in fixed.items()
             if name not in FIXED or (name in LISTS and value not in LISTS[name].values)}  # fmt: skip
    if wrong:
        raise Invalid(wrong)
    _begin(row, chosen, dict(fixed), by_hand=True)
    return row


@transaction.atomic
def look_again(*, by: User, file_id: UUID) -> ScanFile:
    """Looks at a kept file once more, against the log as it is now. Raises `NotAllowed`, `NotNow`."""
    row = _locked(by, file_id)
    _expect(row, (ScanFileState.CHECKED,))
    _begin(row, row.columns, row.fixed, by_hand=row.by_hand)
    return row


def _begin(row: ScanFile, chosen: list[str], fixed: dict[str, str], *, by_hand: bool) -> None:
    row.columns, row.fixed, row.by_hand = chosen, fixed, by_hand
    row.state, row.done, row.plan = ScanFileState.READING, 0, ""
    row.version += 1
    row.save()
    if row.total > AT_ONCE or not row.total:
        queue.promise(LOOK_TASK, row.pk, key=f"scan-file:{row.pk}:look:{row.version}")


def look_if_short(row: ScanFile) -> None:
    """Looks at a short file at once; a long one is left to the worker. Outside the transaction that began it."""
    if row.state == ScanFileState.READING and 0 < row.total <= AT_ONCE:
        look(row)


def look(row: ScanFile, progress: Progress | None = None) -> Sifted | None:
    """The dry run: what the file would do, kept on its row for the page. Nothing of it comes into a log."""
    try:
        with sifting(row, progress) as (sieve, blocks):
            for _ in blocks:
                pass
    except (Invalid, BlobMissing) as fault:
        words = (
            str(fault) if isinstance(fault, Invalid) else "The file is not there any more: bring it in again."
        )
        _fail(row, words)
        return None
    found = sieve.found
    with transaction.atomic():
        row = ScanFile.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state != ScanFileState.READING:
            return None
        row.lines.all().delete()
        named = [(True, one) for one in found.problems] + [(False, one) for one in found.left_out]
        ScanFileLine.objects.bulk_create(
            [
                ScanFileLine(
                    file=row, refused=refused, line=one.line, column=one.column, value=one.value[:200],
                    reason=one.reason[:500],
                )
                for refused, one in named
            ],
            batch_size=500,
        )  # fmt: skip
        row.state, row.plan, row.counts, row.readings = (
            ScanFileState.CHECKED,
            found.sum,
            _counts(found),
            found.readings,
        )
        row.done = row.total = found.counts["lines"]
        row.save()
    return found


@transaction.atomic
def take_over(*, by: User, file_id: UUID, good_only: bool) -> ScanFile:
    """Takes a file over as its dry run showed: all lines, or with `good_only` all but the refused ones. What is in the log
    already, or stands in the file twice, comes in once. A long file is stored by the worker.

    Raises `NotAllowed`; `NotNow` where it was taken over already or the log has changed since the dry run; `Invalid` where
    lines are refused and all was asked for. Then nothing is stored.
    """
    row = _locked(by, file_id)
    _expect(row, (ScanFileState.CHECKED,))
    if row.counts["refused"] > MOST_REFUSED:
        raise Invalid({"file": [f"More than {MOST_REFUSED:,} lines are refused. Nothing was stored."]})
    if row.counts["refused"] and not good_only:
        raise Invalid({"file": [f"{row.counts['refused']:,} lines are refused. Nothing was stored."]})
    if not row.counts["good"]:
        raise NotNow("No line of this file would add a scan. Nothing was stored.")
    row.good_only = good_only
    row.version += 1
    if row.total > AT_ONCE:
        row.state = ScanFileState.STORING
        row.save()
        queue.promise(STORE_TASK, row.pk, key=f"scan-file:{row.pk}:store:{row.version}")
    else:
        _store(row, by)
    return row


def store(*, by: User | None, file_id: UUID, progress: Progress | None = None) -> ScanFile:
    """Stores a file whose taking over was asked for, all in one transaction. Raises `NotNow` where the log has changed."""
    with transaction.atomic():
        row = ScanFile.objects.select_for_update(of=("self",)).select_related("by", "course").get(pk=file_id)
        _expect(row, (ScanFileState.STORING,))
        return _store(row, by or row.by, progress)


def _store(row: ScanFile, by: User, progress: Progress | None = None) -> ScanFile:
    moment = timezone.now()
    with (
        sifting(row, progress, lock=True) as (sieve, blocks),
        Writer(rows.tail(moment.astimezone(UTC))) as writer,
    ):
        for block in blocks:
            writer.write(block)
    found = sieve.found
    if found.sum != row.plan:
        raise NotNow(
            "The log has changed since you looked at this file. Look at it again. Nothing was stored."
        )
    ScanFileRange.objects.bulk_create(
        ScanFileRange(file=row, portfolio=log.portfolio, first=log.first + 1, last=log.last)
        for log in sieve.logs.values()
        if log.last > log.first
    )
    row.state, row.applied_at, row.counts = ScanFileState.APPLIED, moment, _counts(found)
    _let_go(row)
    row.save()
    ranges = {
        str(log.portfolio.pk): [log.first + 1, log.last]
        for log in sieve.logs.values()
        if log.last > log.first
    }
    audit.record(
        "scan_file.taken_over", by=by, obj=row,
        payload={"file_sha256": row.file_sha256, "good_only": row.good_only, "scans": ranges, **row.counts},
    )  # fmt: skip
    return row


@contextmanager
def sifting(
    row: ScanFile, progress: Progress | None = None, *, lock: bool = False
) -> Iterator[tuple[Sieve, Iterator[list[str]]]]:
    """A kept file on its way through a sieve: the sieve, and the blocks of good rows that come out of it."""
    logs, closed = _logs(row, lock=lock)
    sieve = Sieve(
        row.columns, logs, mentors_of(row.course_id), fixed=row.fixed, loose=row.by_hand, closed=closed,
        today=timezone.localdate(),
    )  # fmt: skip
    with keeping.opened(row.sha256, row.size) as stream:
        table = tables.read(row.name, stream, most_lines=MOST_LINES)
        yield sieve, _told(sieve, sieve.blocks(table.rows), progress)


def _told(sieve: Sieve, blocks: Iterator[list[str]], progress: Progress | None) -> Iterator[list[str]]:
    for place, block in enumerate(blocks):
        yield block
        if progress is not None and place % 5 == 4:
            progress(sieve.found.counts["lines"])


def _logs(row: ScanFile, *, lock: bool) -> tuple[dict[str, Log], dict[str, str]]:
    """The logs a file is for, by their student's code ("" for the one log), and the students whose log is closed."""
    open_logs = Portfolio.objects.select_related("student").order_by("pk")
    if lock:
        open_logs = open_logs.select_for_update(of=("self",))
    if row.portfolio_id is not None:
        return {"": Log(open_logs.get(pk=row.portfolio_id))}, {}
    found = logs_of(open_logs.filter(student__course=row.course_id, student__state__in=TAKES_SCANS))
    others = Student.objects.filter(course=row.course_id).exclude(state__in=TAKES_SCANS)
    return found, {one.code.casefold(): one.get_state_display() for one in others}


def _counts(found: Sifted) -> dict[str, int]:
    counts = {name: found.counts[name] for name in ("lines", "refused", "twice", "there", "apart", "empty")}
    return counts | {
        "good": counts["lines"] - sum(counts[name] for name in ("refused", "twice", "there", "empty"))
    }


@transaction.atomic
def leave(*, by: User, file_id: UUID) -> ScanFile:
    """Lets a file go without storing anything of it. Raises `NotAllowed`, `NotNow`."""
    row = _locked(by, file_id)
    _expect(row, (ScanFileState.NAMING, ScanFileState.READING, ScanFileState.CHECKED))
    _leave(row, by)
    return row


def _leave(row: ScanFile, by: User | None) -> None:
    row.state = ScanFileState.LEFT
    row.version += 1
    _let_go(row)
    row.save()
    audit.record("scan_file.left", by=by, obj=row, payload={"file_sha256": row.file_sha256})


def _let_go(row: ScanFile) -> None:
    """The file goes once it is certain that the row says so; what it would have refused goes with it."""
    gone, row.sha256, row.size = row.sha256, "", 0
    row.lines.all().delete()
    transaction.on_commit(lambda: keeping.forget(gone), robust=True)


def _fail(row: ScanFile, words: str) -> None:
    with transaction.atomic():
        row = ScanFile.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state in (ScanFileState.READING, ScanFileState.STORING):
            row.state, row.failure = ScanFileState.FAILED, words[:500]
            _let_go(row)
            row.save()


def forget_old() -> int:
    """Lets go of files that nobody took over within a day; returns how many."""
    old = ScanFile.objects.exclude(sha256="").filter(updated_at__lt=timezone.now() - KEPT_FOR)
    gone = 0
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            row = ScanFile.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.sha256 and row.state != ScanFileState.STORING:
                _leave(row, None)
                gone += 1
    return gone


@transaction.atomic
def undo(*, by: User, file_id: UUID) -> ScanFile:
    """Takes a file back as a whole: the scans that came with it go. Raises `NotAllowed`, and `NotNow` where a mentor has
    appraised one of them, or something else was built on one (they are named).
    """
    row = _locked(by, file_id)
    _expect(row, (ScanFileState.APPLIED,))
    ranges = list(row.ranges.select_related("portfolio__student"))
    keys = [one.portfolio_id for one in ranges]
    list(Portfolio.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    if hindering := hinderers(row):
        some = "; ".join(hindering[:5]) + ("; and others" if len(hindering) > 5 else "")
        raise NotNow(
            f"It cannot be taken back as a whole, because these scans were appraised: {some}. Nothing was changed."
        )
    gone = 0
    for one in ranges:
        scans = Scan.objects.filter(portfolio=one.portfolio_id, number__range=(one.first, one.last))
        gone += scans._raw_delete(scans.db)  # nothing refers to them: the check above, under the log's lock
    row.state, row.undone_at, row.undone_by = ScanFileState.UNDONE, timezone.now(), by
    row.version += 1
    row.save()
    audit.record(
        "scan_file.taken_back", by=by, obj=row, payload={"file_sha256": row.file_sha256, "scans": gone}
    )
    return row


def hinderers(row: ScanFile) -> list[str]:
    """The scans of a file that somebody has built on, in words: they keep it from being taken back."""
    found: list[str] = []
    for one in row.ranges.select_related("portfolio__student"):
        scans = Scan.objects.filter(portfolio=one.portfolio_id, number__range=(one.first, one.last))
        held = Scan.objects.none()
        for relation in Scan._meta.related_objects:
            held = held | scans.filter(**{f"{relation.name}__isnull": False})
        numbers = sorted(set(held.values_list("number", flat=True)))
        if numbers:
            some = ", ".join(str(number) for number in numbers[:10]) + (
                " and others" if len(numbers) > 10 else ""
            )
            whose = f"{one.portfolio.student.code}: " if row.portfolio_id is None else ""
            found.append(f"{whose}scan {some}")
    return found


def _locked(by: User, file_id: UUID) -> ScanFile:
    row = (
        ScanFile.objects.select_for_update(of=("self",))
        .select_related("course", "portfolio__student__course")
        .get(pk=file_id)
    )
    check_bring(by, row.course, row.portfolio)
    return row


def _expect(row: ScanFile, states: tuple[ScanFileState, ...]) -> None:
    if row.state not in states:
        raise NotNow(f"This file is “{row.get_state_display()}”. Nothing was changed.")


# --- the worker's side -----------------------------------------------------------------------------------------------


def keep_promise(job_id: int, *, storing: bool) -> None:
    """Looks at a long file, or stores it: what a promise asks for. Raises nothing that it can note."""
    job = queue.take(job_id)
    if job is None:
        _note_used_up(job_id)
        return
    row = ScanFile.objects.select_related("course").get(pk=UUID(job.subject_id))
    try:
        if storing and row.state == ScanFileState.STORING:
            store(by=None, file_id=row.pk, progress=lambda done: _note(row, done))
        elif not storing and row.state == ScanFileState.READING:
            look(row, progress=lambda done: _say_so(row, done))
    except Refusal as refusal:
        _back(row, str(refusal))
        queue.failed(job, str(refusal), final=True)
    except Exception as fault:
        logger.exception("Scan file job %s failed.", job.pk)
        final = job.attempts >= queue.MAX_ATTEMPTS
        queue.failed(job, f"{type(fault).__name__}", final=final, pause=timedelta(seconds=20))
        if final:
            _fail(row, GIVEN_UP)
    else:
        queue.done(job)


GIVEN_UP = (
    "The file was tried three times and could not be worked through. Nothing was stored. Bring it in again."
)


def _back(row: ScanFile, words: str) -> None:
    """A taking over that the log no longer allows: the file stands as looked at, and its page says why."""
    ScanFile.objects.filter(pk=row.pk, state=ScanFileState.STORING).update(
        state=ScanFileState.CHECKED, failure=words[:500], updated_at=timezone.now()
    )


def _note_used_up(job_id: int) -> None:
    """Where workers died until the promise was given up, the file says so too."""
    job = Job.objects.filter(pk=job_id, state="failed").first()
    if job is not None:
        _fail(ScanFile.objects.get(pk=UUID(job.subject_id)), GIVEN_UP)


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
