"""The fixture `worker`: a real Celery worker in a process of its own, on the test database and the tests' broker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.services import END_SECONDS, end_with_parent

ROOT = Path(__file__).resolve().parents[1]
Seen = TypeVar("Seen")


class Worker:
    """A running worker: `wait_for` something that it does, read its `log`, or `stop` and `start` it."""

    def __init__(self, log_file: Path, environment: dict[str, str], *arguments: str) -> None:
        self.log_file = log_file
        self.environment = environment
        self.arguments = arguments
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def start(self) -> None:
        """Start the process and wait until it says that it is ready. Raises RuntimeError with its log."""
        command = [sys.executable, "-m", "celery", "-A", "accreditation.config.celery", "worker"]
        command += ["--loglevel", "INFO", "--concurrency", "1", "--without-gossip", "--without-mingle"]
        before = len(self.log) if self.log_file.exists() else 0
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
            )
        until = time.monotonic() + 60
        while " ready." not in self.log[before:]:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The worker did not start:\n{self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def wait_for(self, look: Callable[[], Seen], seconds: float = 30) -> Seen:
        """Call `look` until it gives something true, and give it back. Raises AssertionError with the worker's log."""
        until = time.monotonic() + seconds
        while not (seen := look()):
            if time.monotonic() > until:
                raise AssertionError(f"Not within {seconds} s. The worker said:\n{self.log[-4000:]}")
            time.sleep(0.1)
        return seen


def environment_on_test_database() -> dict[str, str]:
    """The environment for a process of ours that shall see the test database (which must exist) and the same files."""
    from django.conf import settings
    from django.db import connection

    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    if not settings.EMBEDDED:
        address, _, _ = environment["DATABASE_URL"].rpartition("/")
        environment["DATABASE_URL"] = f"{address}/{connection.settings_dict['NAME']}"
    return environment


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """One worker for the whole session; tests ask for `worker`."""
    process = Worker(tmp_path_factory.mktemp("worker") / "log", environment_on_test_database())
    process.start()
    yield process
    process.stop()


def until_idle(seconds: float = 30) -> None:
    """Waits until the worker runs nothing and has fetched nothing: the tables are emptied after a test, and a task that still
    reads them would lock itself and that into each other. No answer (no worker, or a broker of files) counts as idle.
    """
    from accreditation.config.celery import app

    until = time.monotonic() + seconds
    look = app.control.inspect(timeout=1, limit=1)
    while time.monotonic() < until:
        if not any(any(found.values()) for found in (look.active() or {}, look.reserved() or {})):
            return
        time.sleep(0.1)


@pytest.fixture
def worker(transactional_db: None, worker_process: Worker) -> Iterator[Worker]:
    """A real worker that sees this test's committed rows. What an earlier test left in the queue is thrown away."""
    from accreditation.config.celery import app

    app.control.purge()
    yield worker_process
    app.control.purge()
    until_idle()
