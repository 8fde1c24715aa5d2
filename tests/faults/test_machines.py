"""Two web servers and three workers share one PostgreSQL, one Redis and one bucket; one of each is killed and replaced under
load. Nothing is lost but the requests that were on the killed server, which the same press to the other one makes good.

The long form: `make test-faults`.
"""

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from tests.accreditation import filemaker
from tests.faults.checker import count
from tests.faults.machines import WEB, WORKERS, Machines
from tests.faults.machines_people import Person
from tests.faults.run import LATER
from tests.worker import ROOT

UPLOAD = "application/pdf"


@dataclass
class Work:
    """What was acknowledged to people, for the checker: sums of files by draft, and cases that were decided."""

    uploads: dict[str, list[str]] = field(default_factory=dict)
    decided: list[str] = field(default_factory=list)
    done: int = 0
    broken: list[str] = field(default_factory=list)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    found = Machines(tmp_path)
    try:
        found.start()
        yield found
    finally:
        found.stop()


def made(machines: Machines, leaders: int, cases: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.faults.machines_people", str(leaders), str(cases)]
    environment = machines.environment("setup")
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(run.stdout.splitlines()[-1]))


def again_after_a_cut(person: Person, path: str, cuts: int, status: int) -> bool:
    """Whether an answer only says that the first press, which broke off, had been taken."""
    taken = status in (409, 422) and len(person.cuts) > cuts
    if taken:
        person.bad.remove(f"POST {path}: {status}")
    return taken


def upload(person: Person, draft: str, number: int, work: Work) -> None:
    data = filemaker.pdf(1, f"{draft} {number}")
    path, cuts = f"/submissions/{draft}/evidence/", len(person.cuts)
    answer = person.send(
        path,
        {"title": f"File {number}", "__end": "1"},
        files={"file": (f"file-{number}.pdf", data, UPLOAD)},
    )
    if answer.status_code < 400 or again_after_a_cut(person, path, cuts, answer.status_code):
        work.uploads.setdefault(draft, []).append(hashlib.sha256(data).hexdigest())


def decide(person: Person, case: str, work: Work) -> None:
    today = timezone.localdate()
    days = {"decided_on": today, "period_from": today, "period_to": today + timedelta(days=1800)}
    parts = {
        f"{name}_{part}": str(getattr(day, part))
        for name, day in days.items()
        for part in ("day", "month", "year")
    }
    path, cuts = f"/decisions/{case}/record/", len(person.cuts)
    answer = person.send(
        path,
        {
            "step": "record",
            "outcome": "accredit",
            "reasons": "The Committee agreed with the panel.",
            "signed_name": "Chair Place 0",
            "seen_state": "reported",
            **parts,
        },
    )
    if answer.status_code < 400 or again_after_a_cut(person, path, cuts, answer.status_code):
        work.decided.append(case)


def at_work(steps: list[Callable[[], None]], work: Work) -> threading.Thread:
    def run() -> None:
        try:
            for step in steps:
                step()
                work.done += 1
        except Exception as fault:
            work.broken.append(repr(fault))

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def play(
    machines: Machines, *, leaders: int, files: int, cases: int, kills: int
) -> tuple[list[Person], Work]:
    """The whole run: people work while, evenly spread, a web server and a worker are killed and replaced `kills` times."""
    told = made(machines, leaders, cases)
    for name in (*WEB, *WORKERS, "beat"):
        machines.replace(name)
    ports, work = list(machines.ports.values()), Work()
    people: list[Person] = []
    threads: list[threading.Thread] = []
    gaps: list[tuple[int, float, float]] = []

    def enter(email: str) -> Person:
        person = Person([*ports[len(people) % 2 :], *ports[: len(people) % 2]])
        person.sign_in(email, told["password"])
        people.append(person)
        return person

    chair = enter(told["chair"])
    steps: list[Callable[[], None]] = []
    for case in told["cases"]:
        steps += [
            lambda: chair.ask("GET", "/decisions/") and None,
            lambda case=case: decide(chair, case, work),
        ]  # type: ignore[misc]
    threads.append(at_work(steps, work))
    total = len(steps)
    for email, draft in told["leaders"]:
        leader = enter(email)
        steps = []
        for number in range(files):
            steps += [
                lambda leader=leader: leader.ask("GET", "/") and None,  # type: ignore[misc]
                lambda leader=leader, draft=draft: leader.ask("GET", f"/submissions/{draft}/") and None,  # type: ignore[misc]
                lambda leader=leader, draft=draft, number=number: upload(leader, draft, number, work),  # type: ignore[misc]
            ]
        threads.append(at_work(steps, work))
        total += len(steps)
    for strike in range(kills):
        while work.done < total * (strike + 1) / (kills + 2) and any(one.is_alive() for one in threads):
            time.sleep(0.05)
        web, worker = WEB[strike % 2], WORKERS[strike % 3]
        assert any(one.is_alive() for one in threads), "the fault must strike while people work"
        began = time.monotonic()
        assert machines.kill(web) >= 2 and machines.kill(worker) >= 2
        time.sleep(1)  # the others carry on alone for a while
        machines.replace(web)
        gaps.append((machines.ports[web], began, time.monotonic()))
        machines.replace(worker)
    for thread in threads:
        thread.join(300)
    for person in people:  # nobody had to sign in again, whichever server they were on
        for _ in range(2):
            assert "Sign out" in person.ask("GET", "/").text
    for person in people:
        person.session.close()
        for cut in person.cuts:
            struck = any(
                port == cut.port and cut.began < end and cut.ended > start for port, start, end in gaps
            )
            assert struck, f"{cut.what} broke off on a server that nobody had killed"
    return people, work


