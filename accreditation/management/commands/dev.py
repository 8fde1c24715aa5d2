"""`make run`: the database brought up to date, the demo world if there is none, the web server and a real worker."""

import fcntl
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from accreditation import demo
from accreditation.management.processes import Child

START_SECONDS = 60
LOOK_SECONDS = 0.2
AGAIN_SECONDS = 2.0


@contextmanager
def insisting() -> Iterator[None]:
    """Ctrl-C holds: one that strikes inside a callback is swallowed there, so it is said again until it is heard."""

    def interrupt(*_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt), signal.signal(signal.SIGALRM, interrupt)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGALRM, before[1])


class Command(BaseCommand):
    help = "Starts the web server and a worker on this machine, and stops both together."
    requires_system_checks = ()  # migrate runs them

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        lock = hold_lock(settings.DATA_DIR)
        port = wanted_port()
        try:
            with insisting():
                self.prepare()
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped before the demo world was complete; nothing of it was kept."
            ) from None
        self.stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stop.set())
        children = start_children(port)
        try:
            self.supervise(children, port)
        finally:
            self.stdout.write("Stopping ...")
            self.stdout.flush()
            for child in reversed(children):  # the web server first: it makes the work that the worker does
                child.ask_to_stop()
            for child in reversed(children):
                child.make_sure()
            lock.close()
        self.stdout.write("Stopped.")

    def prepare(self) -> None:
        """Migrate, and fill the demo world where the setting allows it and nothing is there yet."""
        call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMO:
            call_command("seed_demo", if_empty=True, stdout=self.stdout)

    def supervise(self, children: list[Child], port: int) -> None:
        """Wait until the page answers, say so, and watch until a signal comes or a child ends (CommandError)."""
        until = time.monotonic() + START_SECONDS
        said = False
        while not self.stop.wait(LOOK_SECONDS):
            for child in children:
                if child.ended:
                    raise CommandError(
                        f"The {child.name} ended by itself; the rest is stopped. Its last words:\n{child.last_words()}"
                    )
            if not said and answers(port):
                said = True
                self.stdout.write(welcome(port))
                self.stdout.flush()
            if not said and time.monotonic() > until:
                raise CommandError(
                    f"The page did not answer within {START_SECONDS} s: see {children[-1].log_file}"
                )


def hold_lock(folder: Path) -> IO[str]:
    """The lock that says a server runs on this folder. Raises CommandError where one does already."""
    lock = (folder / "dev.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CommandError(
            f"It is running already (its data: {folder}). Stop it with Ctrl-C first."
        ) from None
    return lock


def wanted_port() -> int:
    """The port from PORT, or 8000. Raises CommandError where it is no number or not free."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {value!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(value)))
        except OSError as error:
            raise CommandError(
                f"Port {value} cannot be used ({error.strerror}). Try: make run PORT=8001"
            ) from None
    return int(value)


def start_children(port: int) -> list[Child]:
    """The worker, then the web server, each with a log file."""
    environment = dict(os.environ, BIND=f"127.0.0.1:{port}", PYTHONUNBUFFERED="1")
    environment.setdefault("SITE_ORIGIN", f"http://127.0.0.1:{port}")
    logs = settings.DATA_DIR / "log"
    celery = [sys.executable, "-m", "celery", "-A", "accreditation.config.celery", "worker", "-B"]
    celery += ["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:accreditation.config.server"]
    return [
        Child("worker", celery, logs / "worker.log", environment),
        Child("web server", gunicorn, logs / "web.log", environment),
    ]


def answers(port: int) -> bool:
    """Whether a page comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/account/login/")
        return connection.getresponse().status < http.HTTPStatus.BAD_REQUEST
    except OSError:
        return False
    finally:
        connection.close()


def welcome(port: int) -> str:
    """The address, and in the demo world its people."""
    lines = ["", f"The system is running at  http://127.0.0.1:{port}", ""]
    if settings.DEMO:
        lines.append(f"People of the demo world, all with the password  {demo.PASSWORD}")
        lines += [f"  {role:<24}{name:<26}{email}" for role, name, email in demo.PEOPLE]
        lines.append("")
    lines.append(f"Logs: {settings.DATA_DIR / 'log'}    Ctrl-C stops the web server and the worker.")
    return "\n".join(lines)
