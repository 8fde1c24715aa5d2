"""What `make` promises: missing system packages are installed or named, and the two processes start and end together."""

import contextlib
import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.services import end_with_parent, free_port

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ("DATABASE_URL", "REDIS_URL", "SITE_ORIGIN", "DJANGO_SECRET_KEY", "CASE_DEMO", "EMAIL_URL")


def environment(**more: str) -> dict[str, str]:
    """The machine's environment without the tests' own settings, as a person's shell has it."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS} | more


# --- System packages ------------------------------------------------------------------------------------------------


@pytest.fixture
def plain_account(tmp_path: Path) -> dict[str, str]:
    """A PATH on which the account is not root, sudo is missing, and so are the programs that packages bring."""
    for name in ("sh", "ls", "grep", "python3", "apt-get", "ldconfig"):
        for folder in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
            if (Path(folder) / name).exists():
                (tmp_path / name).symlink_to(Path(folder) / name)
                break
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    return {"PATH": str(tmp_path)}


def packages(variables: dict[str, str], *purposes: str) -> subprocess.CompletedProcess[str]:
    # The script looks into the administrator's folders too, where ldconfig is; there only what is linked above counts.
    words = (ROOT / ".ci/system-packages").read_text().replace(":/usr/sbin:/sbin", "")
    return subprocess.run(
        ["/bin/sh", "-c", words, "sh", *purposes], env=variables, capture_output=True, text=True
    )


def test_missing_packages_are_named(plain_account: dict[str, str]) -> None:
    done = packages(plain_account, "run")
    assert done.returncode == 1
    assert "sudo apt-get install poppler-utils" in done.stderr

    done = packages(plain_account, "run", "test")
    assert done.returncode == 1
    for package in ("poppler-utils", "redis-server", "chromium"):
        assert f" {package}" in done.stderr


def test_nothing_is_said_where_nothing_is_missing() -> None:
    done = subprocess.run([ROOT / ".ci/system-packages", "run", "test"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unknown_purpose_is_refused(plain_account: dict[str, str]) -> None:
    assert packages(plain_account, "everything").returncode == 2


# --- Settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["SITE_ORIGIN", "REDIS_URL", "DJANGO_SECRET_KEY"])
def test_a_missing_variable_is_named(missing: str, tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": "postgres://case@localhost/case",
        "SITE_ORIGIN": "https://accreditation.example.org",
        "REDIS_URL": "redis://localhost/0",
        "DJANGO_SECRET_KEY": "x" * 60,
        "CASE_DATA_DIR": str(tmp_path),
    }
    del given[missing]
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment(**given), capture_output=True, text=True)
    assert done.returncode != 0
    assert f"{missing} is needed too: " in done.stderr.splitlines()[-1]


def test_the_demo_never_passes_the_deployment_check(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "check", "--deploy"]
    variables = environment(CASE_DATA_DIR=str(tmp_path))
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode != 0
    assert "case.E001" in done.stderr


# --- make run ---------------------------------------------------------------------------------------------------------


class Dev:
    """`manage.py dev` in a process of its own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.port = free_port()
        self.folder = folder
        self.words = ""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "dev"],
            cwd=ROOT,
            env=environment(CASE_DATA_DIR=str(folder), PORT=str(self.port), **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=end_with_parent,
        )

    def until_ready(self) -> str:
        """Read what it prints up to its last line about stopping, and give it back."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.words += line
            if "Ctrl-C stops" in line:
                return self.words
        raise AssertionError(f"It ended with {self.process.wait()}:\n{self.words}")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.words += rest
        return self.process.returncode

    def status(self, path: str = "/account/login/") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self) -> dict[int, str]:
        """All living processes that were started on this data folder, by number, with their command line."""
        mark = f"CASE_DATA_DIR={self.folder}\0".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (
                    mark in (folder / "environ").read_bytes()
                    and "State:\tZ" not in (folder / "status").read_text()
                ):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        found.pop(self.process.pid, None)
        return found


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Callable[..., Dev]]:
    running: list[Dev] = []

    def begin(**variables: str) -> Dev:
        running.append(Dev(tmp_path, **variables))
        return running[-1]

    yield begin
    for each in running:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_both(dev: Callable[..., Dev], number: signal.Signals) -> None:
    running = dev(CASE_DEMO="false")
    words = running.until_ready()
    assert f"http://127.0.0.1:{running.port}" in words
    assert running.status() == 200
    commands = " ".join(running.children().values())
    assert "celery" in commands
    assert "gunicorn" in commands
    assert running.end(number) == 0
    assert running.children() == {}


@pytest.mark.parametrize(("program", "name"), [("celery", "worker"), ("gunicorn", "web server")])
def test_one_that_dies_takes_the_other_along(dev: Callable[..., Dev], program: str, name: str) -> None:
    running = dev(CASE_DEMO="false")
    running.until_ready()
    first = min(number for number, command in running.children().items() if program in command)
    os.kill(first, signal.SIGKILL)
    rest, _ = running.process.communicate(timeout=60)
    assert running.process.returncode == 1
    assert f"The {name} ended by itself" in rest
    assert running.children() == {}


def test_killed_without_mercy_it_leaves_nobody_behind(dev: Callable[..., Dev]) -> None:
    running = dev(CASE_DEMO="false")
    running.until_ready()
    assert running.end(signal.SIGKILL) == -signal.SIGKILL
    until = time.monotonic() + 30
    while left := running.children():
        assert time.monotonic() < until, left
        time.sleep(0.2)


def test_a_second_one_is_refused(dev: Callable[..., Dev]) -> None:
    running = dev(CASE_DEMO="false")
    running.until_ready()
    second = dev(CASE_DEMO="false")
    words, _ = second.process.communicate(timeout=60)
    assert second.process.returncode == 1
    assert "It is running already" in words
    command = [sys.executable, "manage.py", "demo_reset"]
    variables = environment(CASE_DATA_DIR=str(running.folder))
    reset = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert "It is running already" in reset.stderr
    assert running.status() == 200


@pytest.mark.parametrize("port", ["seventy", "0", "99999"])
def test_a_wrong_port_is_refused(tmp_path: Path, port: str) -> None:
    variables = environment(CASE_DATA_DIR=str(tmp_path), CASE_DEMO="false", PORT=port)
    command = [sys.executable, "manage.py", "dev"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 1
    assert "PORT must be a number" in done.stderr


def signed_in(port: int, address: str, password: str) -> bool:
    """Whether the sign-in page of the running server lets this person in."""
    browser = build_opener(HTTPCookieProcessor())
    page = f"http://127.0.0.1:{port}/account/login/"
    with browser.open(page, timeout=30) as answer:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    assert token
    form = {"csrfmiddlewaretoken": token[1], "login": address, "password": password}
    with browser.open(page, data=urlencode(form).encode(), timeout=30) as answer:
        return bool(answer.url != page)


def test_on_another_port_links_in_letters_lead_to_that_port() -> None:
    """Also those of the demo world, which is made before the web server starts."""
    show = "from accreditation.config.settings import SITE_ORIGIN; print(SITE_ORIGIN)"
    for more, origin in (
        ({"PORT": "8417"}, "http://127.0.0.1:8417"),
        ({"PORT": ""}, "http://127.0.0.1:8000"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", show], cwd=ROOT, env=environment(**more), capture_output=True, text=True
        )
        assert done.stdout.strip() == origin, done.stderr


def test_the_demo_world_is_made_once_and_kept(dev: Callable[..., Dev]) -> None:
    first = dev()
    words = first.until_ready()
    people = re.findall(r"^  \S.*?(\S+@\S+)$", words, re.M)
    assert len(people) == len(set(people)) >= 5
    password = re.search(r"all with the password  (\S+)", words)
    assert password
    for address in people:
        assert signed_in(first.port, address, password[1]), address
    assert not signed_in(first.port, people[0], "another password")
    first.end(signal.SIGINT)
    database = first.folder / "case.sqlite3"
    size = database.stat().st_size

    began = time.monotonic()
    second = dev()
    assert second.until_ready().count("@") == words.count("@")
    assert time.monotonic() - began < 20
    second.end(signal.SIGINT)
    assert database.stat().st_size == size


def test_interrupted_in_the_making_nothing_is_kept(dev: Callable[..., Dev]) -> None:
    """Half a demo world would be taken for a whole one by the next start."""
    running = dev(PYTHONUNBUFFERED="1")
    assert running.process.stdout
    assert "Making the demo world" in running.process.stdout.readline()
    time.sleep(2)
    assert running.end(signal.SIGINT) == 1
    assert "nothing of it was kept" in running.words
    with contextlib.closing(sqlite3.connect(running.folder / "case.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM accreditation_user").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM accreditation_auditevent").fetchone() == (0,)


def test_demo_reset_refuses_any_other_database(tmp_path: Path) -> None:
    variables = environment(
        CASE_DATA_DIR=str(tmp_path),
        DATABASE_URL="postgres://case@localhost/case",
        REDIS_URL="redis://localhost/0",
        SITE_ORIGIN="https://accreditation.example.org",
        DJANGO_SECRET_KEY="x" * 60,
        CASE_DEMO="true",
    )
    command = [sys.executable, "manage.py", "demo_reset"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Only the demo world" in done.stderr
