"""docker-compose.yml without a container engine: its schema, and each service's own command run as a process, in order,
on a private PostgreSQL and Redis. What only an engine could show (networks, limits, the image itself) is not shown.
"""

import hashlib
import http.client
import json
import os
import re
import shlex
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
import yaml

from tests.services import PostgreSQL, Redis, end_with_parent, free_port

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RELAY = "accreditation.tasks.relay"


def filled(text: str, values: dict[str, str]) -> str:
    """Compose's `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$`, as its documentation has them."""

    def value(found: re.Match[str]) -> str:
        name, operator, rest = found["name"], found["operator"], found["rest"]
        if values.get(name):
            return values[name]
        assert operator == ":-", f"{name}: {rest}"
        return str(rest)

    text = re.sub(r"\$\{(?P<name>\w+)(?:(?P<operator>:[-?])(?P<rest>[^}]*))?\}", value, text)
    return text.replace("$$", "$")


class Running(NamedTuple):
    """The system as compose would start it, on this machine's loopback."""

    values: dict[str, str]  # what .env holds
    moved: dict[str, str]  # where a container's address stands here
    environment: dict[str, str]  # what the image and the machine give to every process
    folder: Path
    web_port: int
    proxy_port: int

    def variables(self, service: str) -> dict[str, str]:
        wanted = SERVICES[service].get("environment", {})
        given = {name: self._here(filled(str(value), self.values)) for name, value in wanted.items() if value}
        given |= {name: self.values[name] for name in wanted if name in self.values}
        return {**self.environment, **given}

    def command(self, service: str) -> list[str]:
        return [self._here(filled(part, self.values)) for part in SERVICES[service]["command"]]

    def check(self, service: str) -> subprocess.CompletedProcess[str]:
        """Run the service's own health check once."""
        kind, *rest = SERVICES[service]["healthcheck"]["test"]
        words = [self._here(filled(part, self.values)) for part in rest]
        return subprocess.run(
            words if kind == "CMD" else ["sh", "-c", *words],
            cwd=ROOT,
            env=self.variables(service) | {"BIND": f"127.0.0.1:{self.web_port}"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def _here(self, text: str) -> str:
        for there, here in self.moved.items():
            text = text.replace(there, here)
        return text


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("compose")
    (folder / "data").mkdir()  # the volume
    cluster, broker = PostgreSQL(), Redis()
    web_port, proxy_port = free_port(), free_port()
    try:
        cluster.start()
        broker.start()
        with psycopg.connect(cluster.url.removesuffix("case") + "postgres", autocommit=True) as connection:
            connection.execute(
                "CREATE ROLE \"case\" LOGIN PASSWORD 'geheim1'"
            )  # no superuser, as in the container's peers
            connection.execute('CREATE DATABASE "case" OWNER "case"')
        yield Running(
            values={
                "SITE_ORIGIN": f"https://localhost:{proxy_port}",
                "DJANGO_SECRET_KEY": "made-up-for-this-test-" + "x7Q2" * 10,
                "POSTGRES_PASSWORD": "geheim1",
                "REDIS_PASSWORD": "geheim2",
                "EMAIL_URL": "smtp://localhost:1025",
            },
            moved={
                "@postgres:5432/": f"@127.0.0.1:{cluster.port}/",
                "redis://:geheim2@redis:6379/": f"redis://127.0.0.1:{broker.port}/",
                "0.0.0.0:8000": f"127.0.0.1:{web_port}",
                "/etc/caddy/Caddyfile": str(ROOT / ".ci/deploy/Caddyfile"),
                "web:8000": f"127.0.0.1:{web_port}",
                "/backups": str(folder / "backups"),
                "/data": str(folder / "data"),
                "/files/evidence": str(folder / "data" / "evidence"),
            },
            environment={
                "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
                "HOME": str(folder),
                "HOSTNAME": os.uname().nodename,
                "STATIC_MANIFEST": "true",
                "STATIC_ROOT": str(folder / "collected"),
                "XDG_DATA_HOME": str(folder / "caddy"),
                "HTTP_PORT": str(free_port()),
                "HEALTH_PORT": str(free_port()),
            },
            folder=folder,
            web_port=web_port,
            proxy_port=proxy_port,
        )
    finally:
        broker.stop()
        cluster.remove()


class Service:
    """One service's command as a process, with its log."""

    def __init__(self, system: Running, name: str, *more: str) -> None:
        self.log_file = system.folder / f"{name}.log"
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [*system.command(name), *more],
                cwd=ROOT,
                env=system.variables(name),
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
            )

    def until(self, look: Callable[[], bool], seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while not look():
            words = self.log_file.read_text(errors="replace")[-3000:]
            assert self.process.poll() is None, f"It ended with {self.process.returncode}:\n{words}"
            assert time.monotonic() < end, f"Not within {seconds} s:\n{words}"
            time.sleep(0.2)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


@pytest.fixture
def start(system: Running) -> Iterator[Callable[..., Service]]:
    running: list[Service] = []

    def begin(name: str, *more: str) -> Service:
        running.append(Service(system, name, *more))
        return running[-1]

    yield begin
    for service in running:
        if service.process.poll() is None:
            service.stop()


@pytest.fixture(scope="module")
def migrated(system: Running) -> Running:
    command = system.command("migrate")
    done = subprocess.run(command, cwd=ROOT, env=system.variables("migrate"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return system


@pytest.fixture(scope="module")
def collected(migrated: Running) -> Running:
    """The static files as the image holds them: made by the very command of the Dockerfile."""
    words = re.search(r"manage\.py collectstatic [^\\]*", (ROOT / "Dockerfile").read_text())
    assert words
    environment = migrated.environment | {"CASE_DATA_DIR": str(migrated.folder / "build")}
    subprocess.run([sys.executable, *shlex.split(words[0])], cwd=ROOT, env=environment, check=True)
    return migrated


def page(system: Running, path: str, method: str = "GET", **more: Any) -> tuple[int, dict[str, str], bytes]:
    """One answer through the proxy, over TLS: status, headers in lower case, body."""
    context = ssl._create_unverified_context()  # noqa: S323  (Caddy's own authority, made a second ago)
    connection = http.client.HTTPSConnection("localhost", system.proxy_port, timeout=20, context=context)
    try:
        connection.request(method, path, **more)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_schema() -> None:
    check = [
        PROGRAMS / "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        ROOT / "docker-compose.yml",
    ]
    subprocess.run(check, check=True, stdout=subprocess.DEVNULL)


def test_dockerfile() -> None:
    linter = PROGRAMS / "hadolint"
    if not linter.exists():
        pytest.skip("hadolint ships no program for this machine")
    done = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stdout, done.stdout


def test_all_services_are_there_and_watched() -> None:
    assert set(SERVICES) == {
        *("postgres", "redis", "migrate", "web", "worker", "beat", "nightly", "clamav", "proxy"),
        *("seaweedfs", "bucket"),
    }
    once = {"migrate", "bucket"}
    assert [name for name in SERVICES if name not in once and "healthcheck" not in SERVICES[name]] == []
    assert {name for name in SERVICES if SERVICES[name].get("profiles")} == {"clamav", "seaweedfs", "bucket"}
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)


def test_every_variable_is_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M))
    assert wanted <= given


def test_every_setting_of_the_readme_reaches_the_containers() -> None:
    """With its value where compose knows it, else as it stands in .env, and not at all where it does not stand there."""
    table = (ROOT / "README.md").read_text().split("| variable | meaning |")[1].split("## Running it")[0]
    named = {
        name for row in re.findall(r"^\| (`[^|]+) \|", table, re.M) for name in re.findall(r"`(\w+)`", row)
    }
    named |= {"DJANGO_SECRET_KEY_FALLBACKS"}
    for name in ("web", "worker", "beat", "nightly", "migrate"):
        of_others = {"CASE_BACKUP_DIR"} | (
            set() if name == "web" else {"USE_X_ACCEL"}
        )  # only web sends files
        missing = named - set(SERVICES[name]["environment"]) - of_others
        assert not missing and len(named) > 25, f"{name} is not given {missing}"
    assert SERVICES["nightly"]["environment"]["CASE_BACKUP_DIR"] == "/backups"


def test_the_store_of_the_s3_profile_is_the_one_that_the_example_names() -> None:
    """Host, port, bucket, key and password of CASE_STORE_URL, as the services of that profile have them."""
    example = (ROOT / ".env.example").read_text()
    url = urlsplit(re.search(r"CASE_STORE_URL=(\S+)", example)[1])  # type: ignore[index]
    assert url.path.strip("/") in re.findall(r"-name (\w+)", SERVICES["bucket"]["command"][0])
    assert url.hostname == "seaweedfs" and f"-s3.port={url.port}" in SERVICES["seaweedfs"]["command"]
    given = filled(COMPOSE["configs"]["s3"]["content"], {"S3_PASSWORD": str(url.password)})
    (identity,) = json.loads(given)["identities"]
    assert identity["credentials"] == [{"accessKey": url.username, "secretKey": url.password}]
    assert {action.partition(":")[2] for action in identity["actions"]} == {url.path.strip("/")}
    assert "S3_PASSWORD=" in example


def test_postgresql_knows_each_setting_and_takes_its_value(system: Running) -> None:
    """A server of the same major version, asked for each value as it would be with the others."""
    words = [filled(word, system.values) for word in SERVICES["postgres"]["command"]]
    pairs = [word.partition("=") for word in words if "=" in word]
    with psycopg.connect(superuser(system)) as link:
        for name, _, value in pairs:
            row = link.execute("SELECT unit, vartype FROM pg_settings WHERE name = %s", [name]).fetchone()
            assert row, f"PostgreSQL knows no {name}"
            if row[0] in ("8kB", "kB"):
                size = link.execute("SELECT pg_size_bytes(%s)", [value]).fetchone()
                assert size and 0 < size[0] < 4 * 1024**3
    assert len(pairs) >= 6


def superuser(system: Running) -> str:
    port = (
        next(there for there in system.moved.values() if there.startswith("@")).strip("@/").rpartition(":")[2]
    )
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


def test_redis_keeps_what_it_was_given(system: Running, start: Callable[..., Service]) -> None:
    port, folder = free_port(), system.folder / "redis"
    folder.mkdir()
    service = start("redis", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder))
    with pytest.raises(redis.AuthenticationError), redis.Redis(port=port) as stranger:
        service.until(lambda: "Ready to accept" in service.log_file.read_text())
        stranger.ping()
    with redis.Redis(port=port, password="geheim2") as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("maxmemory") == {"maxmemory": str(256 * 1024**2)}