def settle(machines: Machines, patience: float = 180) -> None:
    """Waits until no promise is open; after a while the leases of killed workers are over, as they are in a minute."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience:
        with psycopg.connect(machines.postgresql.url) as link:
            open_jobs = link.execute(
                "SELECT count(*) FROM accreditation_job WHERE state IN ('waiting', 'running')"
            ).fetchone()
            if open_jobs == (0,):
                return
            if time.monotonic() - begun > 8:
                link.execute(LATER)
        time.sleep(1)


def check(machines: Machines, people: list[Person], work: Work, *, uploads: int, cases: int) -> str:
    """Everything that was acknowledged is there once; told by tables, bucket and mails, not by our code."""
    copied = machines.files()
    counted = count(machines.postgresql.url, copied, machines.sink.file, work.decided)
    assert not counted.faults, counted.faults[:10]
    assert not work.broken and len(work.decided) == cases, [one.bad for one in people]
    assert not [bad for person in people for bad in person.bad]
    with psycopg.connect(machines.postgresql.url) as link:
        rows = link.execute("SELECT submission_id::text, sha256, size FROM accreditation_evidence").fetchall()
    assert len(rows) == uploads == sum(len(sums) for sums in work.uploads.values())
    assert sorted((draft, sum_) for draft, sums in work.uploads.items() for sum_ in sums) == sorted(
        (str(draft), str(sum_)) for draft, sum_, _ in rows
    )
    for _, sum_, size in rows:
        path = copied / str(sum_)[:2] / str(sum_)[2:4] / str(sum_)
        assert path.stat().st_size == size and hashlib.sha256(path.read_bytes()).hexdigest() == sum_
    for name in (*WEB, *WORKERS):  # what lies on a machine's own disk may go with it
        left = [path for path in (machines.folder / name).rglob("*") if path.is_file()]
        kinds = {path.relative_to(machines.folder / name).parts[0] for path in left}
        assert kinds <= {"pages"}, f"{name} keeps {sorted(kinds)} on its own disk"
    cuts = sum(len(person.cuts) for person in people)
    answered = sum(person.answered for person in people)
    return f"{counted}; {uploads} uploads; {answered} requests answered, {cuts} broken off on a killed server and sent again"


@pytest.mark.slow
def test_one_of_each_is_killed_and_replaced_under_load(
    machines: Machines, capsys: pytest.CaptureFixture[str]
) -> None:
    """The quick form."""
    people, work = play(machines, leaders=2, files=5, cases=5, kills=1)
    settle(machines)
    said = check(machines, people, work, uploads=10, cases=5)
    with capsys.disabled():
        print(f"\n{said}")


@pytest.mark.faults
def test_every_machine_is_killed_and_replaced_under_load(
    machines: Machines, capsys: pytest.CaptureFixture[str]
) -> None:
    people, work = play(machines, leaders=4, files=30, cases=40, kills=6)
    settle(machines, patience=600)
    said = check(machines, people, work, uploads=120, cases=40)
    with capsys.disabled():
        print(f"\n{said}")
