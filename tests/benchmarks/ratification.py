"""A run of a thousand letters, as after a meeting of the Committee: `.venv/bin/python -m tests.benchmarks.ratification`.

A private PostgreSQL and Redis, one real worker with two processes. Every letter stands as one whose building failed; an officer's
national run has them all built. The bar shows the run's own count, and beside it the letters whose files are there. Afterwards
each letter must have its file, and have got it once. LETTERS=100 WORKERS=1 change the size; once, without rounds: a figure, and
no comparison.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.__main__ import about, with_broker

LETTERS, WORKERS = int(os.environ.get("LETTERS", "1000")), int(os.environ.get("WORKERS", "2"))
LOOK_SECONDS, PATIENCE = 1.0, 3600.0
WIDE = 40


def main() -> int:
    """Makes the letters, has them built, and says how long it took; 1 where one was lost or built twice."""
    with with_broker() as (data, environment):
        print(f"{about()}\n\n{LETTERS} letters ...", flush=True)
        return _measure(_failed_letters(), data, environment)


def _failed_letters() -> Any:
    """So many decided cases, each with a letter that could not be built; the officer."""
    from accreditation.enums import BuildState, JobState
    from accreditation.models import Job, Letter
    from tests.benchmarks.letters import _promised

    _promised(LETTERS)
    Letter.objects.update(state=BuildState.FAILED, failure="The disk was full.")
    Job.objects.exclude(state=JobState.DONE).update(state=JobState.FAILED)
    from tests.worlds import make_world

    return make_world("Office").officer


def _measure(officer: Any, data: Path, environment: dict[str, str]) -> int:
    from importlib import reload

    from accreditation import queue
    from accreditation.enums import BuildState, RunKind
    from accreditation.models import AuditEvent, Letter
    from accreditation.services import letter_runs, runs
    from tests.worker import Worker

    reload(queue)  # the letters were promised with a bell that does not ring
    runs.queue = queue
    worker = Worker(data / "celery.log", environment, "--concurrency", str(WORKERS))
    worker.start()
    try:
        asked = letter_runs.asked(task="rebuild", decided_on=None, kind="", reason="")
        start = time.monotonic()
        run = runs.start(by=officer, kind=RunKind.LETTERS, key="ratification", asked=asked)
        built = 0
        while built < LETTERS and time.monotonic() - start < PATIENCE:
            time.sleep(LOOK_SECONDS)
            run.refresh_from_db()
            built = Letter.objects.filter(state=BuildState.BUILT).count()
            _bar(run.done, built, time.monotonic() - start)
        took = time.monotonic() - start
    finally:
        worker.stop()
    times = AuditEvent.objects.filter(verb="letter.built").count()
    files = Letter.objects.filter(state=BuildState.BUILT).values("sha256").distinct().count()
    print(f"\n{built} of {LETTERS} letters have their file ({files} different files), built {times} times")
    print(
        f"{took:.0f} s with {WORKERS} worker processes: {built / took:.1f} letters a second; load {os.getloadavg()[0]:.1f}"
    )
    return 0 if built == files == times == LETTERS else 1


def _bar(done: int, built: int, seconds: float) -> None:
    filled = "#" * (built * WIDE // LETTERS)
    print(
        f"\r[{filled:<{WIDE}}] asked for {done}, built {built} of {LETTERS}, {seconds:.0f} s",
        end="" if sys.stdout.isatty() else "\n",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
