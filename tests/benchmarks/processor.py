"""What checks cost in processor time, this process and its database server's together: for a machine that is busy otherwise.

`python -m tests.benchmarks.processor`: one course beside COPY of its scans, one student beside SELECT of theirs. On a busy
machine the clock says how long other work held them up; what a processor spent on them says hardly anything of it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 30
PAIRS = (("copy of scans", "product"), ("select", "student"))


def spent(run: Callable[[], Any], server: int) -> float:
    """Milliseconds of processor time, the median of some rounds. `server`: the process id of the connection's server."""

    def both() -> float:
        theirs = int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e6  # nanoseconds
        return time.process_time() * 1000 + theirs

    for _ in range(3):
        run()
    rounds = []
    for _ in range(ROUNDS):
        before = both()
        run()
        rounds.append(both() - before)
    return statistics.median(rounds)


def measure(reference: str = "B-000") -> None:
    """Prints what each route costs, and how many times its limit; the course must be there."""
    from django.db import connection

    from accreditation.models import Course
    from tests.benchmarks.routes import ROUTES

    course = Course.objects.get(reference=reference)
    connection.ensure_connection()
    server = connection.connection.info.backend_pid
    for limit, ours in PAIRS:
        least = spent(lambda name=limit: ROUTES[name](course), server)  # type: ignore[misc]
        most = spent(lambda name=ours: ROUTES[name](course), server)  # type: ignore[misc]
        print(f"{limit} {least:.2f} ms, {ours} {most:.2f} ms: {most / least:.1f} times", flush=True)


def main() -> None:
    """Everything in a private database that is new."""
    if "BENCH_PROCESSOR" not in os.environ:
        from tests.benchmarks.__main__ import ROOT, database

        with tempfile.TemporaryDirectory(prefix="case-bench-") as data, database(Path(data)) as environment:
            inside = os.environ | environment | {"BENCH_PROCESSOR": "inside"}
            migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"]
            subprocess.run(migrate, env=inside, check=True)
            subprocess.run([sys.executable, "-m", "tests.benchmarks.processor"], env=inside, check=True)
        return
    import django

    django.setup()
    from tests.benchmarks.data import Size, fill

    fill(Size())
    measure()


if __name__ == "__main__":
    main()
