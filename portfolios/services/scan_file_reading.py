"""A kept file of scans on its way through a sieve, and looked into while its columns are named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.utils import timezone

from accreditation.exceptions import Invalid
from accreditation.files import BlobMissing
from accreditation.imports import keeping, tables
from portfolios import identifiers
from portfolios.enums import StudentState
from portfolios.imports.logs import Log, load, logs_of, mentors_of
from portfolios.imports.sieve import Sieve, Sifted
from portfolios.models import Portfolio, ScanFile, Student
from portfolios.plain_words import A_FULL_DATE

MOST_LINES = 250_000
TAKES_SCANS = (StudentState.ENROLLED, StudentState.COMPLETED)
Progress = Callable[[int], None]
"""Told now and then how many lines are done."""


@contextmanager
def sifting(
    row: ScanFile, progress: Progress | None = None, *, lock: bool = False
) -> Iterator[tuple[Sieve, Iterator[list[bytes]]]]:
    """A kept file on its way through a sieve: the sieve, and the blocks of good rows that come out of it."""
    logs, closed = _logs(row, lock=lock)
    load(logs.values())
    sieve = Sieve(
        row.columns, logs, mentors_of(row.course_id), fixed=row.fixed, loose=row.by_hand, closed=closed,
        today=timezone.localdate(),
    )  # fmt: skip
    with keeping.opened(row.sha256, row.size) as stream:
        table = tables.read(row.name, stream, most_lines=MOST_LINES)
        yield sieve, _told(sieve, sieve.blocks(table.rows), progress)


def _told(sieve: Sieve, blocks: Iterator[list[bytes]], progress: Progress | None) -> Iterator[list[bytes]]:
    for place, block in enumerate(blocks):
        yield block
        if progress is not None and place % 20 == 19:
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


def counts_of(found: Sifted) -> dict[str, int]:
    counts = {name: found.counts[name] for name in ("lines", "refused", "twice", "there", "apart", "empty")}
    return counts | {
        "good": counts["lines"] - sum(counts[name] for name in ("refused", "twice", "there", "empty"))
    }


def examples(row: ScanFile, most: int = 3) -> list[str]:
    """For each column the first few different cells, for whoever names the columns; what looks like a patient's
    identifier is left away.
    """
    seen: list[list[str]] = [[] for _ in row.headings]
    try:
        with keeping.opened(row.sha256, row.size) as stream:
            for cells in islice(tables.read(row.name, stream, most_lines=MOST_LINES).rows, 40):
                for into, cell in zip(seen, cells, strict=False):
                    text = " ".join(cell.split())[:60]
                    clean = all(one.like == A_FULL_DATE for one in identifiers.find(text))
                    if text and clean and text not in into and len(into) < most:
                        into.append(text)
    except (Invalid, BlobMissing):
        return []
    return ["; ".join(some) for some in seen]


def mentor_choices(row: ScanFile) -> dict[str, str]:
    """Mentors of the course that can hold for a whole file: register number → name."""
    mentors = {mentor.number: mentor.full_name for mentor in mentors_of(row.course_id).values()}
    return dict(sorted(mentors.items(), key=lambda one: one[1]))
