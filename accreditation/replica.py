"""Reads from a copy of the database (`DATABASE_REPLICA_URL`), for what may be some minutes old: the public directory.

Its files may be kept for five minutes by whoever fetched them, so a copy that lags less shows nothing older. What depends
on who asks, and the checking of letters and passports, is never read from here: a letter that was replaced a moment ago must
not pass for the newest. A copy that does not answer, or has not heard of the worker or the clock for five minutes, is not
asked.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.db import Error, connections
from django.utils import timezone

from accreditation.models import Pulse
from accreditation.pulses import BEAT, WORKER

Answer = TypeVar("Answer")
REPLICA: Final = "replica"
OLDEST = timedelta(minutes=5)
logger = logging.getLogger(__name__)
_reading: ContextVar[bool] = ContextVar("reading from the replica", default=False)


class Router:
    """Sends reads to the copy while `read` asks for it, and everything else to the database itself."""

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return REPLICA if _reading.get() else None

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != REPLICA


def read(ask: Callable[[], Answer]) -> Answer:
    """What `ask` reads, from the copy where there is one that is fresh enough. `ask` returns plain values, no queries."""
    if REPLICA in connections.settings:
        try:
            with _from_replica():
                if _fresh():
                    return ask()
                logger.warning("The replica lags: the directory is read from the database itself.")
        except Error:
            logger.warning("The replica does not answer: the directory is read from the database itself.")
    return ask()


@contextmanager
def _from_replica() -> Iterator[None]:
    before = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(before)


def _fresh() -> bool:
    """Worker and clock say every half minute that they are there; the copy has heard of one of them lately."""
    return Pulse.objects.filter(name__in=(WORKER, BEAT), at__gt=timezone.now() - OLDEST).exists()
