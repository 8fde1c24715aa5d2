"""More than one machine, as processes: two web servers, three workers and a clock, each with a folder of its own that goes
with it, on one PostgreSQL, one Redis and one S3-compatible store.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from tests.faults.sink import Sink
from tests.s3 import BUCKET, S3
from tests.services import PostgreSQL, Redis, end_with_parent, free_port
from tests.worker import ROOT

WEB, WORKERS = ("web-1", "web-2"), ("worker-1", "worker-2", "worker-3")


class Machines:
    """`start` it, `kill` one and `replace` it; `ports` says where each web server listens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgresql, self.redis, self.s3 = PostgreSQL(durable=True), Redis(), S3()
        self.sink = Sink(folder / "mails")
        self.ports = {name: free_port() for name in WEB}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, name: str) -> dict[str, str]:
        """What a machine is told: the shared services, and a folder that nobody else has."""
        own = self.folder / name
        own.mkdir(exist_ok=True)
        return dict(
            os.environ,
            PYTHONPATH=str(ROOT),
            DATABASE_URL=self.postgresql.url,
            REDIS_URL=self.redis.url,
            CASE_STORE_URL=self.s3.url,
            EMAIL_URL=f"smtp://127.0.0.1:{self.sink.port}",
            CASE_DATA_DIR=str(own),
            DATABASE_CONN_MAX_AGE="60",
            SITE_ORIGIN="http://127.0.0.1",
            CASE_COMMITTEE_QUORUM="2",  # the Committee of a world: a member and the chair
            ALLOWED_HOSTS="127.0.0.1",
            WEB_PROCESSES="1",
        )

    def start(self) -> None:
        """The services with an empty, migrated database and an empty bucket. Machines are started by `replace`."""
        for service in (self.postgresql, self.redis, self.s3):
            service.start()
        self.s3.empty_bucket()
        with psycopg.connect(self.postgresql.url.removesuffix("case") + "postgres", autocommit=True) as link:
            link.execute('CREATE DATABASE "case"')
        command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=self.environment("setup"), check=True)

    def replace(self, name: str) -> None:
        """Starts a machine, new and with nothing on its disk, and waits until a web server answers."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        celery = [sys.executable, "-m", "celery", "-A", "accreditation.config.celery"]
        worker = [
            "worker",
            "--concurrency",
            "1",
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "WARNING",
        ]
        command = {
            "web": [sys.executable, "-m", "gunicorn", "-c", "python:accreditation.config.server"],
            "worker": [*celery, *worker, "--hostname", f"{name}@%h"],
            "beat": [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"],
        }[name.partition("-")[0]]
        environment = self.environment(name)
        if name in self.ports:
            command += ["--bind", f"127.0.0.1:{self.ports[name]}"]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
            )
        if name in self.ports:
            self._until_ready(name)

    def _until_ready(self, name: str) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            link = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=10)
            with contextlib.closing(link), contextlib.suppress(OSError, http.client.HTTPException):
                link.request("GET", "/health/ready")
                if link.getresponse().status == 200:
                    return
            time.sleep(0.2)
        raise RuntimeError((self.folder / f"{name}.log").read_text(errors="replace")[-3000:])

    def kill(self, name: str) -> int:
        """kill -9 of a machine's processes, all at once, as when its power fails; how many there were."""
        process = self.processes.pop(name)
        pids = [process.pid, *_children(process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        return len(pids)

    def files(self) -> Path:
        """What lies in the bucket, copied to where the checker looks."""
        target, client = self.folder / "copied", self.s3.client()
        for key in self.s3.held():
            (target / key).parent.mkdir(parents=True, exist_ok=True)
            client.download_file(BUCKET, key, str(target / key))
        return target

    def stop(self) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.sink.close()
        self.s3.stop()
        self.redis.stop()
        self.postgresql.remove()


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
