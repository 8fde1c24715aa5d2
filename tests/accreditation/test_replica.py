"""A copy of the database answers for the public directory alone, and only while it is fresh; another broker than Redis rings."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connections, router
from django.utils import timezone

from accreditation import pulses, replica
from accreditation.models import Course, Pulse
from tests.worker import environment_on_test_database
from tests.worlds import World

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same database under the copy's name; the worker was there just now."""
    monkeypatch.setitem(connections.settings, replica.REPLICA, connections.settings["default"])
    monkeypatch.setattr(router, "routers", [replica.Router()])
    connections[replica.REPLICA] = connections["default"]
    pulses.heard(pulses.WORKER)


@pytest.fixture(autouse=True)
def no_copy_afterwards() -> object:
    yield
    if hasattr(connections._connections, replica.REPLICA):  # type: ignore[attr-defined]
        del connections[replica.REPLICA]


def asked() -> list[str]:
    return [Course.objects.all().db]


def test_without_a_copy_the_database_is_read(db: None) -> None:
    assert replica.read(asked) == ["default"]


def test_a_fresh_copy_is_read_and_never_written(copy: None, world: World) -> None:
    assert replica.read(asked) == ["replica"]
    assert Course.objects.all().db == "default", "outside of it nothing is"

    def opened() -> str:
        course = Course.objects.get(pk=world.course.pk)
        assert course._state.db == "replica"
        return router.db_for_write(Course, instance=course)

    assert replica.read(opened) == "default"
    assert not replica.Router().allow_migrate(replica.REPLICA, "accreditation")


def test_a_copy_that_lags_or_is_away_is_not_read(copy: None) -> None:
    Pulse.objects.update(at=timezone.now() - timedelta(minutes=6))
    assert replica.read(asked) == ["default"]
    pulses.heard(pulses.BEAT)
    assert replica.read(asked) == ["replica"]

    def away() -> list[str]:
        if Course.objects.all().db == replica.REPLICA:
            raise OperationalError("the server closed the connection unexpectedly")
        return asked()

    assert replica.read(away) == ["default"]


def test_only_the_directory_is_read_from_it() -> None:
    """Above all not what checks a letter or a passport, nor anything that depends on who asks."""
    using = [
        path.relative_to(ROOT).as_posix()
        for app in ("accreditation", "mentors", "portfolios")
        for path in (ROOT / app).rglob("*.py")
        if "import replica" in (text := path.read_text()) or "replica.read" in text
    ]
    assert using == ["accreditation/views/directory.py"]


WRITES = """
import django
django.setup()
from django.db import InternalError, connections
try:
    connections["replica"].cursor().execute("CREATE TABLE written_on_the_copy (n int)")
except InternalError as refused:
    print(refused)
"""


def run(words: str, **more: str) -> str:
    environment = environment_on_test_database() | {
        "DJANGO_SETTINGS_MODULE": "accreditation.config.settings",
        **more,
    }
    command = [sys.executable, "-c", words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_setting_opens_it_for_reading_only(transactional_db: None) -> None:
    if connections["default"].vendor != "postgresql":
        pytest.skip("SQLite has no copy.")
    address = environment_on_test_database()["DATABASE_URL"]
    assert "read-only transaction" in run(WRITES, DATABASE_REPLICA_URL=address)


BELL = """
import django, json
django.setup()
from accreditation import queue
from accreditation.config.celery import app
from accreditation.models import Job
rung = queue.ring(Job(pk=1, task="accreditation.tasks.relay"))
print(json.dumps([app.conf.broker_url, sorted(app.conf.broker_transport_options), rung]))
"""


def test_another_broker_is_told_what_it_knows_and_one_that_is_away_stops_nobody(
    transactional_db: None,
) -> None:
    if connections["default"].vendor != "postgresql":
        pytest.skip("The embedded default has a broker of files.")
    url = "amqp://case:secret@127.0.0.1:1/case"
    said, options, rung = json.loads(run(BELL, BROKER_URL=url).splitlines()[-1])
    assert (said, rung) == (url, False)
    assert options == ["confirm_publish", "max_retries", "read_timeout", "write_timeout"]
    said, options, _ = json.loads(run(BELL, REDIS_URL="redis://127.0.0.1:1/0").splitlines()[-1])
    assert said == "redis://127.0.0.1:1/0" and "visibility_timeout" in options
