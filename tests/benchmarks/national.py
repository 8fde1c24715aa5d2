"""How much quicker two workers are than one at the nightly re-check: `.venv/bin/python -m tests.benchmarks.national`.

A private PostgreSQL and Redis, real workers with one process each, the same register; one worker and two take turns in one
run, the one-worker route twice (A/A). The time is from the press to the end of the run, as its own rows have it.
COURSES=40 ROUNDS=5 change the size.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.__main__ import about, with_broker
from tests.services import end_with_parent

ROOT = Path(__file__).parents[2]
COURSES, ROUNDS = int(os.environ.get("COURSES", "20")), int(os.environ.get("ROUNDS", "5"))
ROUTES = {"one worker": 1, "two workers": 2, "one worker again": 1}


def main() -> int:
    """Measures and prints; 1 where a run did not look at every course."""
    with with_broker():
        return measure()


def measure() -> int:
    """Fills the register, accredits every course, and lets the routes take turns."""
    from tests.benchmarks.data import Size, fill

    size = Size(courses=COURSES)
    print(f"{about()}\n\n{size.courses} courses, {size.all_scans:,} scans ...", flush=True)
    _accredit(fill(size))
    took: dict[str, list[float]] = {name: [] for name in ROUTES}
    for number in range(ROUNDS + 1):
        for name, workers in ROUTES.items():
            seconds = _run(f"{name} {number}", workers)
            if number:  # the first round warms the database up
                took[name].append(seconds)
    one, two, again = (took[name] for name in ROUTES)
    ratios = [a / b for a, b in zip(one, two, strict=True)]
    noise = statistics.median(max(a, b) / min(a, b) for a, b in zip(one, again, strict=True))
    print(f"one worker: {statistics.median(one):.2f} s ({min(one):.2f} to {max(one):.2f})")
    print(f"two workers: {statistics.median(two):.2f} s ({min(two):.2f} to {max(two):.2f})")
    print(
        f"two are {statistics.median(ratios):.2f} times as quick as one ({min(ratios):.2f} to {max(ratios):.2f})"
    )
    print(f"the same route twice: {noise:.2f}" + (", too noisy for a verdict" if noise > 1.1 else ""))
    return 0


def _accredit(courses: list) -> None:  # type: ignore[type-arg]
    """A decision with its letter for each course, as rows: nothing here measures how they come about."""
    from datetime import timedelta

    from django.utils import timezone

    from accreditation.enums import BuildState, LetterKind
    from accreditation.models import Decision, Letter, Snapshot, Submission, User

    clerk, today = User.objects.get(email__startswith="clerk-"), timezone.localdate()
    for number, course in enumerate(courses, 1):
        case = Submission.objects.create(
            course=course, reference=f"S-{number}", state="decided", opened_by=clerk
        )
        snapshot = Snapshot.objects.create(
            submission=case, number=1, as_of=today, edition="msk-2023", rules_version="1", facts={}, report={},
            facts_sha256="0" * 64, answers=[], files=[], sha256="0" * 64, declared_by=clerk,
            declared_name="A. Clerk", declared_role="Course leader",
        )  # fmt: skip
        decision = Decision.objects.create(
            submission=case, snapshot=snapshot, outcome="accredit", reasons="-", decided_on=today,
            period_from=today - timedelta(days=1), period_to=today + timedelta(days=900), decided_by=clerk,
            signed_name="A. Clerk",
        )  # fmt: skip
        Letter.objects.create(
            decision=decision, kind=LetterKind.DECISION, number=f"L-{number}", content={"course": course.title},
            state=BuildState.BUILT, sha256="0" * 64, size=1, built_at=timezone.now(), approved_at=timezone.now(),
        )  # fmt: skip


def _run(key: str, workers: int) -> float:
    """Seconds of one run with so many workers, which were warm before it."""
    from accreditation.enums import RunKind, RunState
    from accreditation.services import runs

    with tempfile.TemporaryDirectory(prefix="case-bench-") as folder:
        logs = [Path(folder) / f"{number}.log" for number in range(workers)]
        started = [_worker(log) for log in logs]
        try:
            while not all(b" ready." in log.read_bytes() for log in logs):
                time.sleep(0.05)
            run = runs.start(by=None, kind=RunKind.RECHECK, key=key)
            while run.state != RunState.DONE:
                time.sleep(0.05)
                run.refresh_from_db()
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()
    if run.done != COURSES or run.lines.count() != COURSES or run.lines.filter(failed=True).exists():
        raise SystemExit(f"Not every course was looked at: {run.done} of {COURSES}. The figures are void.")
    assert run.finished_at
    return (run.finished_at - run.created_at).total_seconds()


def _worker(log: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "accreditation.config.celery",
        "worker",
        "--loglevel",
        "INFO",
    ]
    command += ["--concurrency", "1", "--without-gossip", "--without-mingle", "--hostname", f"{log.stem}@%h"]
    with log.open("wb") as said:
        return subprocess.Popen(
            command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT, preexec_fn=end_with_parent
        )


if __name__ == "__main__":
    sys.exit(main())
