"""Files of scans: brought in, looked at, taken over as a whole or not at all, and taken back.

`bring` keeps a file, `look` tells what it would do, `take_over` stores, `leave` lets go. Long files are
looked at and stored by the worker (`scan_file_work`), which does what a request does. The file itself goes when it is taken
over or left, and after a day at the latest. Taking back is in `scan_file_undo`.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accreditation import audit, queue
from accreditation.exceptions import Invalid, NotNow
from accreditation.files import BlobMissing
from accreditation.imports import keeping, tables
from accreditation.models import Course, User
from accreditation.uploads.taken import Upload
from portfolios.enums import ScanFileState
from portfolios.imports import columns, rows
from portfolios.imports.sieve import MOST_REFUSED, Sifted
from portfolios.models import Portfolio, ScanFile, ScanFileLine, ScanFileRange
from portfolios.permissions import check_course_team, check_log
from portfolios.policies import LISTS
from portfolios.services.scan_file_reading import MOST_LINES, TAKES_SCANS, Progress, counts_of, sifting
from portfolios.services.scan_rows import Writer

LOOK_TASK = "portfolios.tasks.look_at_scan_file"
STORE_TASK = "portfolios.tasks.store_scan_file"
MOST_BYTES = 25 * 1024 * 1024
AT_ONCE = 2_000
"""Files up to so many lines are worked through while the person waits: less than a second."""
FIXED = ("subject", "supervision", "role", "mentor")
"""What can hold for all lines of a file that do not say it."""


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


def bring(
    *, by: User, course: Course, portfolio: Portfolio | None, upload: Upload, form_key: UUID | None = None
) -> ScanFile:
    """Keeps a file for a log, or for the logs of a course. Columns that say who a patient is are refused before a byte is
    kept. Where its headings are known, from the template or from an earlier file, it is looked at at once.

    The same form twice gives the file that its first press brought. Raises `NotAllowed`, `NotNow`, `Invalid` (field
    `file`), `files.StoreUnavailable`.
    """
    check_bring(by, course, portfolio)
    if form_key and (first := ScanFile.objects.filter(by=by, form_key=form_key).first()):
        return first
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
                course=course, portfolio=portfolio, by=by, form_key=form_key, name=kept.name[-200:], sha256=kept.sha256,
                size=kept.size, file_sha256=kept.file_sha256, headings_sha256=columns.sum_of(headings), **seen,
            )  # fmt: skip
            known = columns.is_known(headings, course=portfolio is None)
            before = None if known else last_like(row, by)
            if known:
                _begin(row, columns.guess(headings, course=portfolio is None), {}, by_hand=False)
            elif before is not None:
                _begin(row, before.columns, before.fixed, by_hand=True)
            payload = {"file_sha256": row.file_sha256, "portfolio": portfolio.pk if portfolio else None}
            audit.record("scan_file.brought", by=by, obj=row, payload=payload)
    except BaseException as fault:
        keeping.forget(kept.sha256)
        if isinstance(fault, IntegrityError) and form_key:  # pressed twice at the same moment
            return ScanFile.objects.get(by=by, form_key=form_key)
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
    row = locked_file(by, file_id)
    expect(row, (ScanFileState.NAMING, ScanFileState.CHECKED))
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
    row = locked_file(by, file_id)
    expect(row, (ScanFileState.CHECKED,))
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
        fail(row, words)
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
            counts_of(found),
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
    row = locked_file(by, file_id)
    expect(row, (ScanFileState.CHECKED,))
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
        expect(row, (ScanFileState.STORING,))
        return _store(row, by or row.by, progress)


def _store(row: ScanFile, by: User, progress: Progress | None = None) -> ScanFile:
    moment = timezone.now()
    with (
        sifting(row, progress, lock=True) as (sieve, blocks),
        Writer(rows.tail(moment)) as writer,
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
    row.state, row.applied_at, row.counts = ScanFileState.APPLIED, moment, counts_of(found)
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


@transaction.atomic
def leave(*, by: User, file_id: UUID) -> ScanFile:
    """Lets a file go without storing anything of it. Raises `NotAllowed`, `NotNow`."""
    row = locked_file(by, file_id)
    expect(row, (ScanFileState.NAMING, ScanFileState.READING, ScanFileState.CHECKED))
    let_it_go(row, by)
    return row


def let_it_go(row: ScanFile, by: User | None) -> None:
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


def fail(row: ScanFile, words: str) -> None:
    with transaction.atomic():
        row = ScanFile.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state in (ScanFileState.READING, ScanFileState.STORING):
            row.state, row.failure = ScanFileState.FAILED, words[:500]
            _let_go(row)
            row.save()


def locked_file(by: User, file_id: UUID) -> ScanFile:
    row = (
        ScanFile.objects.select_for_update(of=("self",))
        .select_related("course", "portfolio__student__course")
        .get(pk=file_id)
    )
    check_bring(by, row.course, row.portfolio)
    return row


def expect(row: ScanFile, states: tuple[ScanFileState, ...]) -> None:
    if row.state not in states:
        raise NotNow(f"This file is “{row.get_state_display()}”. Nothing was changed.")
