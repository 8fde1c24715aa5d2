"""Routes that take turns: each lives in a process of its own, with everything imported and connected before the clock.

A worker is told a course's reference on a line, runs its route once, and writes one line of JSON: the seconds, the
answer, the peak of its memory in MB. `Turns` asks them one after the other, round by round.
"""

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 5
TOO_NOISY = 0.10


@dataclass
class Measured:
    """A route's seconds, a value for each round, and its answer (the same in each)."""

    seconds: list[float] = field(default_factory=list)
    answer: Any = None
    peak_mb: float = 0.0
    grown_mb: float = 0.0
    not_run: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def times(self, limit: "Measured") -> tuple[float, float, float]:
        """How many times a limit: the ratio of the medians, and the least and most of the rounds' own ratios."""
        each = [one / other for one, other in zip(self.seconds, limit.seconds, strict=True)]
        return self.median / limit.median, min(each), max(each)


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def noise(one: Measured, again: Measured) -> float:
    """How far the medians of the same thing measured twice lie apart: 0.04 is 4 %."""
    return abs(one.median - again.median) / min(one.median, again.median)


class Worker:
    """A process with one route. Started idle; ends with `stop`."""

    def __init__(self, route: str, environment: dict[str, str], module: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, route],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def turn(self, references: list[str]) -> dict[str, Any]:
        """One turn; raises RuntimeError where the worker ended."""
        self.ask(references)
        return self.answer()

    def ask(self, references: list[str]) -> None:
        """Begins a turn, whose `answer` is fetched later."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(references) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout
        if not (line := self.process.stdout.readline()):
            raise RuntimeError(f"A worker ended: {' '.join(self.process.args)}")  # type: ignore[arg-type]
        found: dict[str, Any] = json.loads(line)
        return found

    def stop(self) -> None:
        self.process.communicate()


def take_turns(
    routes: list[str],
    references: list[str],
    environment: dict[str, str],
    rounds: int = ROUNDS,
    module: str = "tests.benchmarks.turns",
) -> dict[str, Measured]:
    """Measures routes over the same courses (or another benchmark's `references`, by its `module`), in turns, after one
    round that does not count.
    """
    found = {route: Measured() for route in routes}
    workers = {route: Worker(route, environment, module) for route in routes}
    try:
        for number in range(rounds + 1):
            for route, worker in workers.items():
                got, here = worker.turn(references), found[route]
                here.not_run, here.peak_mb = got["not_run"], got["peak_mb"]
                here.grown_mb = max(here.grown_mb, got.get("grown_mb", 0))
                if number and here.answer != got["answer"]:
                    raise RuntimeError(f"{route} does not always give the same answer.")
                here.answer = got["answer"]
                if number:
                    here.seconds.append(got["seconds"])
    finally:
        for worker in workers.values():
            worker.stop()
    return found


def serve(route: str) -> None:
    """A worker's life: waits for a line, measures, answers."""
    import django

    django.setup()
    from django.db import connection

    from accreditation.models import Course
    from tests.benchmarks import routes, zen_route

    run = routes.ROUTES[route]
    absent = "not installed" if route.startswith("zen") and zen_route.zen is None else ""
    connection.ensure_connection()
    for line in sys.stdin:
        courses = {one.reference: one for one in Course.objects.filter(reference__in=json.loads(line))}
        answer: Any = {}
        gc.collect()
        start = time.perf_counter()
        if not absent:
            for reference in sorted(courses):
                got = run(courses[reference])
                if isinstance(got, dict):
                    answer[reference] = got
        seconds = time.perf_counter() - start
        told = {"seconds": seconds, "answer": answer, "not_run": absent, "peak_mb": peak_mb()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