def test_migrate(migrated: Running) -> None:
    left = [sys.executable, "manage.py", "migrate", "--check"]
    assert subprocess.run(left, cwd=ROOT, env=migrated.variables("migrate")).returncode == 0


def test_web_behind_the_proxy(collected: Running, start: Callable[..., Service]) -> None:
    web, proxy = start("web"), start("proxy")
    web.until(lambda: collected.check("web").returncode == 0)
    check = collected.variables("proxy")["HEALTH_PORT"]

    def ready() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", int(check), timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read() == b"ready"
        except OSError:
            return False
        finally:
            connection.close()

    proxy.until(ready)
    status, headers, body = page(collected, "/account/login/")
    assert status == 200
    assert headers["set-cookie"].startswith("__Host-csrf=")
    assert "Secure" in headers["set-cookie"]
    assert headers["strict-transport-security"].startswith("max-age=31536000")

    styles = re.findall(rb'href="(/static/[^"]+\.css)"', body)
    assert styles, f"the page has no stylesheet: {body.decode()}"
    for path in styles:
        status, headers, _ = page(collected, path.decode())
        assert (status, headers["cache-control"]) == (200, "max-age=315360000, public, immutable"), path

    try:
        status, _, _ = page(collected, "/account/login/", "POST", body=b"x" * 33_000_000)
    except OSError:  # the proxy hung up in the middle of it
        status = http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert status == http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert web.stop() == 0
    assert collected.check("web").returncode == 1


