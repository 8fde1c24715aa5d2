"""One fault run: decisions in portions, a strike into each, then quiet until every promise is kept, then the checker."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.faults.checker import Count, count
from tests.faults.stage import Stage
from tests.services import end_with_parent
from tests.worker import ROOT

STILL_SECONDS = 300  # longer than any lease, pause or time limit of an ordinary attempt
HURRY_SECONDS = (
    12  # what is being built meanwhile keeps its lease, or a slow machine would use up its attempts
)
LATER = (
    "UPDATE accreditation_job SET leased_until = now() - interval '1 second', not_before = now() - interval '1 second'"
    " WHERE state IN ('waiting', 'running')"
)


@dataclass
class Outcome:
    """What a run did: its seed, the strikes that struck by kind, what the checker counted, seconds until all was kept."""

    seed: int
    struck: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    counted: Count = field(default_factory=Count)
    seconds: float = 0

    @property
    def strikes(self) -> int:
        return sum(self.struck.values())

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} × {kind}" for kind, number in sorted(self.struck.items()))
        return f"seed {self.seed}: {self.strikes} faults ({kinds}); {self.counted}; all kept {self.seconds:.0f} s after the last fault"

    def verdict(self, *, decisions: int, faults: int) -> str:
        """Why the run does not count or what it found wrong; empty where all is well."""
        if self.strikes < faults:
            return f"only {self.strikes} faults struck, {faults} should have (missed: {self.missed})"
        if self.counted.decisions < decisions:
            return f"only {self.counted.decisions} decisions, there should be {decisions}"
        return "; ".join(self.counted.faults[:10])


def run(
    folder: Path,
    *,
    seed: int,
    decisions: int,
    strikes: list[str],
    hurry: bool,
    after: Callable[[Stage, list[str]], None] | None = None,
) -> Outcome:
    """Decides `decisions` cases while each of `strikes` strikes once, in that order.

    `hurry` lets the pauses and leases of the outbox pass at once after the last fault, where a short run cannot wait.
    `after` sees the stage and what was acknowledged, once all was counted. A slow machine has all the time it needs: what
    ends a run is that nothing moved for `STILL_SECONDS`.
    """
    chance = random.Random(seed)
    stage = Stage(folder, chance)
    outcome = Outcome(seed)
    try:
        stage.start()
        driver = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver", str(decisions)],
            cwd=ROOT,
            env=stage.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=end_with_parent,
        )
        assert driver.stdin and driver.stdout
        assert driver.stdout.readline() == "ready\n", "the driver could not make its cases"
        stage.start_workers()
        acknowledged: list[str] = []
        portions = [
            decisions * (n + 1) // len(strikes) - decisions * n // len(strikes) for n in range(len(strikes))
        ]
        for kind, portion in zip(strikes, portions, strict=True):
            driver.stdin.write(f"{portion}\n")
            driver.stdin.flush()
            time.sleep(chance.uniform(0.2, 2))
            stage.keep_alive()
            if stage.strikes[kind]():
                outcome.struck[kind] = outcome.struck.get(kind, 0) + 1
            else:
                outcome.missed.append(kind)
            while (line := driver.stdout.readline().strip()) not in ("done", ""):
                acknowledged.append(line)
        driver.stdin.close()
        driver.stdout.close()
        assert driver.wait(60) == 0, "the driver ended with a fault"
        outcome.seconds = _settle(stage, hurry=hurry)
        outcome.counted = count(stage.postgresql.url, stage.store, stage.sink.file, acknowledged)
        if after:
            after(stage, acknowledged)
        return outcome
    finally:
        stage.stop()


def _settle(stage: Stage, *, hurry: bool) -> float:
    """Waits until no promise is open, as long as promises move; gives the seconds.

    Each move is an attempt that began, was cut off or ended: attempts are bounded, so that this ends too.
    """
    begun = moved = time.monotonic()
    last: tuple[object, ...] | None = None
    while time.monotonic() - moved < STILL_SECONDS:
        stage.keep_alive()
        with psycopg.connect(stage.postgresql.url) as link:
            row = link.execute(
                "SELECT count(*) FILTER (WHERE state IN ('waiting', 'running')), count(*), sum(attempts), sum(cut)"
                " FROM accreditation_job"
            ).fetchone()
            assert row
            if row[0] == 0:
                break
            if row != last:
                last, moved = row, time.monotonic()
            if hurry and time.monotonic() - moved > HURRY_SECONDS:
                link.execute(LATER)
        time.sleep(1)
    return time.monotonic() - begun
