"""A long file of scans through a real worker, which is killed while it copies rows in: in the end each row is there once."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accreditation import queue
from accreditation.enums import JobState
from accreditation.models import Job
from portfolios.models import Scan, ScanFile
from portfolios.services import scan_files
from tests.people import make_clinic
from tests.portfolios.scanlines import as_csv, line, upload
from tests.system.test_letters_worker import kill, own_worker  # noqa: F401 - a fixture
from tests.worker import Worker
from tests.worlds import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LINES = 6_000
BLOCKED_AT = 4_000


def state(row: ScanFile) -> str:
    return ScanFile.objects.values_list("state", flat=True).get(pk=row.pk)


def ring_again() -> None:
    """The lease is over, as it is a minute later."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING)).update(
        not_before=past, leased_until=past
    )
    queue.relay()


def copying() -> bool:
    """Whether the worker waits in the middle of a COPY, for a row that somebody else is about to store."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%%' AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_a_worker_killed_while_rows_are_copied_in(own_worker: Worker) -> None:  # noqa: F811
    clinic = make_clinic(make_world("Wexcombe"))
    row = scan_files.bring(
        by=clinic.student_user, course=clinic.world.course, portfolio=clinic.portfolio,
        upload=upload(as_csv([line(place, clinic) for place in range(LINES)])),
    )  # fmt: skip
    own_worker.start()
    own_worker.wait_for(lambda: state(row) == "checked", seconds=60)
    other: Any = connection.settings_dict
    with psycopg.connect(
        host=other["HOST"],
        port=other["PORT"],
        user=other["USER"],
        password=other["PASSWORD"],
        dbname=other["NAME"],
    ) as blocker:
        blocker.execute("SET session_replication_role = replica")  # its row takes no lock on the log
        blocker.execute(
            """INSERT INTO portfolios_scan (portfolio_id, number, "on", regions, side, role, pathologies, other_finding,
            indication, "case", reflection, logged, version, created_at, updated_at)
            VALUES (%s, %s, now(), 1, '', 'performed', 0, '', '', '', '', true, 1, now(), now())""",
            [clinic.portfolio.pk, BLOCKED_AT],
        )
        scan_files.take_over(by=clinic.student_user, file_id=row.pk, good_only=False)
        own_worker.wait_for(copying, seconds=60)
        kill(own_worker)
        blocker.rollback()
    assert state(row) == "storing" and not Scan.objects.exists()
    own_worker.start()
    ring_again()
    own_worker.wait_for(lambda: state(row) == "applied", seconds=60)
    numbers = list(Scan.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, LINES + 1))
    assert Scan.objects.values("case").distinct().count() == LINES
