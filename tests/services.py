"""A pytest plugin: the tests' own PostgreSQL and Redis, on ports and in folders that nobody else has.

It is loaded first (`-p tests.services` in pyproject.toml), because the settings read the environment once. Redis starts at
once (some milliseconds), PostgreSQL with the first test that needs a database. With DATABASE_URL or REDIS_URL given, those
are used instead. `--embedded` runs on the embedded default: SQLite and a broker of files.
"""

import contextlib
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = END_SECONDS = 30
CLUSTER = pytest.StashKey["PostgreSQL"]()


def end_with_parent() -> None:
    """Ask Linux to end this child when the test process dies, however it dies: nothing may stay behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def free_port() -> int:
    """A port that is free now, below the range from which the system serves itself."""
    while True:
        port = random.randint(15_000, 29_999)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def postgresql_programs() -> Path:
    """The folder of `initdb` and `postgres`: Debian keeps them off PATH. Raises FileNotFoundError with a hint."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("postgres")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise FileNotFoundError("PostgreSQL's server is missing: run `make test`, which installs or names it.")


class PostgreSQL:
    """A private cluster in a temporary folder. It trusts everybody on its socket, and only this machine reaches it.

    `durable`: what was committed survives the server's death, as in production; without, tests are quicker.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/case"
        self.process: subprocess.Popen[bytes] | None = None
        self.folder: Path | None = None
        # PostgreSQL refuses to run as root; Debian's package brings the account that it runs as.
        self.account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None

    def _as_account(self) -> dict[str, object]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def start(self) -> None:
        """Make the cluster if there is none yet, and start it. Raises RuntimeError with the server's own words."""
        programs = postgresql_programs()
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="case-postgresql-"))
            if self.account is not None:
                os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
            command = [programs / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust"]
            command += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._as_account())  # type: ignore[call-overload]
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "max_connections": 60,
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # type: ignore[call-overload]
                [programs / "postgres", "-D", self.folder / "data", *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                preexec_fn=end_with_parent,
                **self._as_account(),
            )
        self._wait()

    def _wait(self) -> None:
        import psycopg

        assert self.process and self.folder
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url.removesuffix("case") + "postgres").close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    words = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{words}") from None
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server (SIGINT: fast; SIGQUIT: at once, as in a power cut) and keep the data for another start."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(START_SECONDS)
            self.process = None

    def remove(self) -> None:
        self.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


class Redis:
    """A private Redis without persistence, on loopback."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises FileNotFoundError or RuntimeError."""
        import redis

        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, cwd="/", preexec_fn=end_with_parent
        )
        until = time.monotonic() + START_SECONDS
        with redis.Redis(port=self.port) as client:
            while True:
                with contextlib.suppress(redis.RedisError):
                    if client.ping():
                        return
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("redis-server did not start.")
                time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(START_SECONDS)
            self.process = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--embedded", action="store_true", help="run on the embedded default: SQLite and a broker of files"
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Iterator[None]:
    """Set the environment before Django's settings are read."""
    data = Path(tempfile.mkdtemp(prefix="case-tests-"))
    early_config.add_cleanup(lambda: shutil.rmtree(data, ignore_errors=True))
    os.environ["CASE_DATA_DIR"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "accreditation.config.settings"
    os.environ["SITE_ORIGIN"] = "http://testserver"
    os.environ["DJANGO_SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's event loop lives in the tests' own thread
    os.environ["DATABASE_IDLE_SECONDS"] = "0"  # most tests are one transaction, on however slow a machine
    os.environ["DATABASE_CONN_MAX_AGE"] = (
        "0"  # a live server has a thread for each request: none keeps its connection
    )
    os.environ["CASE_REQUIRE_TWO_STEP"] = "false"  # tests of signing in switch it on
    if "--embedded" in args:
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
    else:
        if not os.environ.get("DATABASE_URL"):
            cluster = PostgreSQL()
            early_config.stash[CLUSTER] = cluster
            early_config.add_cleanup(cluster.remove)
            os.environ["DATABASE_URL"] = cluster.url
        if not os.environ.get("REDIS_URL"):
            redis = Redis()
            early_config.add_cleanup(redis.stop)
            redis.start()
            os.environ["REDIS_URL"] = redis.url
    return (yield)


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> PostgreSQL | None:
    """The private PostgreSQL, started; None where another database was given or the tests run embedded."""
    cluster = request.config.stash.get(CLUSTER, None)
    if cluster is not None and cluster.process is None:
        cluster.start()
    return cluster


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, postgresql: PostgreSQL | None
) -> None:
    """pytest-django asks for this before it makes the test database: the moment to start the server.

    Embedded, the test database is a file where the worker, told the same data folder, finds it.
    """
    from django.conf import settings

    _let_flush_empty_the_audit_table()
    if settings.EMBEDDED:
        settings.DATABASES["default"]["TEST"]["NAME"] = str(settings.DATABASES["default"]["NAME"])


def _let_flush_empty_the_audit_table() -> None:
    """Between tests with real transactions Django empties all tables, which the audit table's triggers refuse, rightly.

    Only that emptying goes around them: PostgreSQL's superuser may switch triggers off for one transaction, SQLite's are
    dropped and made again. Whatever a test itself does still meets them.
    """
    from django.db import connection, transaction

    usual = type(connection.ops).execute_sql_flush

    def on_postgresql(self: Any, statements: list[str]) -> None:
        usual(self, ["SET LOCAL session_replication_role = replica", *statements])

    def on_sqlite(self: Any, statements: list[str]) -> None:
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            drop = [f"DROP TRIGGER {self.quote_name(name)}" for name, _ in triggers]
            usual(self, [*drop, *statements, *(sql for _, sql in triggers)])

    around = {"postgresql": on_postgresql, "sqlite": on_sqlite}[connection.vendor]
    type(connection.ops).execute_sql_flush = around  # type: ignore[method-assign]