STORED = """
import json, sys
import django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse
from accreditation.services import evidence, submissions
from tests.accreditation import filemaker
from tests.worlds import make_world

assert settings.USE_X_ACCEL

def cookie(user):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

world, rival = make_world("Sent"), make_world("Rival")
draft = submissions.open_submission(by=world.leader, course=world.course, kind="new")
file = evidence.add_evidence(
    by=world.leader, submission_id=draft.pk, upload=filemaker.upload(data=filemaker.pdf(40)), title="Handbook"
)
print(json.dumps({
    "path": reverse("evidence_file", args=[draft.pk, 1]), "sha256": file.sha256,
    "leader": cookie(world.leader), "rival": cookie(rival.leader),
}))
"""


def test_the_proxy_sends_a_file_that_the_application_allowed(
    collected: Running, start: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With USE_X_ACCEL: the bytes are the store's and the headers the application's, and nobody else gets any."""
    monkeypatch.setitem(collected.values, "USE_X_ACCEL", "true")
    made = subprocess.run(
        [sys.executable, "-c", STORED],
        cwd=ROOT,
        env=collected.variables("web") | {"DJANGO_SETTINGS_MODULE": "accreditation.config.settings"},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    facts = json.loads(made.stdout.splitlines()[-1])
    web, proxy = start("web"), start("proxy")
    web.until(lambda: collected.check("web").returncode == 0)
    proxy.until(lambda: "serving initial configuration" in proxy.log_file.read_text())
    direct = http.client.HTTPConnection("127.0.0.1", collected.web_port)
    direct.request(
        "GET",
        facts["path"],
        headers={
            "Host": f"localhost:{collected.proxy_port}",
            "X-Forwarded-Proto": "https",
            "Cookie": facts["leader"],
        },
    )
    named = direct.getresponse()
    assert (named.status, named.read()) == (200, b"")
    inside = named.getheader("X-Accel-Redirect")
    direct.close()
    assert inside and inside.endswith(facts["sha256"])

    status, headers, body = page(collected, facts["path"], headers={"Cookie": facts["leader"]})
    assert (status, hashlib.sha256(body).hexdigest()) == (200, facts["sha256"])
    assert headers["content-type"] == "application/pdf" and headers["content-disposition"].startswith(
        "attachment"
    )
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cache-control"] == "private, no-store" and headers["x-content-type-options"] == "nosniff"
    assert "x-accel-redirect" not in headers and int(headers["content-length"]) == len(body)

    for cookie, path in (
        (facts["rival"], facts["path"]),
        (facts["leader"], inside),
        (facts["leader"], inside.removeprefix("/_evidence")),
        ("", inside),
    ):
        status, headers, body = page(collected, path, headers={"Cookie": cookie})
        assert status in (302, 404) and b"%PDF" not in body, path


def test_web_refuses_a_strange_host(collected: Running, start: Callable[..., Service]) -> None:
    web = start("web")
    web.until(lambda: collected.check("web").returncode == 0)
    connection = http.client.HTTPConnection("127.0.0.1", collected.web_port)
    connection.request(
        "GET", "/account/login/", headers={"Host": "evil.example", "X-Forwarded-Proto": "https"}
    )
    assert connection.getresponse().status == 400
    connection.close()


def test_nightly_checks_and_makes_a_backup(migrated: Running, start: Callable[..., Service]) -> None:
    nightly = start("nightly", "--once")
    assert nightly.process.wait(120) == 0
    assert list((migrated.folder / "backups").glob("case-*/manifest.json")), nightly.log_file.read_text()
    assert migrated.check("nightly").returncode == 0


def test_beat_rings_and_the_worker_works(migrated: Running, start: Callable[..., Service]) -> None:
    worker = start("worker")
    worker.until(lambda: " ready." in worker.log_file.read_text(errors="replace"))
    assert migrated.check("worker").returncode == 0
    assert f". {RELAY}" in worker.log_file.read_text(), "the worker does not know its tasks"

    beat = start("beat")
    asked = [PROGRAMS / "celery", "-A", "accreditation.config.celery", "inspect", "stats", "--json"]

    def done() -> bool:
        answer = subprocess.run(
            asked, cwd=ROOT, env=migrated.variables("worker"), capture_output=True, text=True
        )
        totals = [worker["total"] for worker in json.loads(answer.stdout).values()]
        return any(total.get(RELAY, 0) > 0 for total in totals)

    beat.until(done)
    assert migrated.check("beat").returncode == 0
    assert "ERROR" not in worker.log_file.read_text(errors="replace")
    assert beat.stop() == 0
    assert worker.stop() == 0
    assert migrated.check("worker").returncode != 0
