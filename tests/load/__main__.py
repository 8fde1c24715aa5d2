"""`make soak`: SOAK_MINUTES (10) of fifty people, then as long again with a fault a minute. Prints what came of it, and ends
with 1 where an answer was wrong while nothing was struck. SOAK_PARTS=calm or faults: only one of them.

The demo world on a private PostgreSQL and Redis, gunicorn with two processes, a Celery worker and the clock. The trivial page
is /health/live, asked in the same minutes: a page's time stands beside it, for both wait for the same machine.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.load.people import SLOW, Answer, Person
from tests.services import PostgreSQL, Redis, end_with_parent, free_port

ROOT = Path(__file__).parents[2]
PEOPLE = int(os.environ.get("SOAK_PEOPLE", "50"))
MINUTES = float(os.environ.get("SOAK_MINUTES", "10"))
MIX = {
    "student": 16, "assessor": 10, "course leader": 8, "mentor": 6, "officer": 4, "committee": 3, "public": 3,
}  # fmt: skip
"""How many of fifty have which role; `public` is nobody signed in."""
TRIVIAL = "/health/live"
AFTER = SLOW + 15.0
"""Seconds after a fault for which an answer may be wrong: what was begun is broken off, and the service comes back."""
FAULT_EVERY = 60.0


class System:
    """Everything as processes of this one."""

    def __init__(self, folder: Path) -> None:
        self.postgresql, self.redis = PostgreSQL(durable=True), Redis()
        self.folder, self.port = folder, free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        return dict(
            os.environ,
            PYTHONPATH=str(ROOT),
            DJANGO_SETTINGS_MODULE="accreditation.config.settings",
            DATABASE_URL=self.postgresql.url,
            REDIS_URL=self.redis.url,
            CASE_DATA_DIR=str(self.folder),
            CASE_DEMO="true",
            DJANGO_SECRET_KEY="only-for-this-run-" + "0123456789" * 5,
            SITE_ORIGIN=f"http://127.0.0.1:{self.port}",
            BIND=f"127.0.0.1:{self.port}",
            WEB_PROCESSES="2",
        )

    def start(self) -> None:
        import psycopg

        self.postgresql.start()
        self.redis.start()
        with psycopg.connect(self.postgresql.url.removesuffix("case") + "postgres", autocommit=True) as link:
            link.execute('CREATE DATABASE "case"')
        for words in (["migrate", "--noinput", "--verbosity", "0"], ["seed_demo"]):
            subprocess.run(
                [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, check=True,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        for name in ("web", "worker", "beat"):
            self.begin(name)

    def begin(self, name: str) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "accreditation.config.celery"]
        command = {
            "web": [sys.executable, "-m", "gunicorn", "-c", "python:accreditation.config.server"],
            "worker": [*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING"],
            "beat": [
                *celery,
                "beat",
                "--pidfile",
                "",
                "--loglevel",
                "WARNING",
                "--schedule",
                str(self.folder / "beat"),
            ],
        }[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, preexec_fn=end_with_parent
            )

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.redis.stop()
        self.postgresql.remove()

    # --- faults ---

    def strike_web(self) -> None:
        """One of the web processes is killed; gunicorn starts another."""
        os.kill(random.choice(children(self.processes["web"].pid)), signal.SIGKILL)

    def strike_worker(self) -> None:
        """The worker, killed with its children, is started again."""
        for pid in (*children(self.processes["worker"].pid), self.processes["worker"].pid):
            os.kill(pid, signal.SIGKILL)
        self.processes["worker"].wait()
        self.begin("worker")

    def strike_redis(self) -> None:
        """The queue and the cache are lost, and come back empty two seconds later."""
        assert self.redis.process
        self.redis.process.kill()
        self.redis.process.wait()
        time.sleep(2)
        self.redis.start()

    def strike_postgresql(self) -> None:
        """The database dies as in a power cut, and comes back."""
        self.postgresql.stop(signal.SIGQUIT)
        time.sleep(1)
        self.postgresql.start()


def children(pid: int) -> list[int]:
    """The child processes of a process."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_mb(pids: list[int]) -> float:
    """Resident memory of some processes together; a page that two share counts twice."""
    pages = 0
    for pid in pids:
        try:
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cookies() -> dict[str, list[str]]:
    """Role → a session for each demo person who holds it, ever anew."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from accreditation.models import User

    held = {"assessor": "assessor", "officer": "officer", "committee": "committee", "course leader": "course_leader",
            "mentor": "mentor", "student": "student"}  # fmt: skip
    found: dict[str, list[str]] = {"public": [""]}
    for role, code in held.items():
        for user in User.objects.filter(is_active=True).order_by("email"):
            if user.has_role(code):
                client = Client(SERVER_NAME="127.0.0.1")
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
                name = settings.SESSION_COOKIE_NAME
                found.setdefault(role, []).append(f"{name}={client.cookies[name].value}")
    return found


def visit(
    system: System, seconds: float, faults: list[Callable[[], None]], signed_in: dict[str, list[str]]
) -> bool:
    """People for so long; tells what came of it, and whether every answer outside a fault was a good one."""
    stop = threading.Event()
    roles = [role for role, number in MIX.items() for _ in range(number * PEOPLE // 50)]
    people = [
        Person(system.port, role, signed_in[role][at % len(signed_in[role])], at, stop)
        for at, role in enumerate(roles)
    ]
    prober = Person(system.port, "trivial", "", 0, stop)
    memory: list[tuple[float, float]] = []
    struck: list[tuple[float, str]] = []
    begun = next_fault = time.monotonic()
    for person in people:
        person.start()
    while (now := time.monotonic()) < begun + seconds:
        prober.ask("GET", TRIVIAL)
        if faults and now >= next_fault + FAULT_EVERY / 2:
            fault = faults[len(struck) % len(faults)]
            struck.append((time.monotonic(), fault.__name__.removeprefix("strike_")))
            fault()
            next_fault += FAULT_EVERY
        web = system.processes["web"].pid
        memory.append((time.monotonic() - begun, memory_mb([web, *children(web)])))
        time.sleep(1)
    stop.set()
    for person in people:
        person.join(SLOW + 5)
    answers = [answer for person in people for answer in person.answers]
    return tell(answers, prober.answers, memory, struck, seconds)


def tell(
    answers: list[Answer], trivial: list[Answer], memory: list[tuple[float, float]], struck: list[tuple[float, str]],
    seconds: float,
) -> bool:  # fmt: skip
    """Prints the figures; True where nothing was wrong but around faults."""

    def spoilt(answer: Answer) -> bool:
        return any(
            answer.at - SLOW <= at <= answer.at + answer.seconds or at <= answer.at <= at + AFTER
            for at, _ in struck
        )

    wrong = [one for one in answers if one.status == 0 or one.status >= 400 and one.status != 409]
    outside = [one for one in wrong if not spoilt(one)]
    took = sorted(one.seconds for one in answers if one.status)
    floor = statistics.median(one.seconds for one in trivial if one.status)
    p50, p95 = took[len(took) // 2], took[len(took) * 95 // 100]
    print(
        f"{PEOPLE} people, {seconds / 60:g} minutes, {len(answers)} answers, {len(answers) / seconds:.1f} a second"
    )
    print(f"struck: {', '.join(name for _, name in struck) or 'nothing'}")
    print(f"wrong: {len(outside)}" + (f", and {len(wrong) - len(outside)} around a fault" if struck else ""))
    for (status, what), number in Counter((one.status, one.what) for one in outside).most_common(12):
        print(f"    {number} x {status or 'none'}: {what}")
    print(f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms: {p50 / floor:.1f} and {p95 / floor:.1f} times the trivial page "
          f"({floor * 1000:.1f} ms in the same minutes)")  # fmt: skip
    for role in dict.fromkeys(one.role for one in answers):
        own = sorted(one.seconds for one in answers if one.role == role and one.status)
        if own:
            print(
                f"    {role}: {len(own)} answers, p50 {own[len(own) // 2] * 1000:.0f} ms, p95 {own[len(own) * 95 // 100] * 1000:.0f} ms"
            )
    third = max(1, len(memory) // 3)
    early, late = (
        statistics.median(mb for _, mb in memory[third : 2 * third]),
        statistics.median(mb for _, mb in memory[-third:]),
    )
    print(
        f"memory of the web processes: {memory[0][1]:.0f} MB at first, {early:.0f} MB in the middle third, {late:.0f} MB in the last"
    )
    print(flush=True)
    return not outside


def main() -> int:
    """Both halves."""
    parts = os.environ.get("SOAK_PARTS", "calm,faults").split(",")
    good = True
    with tempfile.TemporaryDirectory(prefix="case-soak-") as folder:
        system = System(Path(folder))
        try:
            system.start()
            os.environ |= system.environment
            signed_in = cookies()
            until = time.monotonic() + 60
            prober = Person(system.port, "trivial", "", 0, threading.Event())
            while not prober.ask("GET", "/health/ready") and prober.answers[-1].status != 200:
                if time.monotonic() > until:
                    raise RuntimeError((Path(folder) / "web.log").read_text()[-3000:])
                time.sleep(0.5)
            faults = [system.strike_web, system.strike_worker, system.strike_redis, system.strike_postgresql]
            for part in parts:
                good = visit(system, MINUTES * 60, faults if part == "faults" else [], signed_in) and good
        finally:
            system.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
