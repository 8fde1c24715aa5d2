"""Nothing is lost and nothing doubled, whatever is killed: counted by the independent checker (`tests.faults.checker`).

The long form: `make test-faults`; the same strikes again, or another size: CASE_FAULT_SEED=7 CASE_FAULT_DECISIONS=60
CASE_FAULT_STRIKES=8 make test-faults.
"""

import os
import random
import time
from pathlib import Path

import psycopg
import pytest

from tests.faults.checker import Count, count
from tests.faults.run import Outcome, run
from tests.faults.stage import Stage

KINDS = (
    "worker kill -9",
    "child kill -9",
    "Redis refused",
    "Redis kill -9",
    "Redis frozen",
    "Redis flushed",
    "PostgreSQL restarted",
    "mail server dropping",
)


def seed() -> int:
    return int(os.environ.get("CASE_FAULT_SEED") or time.time_ns() % 1_000_000)


def order(chance: random.Random, number: int) -> list[str]:
    """Strikes in a random order, each kind as often as any other."""
    kinds = [KINDS[at % len(KINDS)] for at in range(number)]
    chance.shuffle(kinds)
    return kinds


def the_checker_sees(stage: Stage, acknowledged: list[str]) -> None:
    """What the checker is worth: each loss that is planted now is found."""

    def look() -> Count:
        return count(stage.postgresql.url, stage.store, stage.sink.file, acknowledged)

    assert not look().faults
    lines = stage.sink.file.read_text().splitlines()
    lost = lines[0]
    stage.sink.file.write_text("\n".join(line for line in lines if line != lost))
    assert look().mails_lost == 1
    stage.sink.file.write_text("\n".join(lines))
    with psycopg.connect(stage.postgresql.url) as link:  # certificates are not counted by the checker
        row = link.execute(
            "SELECT sha256 FROM accreditation_letter WHERE kind = 'decision' ORDER BY number LIMIT 1"
        ).fetchone()
    assert row
    letter = next(path for path in stage.store.rglob(row[0]) if path.is_file())
    letter.write_bytes(letter.read_bytes()[:-1])
    assert look().letters_lost == 1
    acknowledged.append("00000000-0000-0000-0000-000000000000")
    assert any("was acknowledged and has 0 decisions" in fault for fault in look().faults)


@pytest.mark.slow
def test_twenty_decisions_under_five_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The quick form: five of the eight kinds of fault, chosen by the seed."""
    chosen = seed()
    strikes = random.Random(chosen).sample(KINDS, 5)
    with capsys.disabled():
        print(f"\nseed {chosen}", flush=True)
        done = run(tmp_path, seed=chosen, decisions=20, strikes=strikes, hurry=True, after=the_checker_sees)
        print(done)
    assert not done.verdict(decisions=20, faults=4), str(done)


@pytest.mark.faults
def test_three_hundred_decisions_under_thirty_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The long form; of 34 strikes one in eight may miss, as where the worker that it is for was being started."""
    chosen = seed()
    decisions = int(os.environ.get("CASE_FAULT_DECISIONS") or 304)
    strikes = order(random.Random(chosen), int(os.environ.get("CASE_FAULT_STRIKES") or 34))
    with capsys.disabled():
        print(f"\nseed {chosen}", flush=True)
        done = run(tmp_path, seed=chosen, decisions=decisions, strikes=strikes, hurry=False)
        print(done)
    assert not done.verdict(decisions=decisions, faults=len(strikes) - len(strikes) // 8), str(done)


def test_a_run_in_which_nothing_struck_or_too_little_was_decided_does_not_count() -> None:
    calm = Outcome(1, counted=Count(decisions=20))
    assert "only 0 faults struck" in calm.verdict(decisions=20, faults=1)
    idle = Outcome(1, struck={"Redis flushed": 4}, counted=Count(decisions=3))
    assert "only 3 decisions" in idle.verdict(decisions=20, faults=4)
    bad = Outcome(
        1, struck={"Redis flushed": 4}, counted=Count(decisions=20, faults=["The promise x is waiting."])
    )
    assert bad.verdict(decisions=20, faults=4) == "The promise x is waiting."
