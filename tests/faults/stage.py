"""The stage of a fault run: PostgreSQL, Redis, worker, beat and mail server as processes of their own, and what strikes them."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from tests.faults.sink import Sink
from tests.services import PostgreSQL, Redis, end_with_parent
from tests.worker import ROOT

CELERY = [sys.executable, "-m", "celery", "-A", "accreditation.config.celery"]


class Stage:
    """Everything that production has, small. `strikes` names the ways to strike it; each says whether it struck."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.postgresql, self.redis = PostgreSQL(durable=True), Redis()
        self.sink = Sink(folder / "mails")
        self.environment = dict(
            os.environ,
            PYTHONPATH=str(ROOT),
            DATABASE_URL=self.postgresql.url,
            REDIS_URL=self.redis.url,
            EMAIL_URL=f"smtp://127.0.0.1:{self.sink.port}",
            CASE_DATA_DIR=str(folder),
            DATABASE_CONN_MAX_AGE="60",
        )
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.strikes: dict[str, Callable[[], bool]] = {
            "worker kill -9": self.kill_worker,
            "child kill -9": self.kill_child,
            "Redis refused": self.refuse_redis,
            "Redis kill -9": self.kill_redis,
            "Redis frozen": self.freeze_redis,
            "Redis flushed": self.flush_redis,
            "PostgreSQL restarted": self.restart_postgresql,
            "mail server dropping": self.drop_mails,
        }

    @property
    def store(self) -> Path:
        return self.folder / "evidence"

    def start(self) -> None:
        self.postgresql.start()
        self.redis.start()
        with psycopg.connect(self.postgresql.url.removesuffix("case") + "postgres", autocommit=True) as link:
            link.execute('CREATE DATABASE "case"')
        self.manage("migrate", "--noinput", "--verbosity", "0")

    def start_workers(self) -> None:
        for name in ("worker", "beat"):
            self._start(name)

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True)

    def _start(self, name: str) -> None:
        own = {
            "worker": [
                "worker",
                "--concurrency",
                "2",
                "--without-gossip",
                "--without-mingle",
                "--loglevel",
                "WARNING",
            ],
            "beat": ["beat", "--pidfile", "", "--loglevel", "WARNING"],
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*CELERY, *own[name]],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
            )

    def keep_alive(self) -> None:
        """What a supervisor does: whoever ended is started again."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                self._start(name)

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
        self.redis.stop()
        self.postgresql.remove()

    def _children(self) -> list[int]:
        pid = self.processes["worker"].pid
        with contextlib.suppress(OSError):
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def _children_once_there(self) -> list[int]:
        """The worker's children; one that was just started gets a minute to fork them."""
        until = time.monotonic() + 60
        while not (found := self._children()) and time.monotonic() < until:
            time.sleep(0.1)
        return found

    def kill_worker(self) -> bool:
        worker = self.processes["worker"]
        children = self._children_once_there()
        alive = worker.poll() is None
        for pid in [worker.pid, *children] if alive else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        worker.wait()
        self._start("worker")
        return alive and bool(children)

    def kill_child(self) -> bool:
        children = self._children_once_there()
        for pid in self.chance.sample(children, min(1, len(children))):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def _redis_answers(self) -> bool:
        with (
            contextlib.suppress(redis.RedisError),
            redis.Redis(port=self.redis.port, socket_timeout=1) as client,
        ):
            return bool(client.ping())
        return False

    def refuse_redis(self) -> bool:
        self.redis.stop()
        time.sleep(self.chance.uniform(1, 3))
        struck = not self._redis_answers()
        self.redis.start()
        return struck

    def kill_redis(self) -> bool:
        assert self.redis.process
        self.redis.process.kill()
        self.redis.process.wait()
        struck = not self._redis_answers()
        self.redis.start()
        return struck

    def freeze_redis(self) -> bool:
        assert self.redis.process
        self.redis.process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(self.chance.uniform(1, 6))
            return not self._redis_answers()
        finally:
            self.redis.process.send_signal(signal.SIGCONT)

    def flush_redis(self) -> bool:
        with redis.Redis(port=self.redis.port, socket_timeout=5) as client:
            until = time.monotonic() + 15  # a worker that was just started has not named its queue yet
            while not (keys := int(client.dbsize())) and time.monotonic() < until:  # type: ignore[arg-type]
                time.sleep(0.1)
            client.flushall()
        return keys > 0

    def restart_postgresql(self) -> bool:
        before = self.postgresql.process
        self.postgresql.stop(signal.SIGQUIT)
        self.postgresql.start()
        return before is not None and before is not self.postgresql.process

    def drop_mails(self) -> bool:
        before = self.sink.dropped
        self.sink.drop(self.chance.randint(1, 3))
        came, until = self.sink.kept, time.monotonic() + 90
        while self.sink.dropped == before and time.monotonic() < until:
            if self.sink.kept != came:  # a slow machine: mails come, only not this one yet
                came, until = self.sink.kept, time.monotonic() + 90
            time.sleep(0.1)
        return self.sink.dropped > before
