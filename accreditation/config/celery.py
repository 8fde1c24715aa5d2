"""The Celery app. Celery is the bell; the outbox row is the record (see accreditation.queue)."""

import logging
import os
import time
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accreditation.config.settings")

HEARTBEAT_SECONDS = 30
_last_heard = 0.0  # on the monotonic clock of the worker

app = Celery("case")
app.config_from_object("accreditation.config.celery_settings")
app.autodiscover_tasks(["accreditation", "mentors", "portfolios"])


@heartbeat_sent.connect
def worker_is_there(**kwargs: Any) -> None:
    """The worker's own process, the one that does no tasks, says every half minute that it is there."""
    global _last_heard
    if _last_heard and time.monotonic() - _last_heard < HEARTBEAT_SECONDS:
        return
    _last_heard = time.monotonic()
    from django.db import Error, connection

    from accreditation import pulses

    try:
        pulses.heard(pulses.WORKER)
    except Error:
        logging.getLogger(__name__).warning("The worker could not note that it is there.")
    finally:
        connection.close()  # children are forked from this process: none may inherit a connection
