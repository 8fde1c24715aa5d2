"""What is late or failed in the running of the system, for officers. It names no person and no case."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min
from django.utils import timezone

from accreditation import files, pulses
from accreditation.enums import BuildState, JobState, MessageState
from accreditation.models import Job, Letter, Message, Pulse

OPEN = (JobState.WAITING, JobState.RUNNING)
LATE = timedelta(minutes=10)
NEW = timedelta(
    hours=36
)  # so long a part need not have been heard of; waiting work is seen at once all the same
LEAST_FREE = 0.1  # of the disk
LEAST_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what is looked at, how it stands in words, since when, and whether somebody must look.

    `never`: nothing can be said of it yet, and on a new system that is no fault.
    """

    title: str
    words: str
    wrong: bool = False
    at: datetime | None = None
    never: bool = False


class Source(Protocol):
    """A module of an app above this one that has something to be looked at."""

    def lines(self) -> Iterable[Line]: ...


def lines() -> list[Line]:
    """Everything that is looked at, in the order of the page; six queries, and those of the apps above."""
    more = [line for name in settings.RUNNING_SOURCES for line in cast(Source, import_module(name)).lines()]
    return [*_parts(), *_promises(), _letters(), _messages(), *more, _disk()]


def wrong() -> list[Line]:
    """What somebody must look at."""
    return [line for line in lines() if line.wrong]


def _parts() -> list[Line]:
    known = {pulse.name: pulse for pulse in Pulse.objects.all()}
    age = timezone.now() - _installed_at()
    return [_part(part, known.get(part.name), age) for part in pulses.PARTS]


def _installed_at() -> datetime:
    """When this database was made: on a new system nothing is late yet."""
    first = MigrationRecorder(connection).migration_qs.aggregate(at=Min("applied"))["at"]
    return first or timezone.now()


def _part(part: pulses.Part, pulse: Pulse | None, age: timedelta) -> Line:
    if pulse is None:
        words = "never until now" if part.nightly else "not heard of yet"
        return Line(part.title, words, wrong=age > NEW and not settings.DEMO, never=True)
    late = timezone.now() - pulse.at > part.late_after
    if late and not part.nightly:
        return Line(part.title, "silent. Letters and messages wait until it is started again", True, pulse.at)
    if late and settings.DEMO and not pulse.faults:
        return Line(part.title, pulse.words or "no fault", at=pulse.at)
    words = pulse.words or ("no fault" if part.nightly else "there")
    return Line(
        part.title, f"overdue. The last time: {words}" if late else words, late or pulse.faults > 0, pulse.at
    )


def _promises() -> list[Line]:
    now = timezone.now()
    counted = Job.objects.filter(state__in=OPEN).aggregate(count=Count("pk"), oldest=Min("not_before"))
    failed = Job.objects.filter(state=JobState.FAILED).count()
    oldest = counted["oldest"]
    late = oldest is not None and now - oldest > LATE
    waiting = f"{counted['count']} waiting" + (", the oldest for more than ten minutes" if late else "")
    return [
        Line("Queue", waiting if counted["count"] else "empty", wrong=late, at=oldest if late else None),
        Line("Work given up after several attempts", str(failed) if failed else "none", wrong=failed > 0),
    ]


def _letters() -> Line:
    count = Letter.objects.filter(state=BuildState.FAILED, superseded=False).count()
    return Line("Letters that could not be built", str(count) if count else "none", wrong=count > 0)


def _messages() -> Line:
    count = Message.objects.filter(state=MessageState.FAILED).count()
    return Line("Messages that could not be sent", str(count) if count else "none", wrong=count > 0)


def _disk() -> Line:
    if files.bucket():
        return _bucket()
    try:
        usage = shutil.disk_usage(files.root() if files.root().is_dir() else settings.DATA_DIR)
    except OSError:
        return Line("Disk of the store", "cannot be reached", wrong=True)
    low = usage.free < LEAST_BYTES or usage.free < LEAST_FREE * usage.total
    gigabytes, share = usage.free / 1_000_000_000, usage.free / usage.total
    return Line("Disk of the store", f"{gigabytes:.1f} GB free, {share:.0%}", wrong=low)


def _bucket() -> Line:
    """Where files lie in a bucket, its server watches its own room; here it is asked whether it answers."""
    try:
        files.can_write()
    except OSError:
        return Line("Store of files", "does not answer. Files cannot be read or added", wrong=True)
    return Line("Store of files", "answers")
