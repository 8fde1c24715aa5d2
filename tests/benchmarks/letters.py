"""The part of `make bench` about letters: from a letter's row to its stored file, beside bare WeasyPrint on the same HTML.

Bare: HTML that is ready made, stylesheet and fonts kept, nothing stored. It is measured as a plain PDF, and with what a
letter must be besides, PDF/A-3a with the findings attached, which is WeasyPrint's own work too. Each route is a warm
process. In bulk, all letters are promised and rung at once for a Celery worker with two processes, beside two bare processes
that share the same letters.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.report import LIMIT, OURS, Goal, Row, Section
from tests.benchmarks.turns import TOO_NOISY, Measured, Worker, noise, take_turns

MODULE = "tests.benchmarks.letter_worker"
LETTERS, BULK = 5, 16
ROUNDS, BULK_ROUNDS = 4, 3
NAMES = {
    "bare": ("bare WeasyPrint, as PDF/A-3a, findings attached", LIMIT),
    "bare again": ("the same, again", LIMIT),
    "bare plain": ("bare WeasyPrint, as a plain PDF", LIMIT),
    "product": ("product: from the row to the stored file", OURS),
    "product sealed": ("product, with the body's seal", OURS),
}


def sections(environment: dict[str, str], folder: Path, *, large: bool = False) -> Iterator[Section]:
    """One warm process, then two."""
    from tests.services import Redis

    keys = _promised(BULK)
    found = take_turns(list(NAMES), keys[:LETTERS], environment, ROUNDS, MODULE)
    apart = noise(found["bare"], found["bare again"])
    why = f"too noisy, the same letters twice are {apart:.0%} apart" if apart > TOO_NOISY else ""
    wrong = _differing(found)
    goals = []
    for name, words in (("product", "unsealed"), ("product sealed", "sealed")):
        for limit in ("bare", "bare plain"):
            rate = found[limit].median / found[name].median
            goal = f"{words}, at least 0.97 of {NAMES[limit][0]}"
            goals.append(Goal(goal, f"{rate:.2f}", None if why or wrong else rate >= 0.97, why))
    yield Section(
        f"{LETTERS} decision letters, one warm process", "letters", _rows(found, "bare"), goals, wrong=wrong, line=1
    )  # fmt: skip

    queue = Redis()
    queue.start()
    try:
        bulk = _in_bulk(keys, environment | {"REDIS_URL": queue.url}, folder)
    finally:
        queue.stop()
    apart = noise(bulk["two bare"], bulk["two bare again"])
    why = f"too noisy, the same letters twice are {apart:.0%} apart" if apart > TOO_NOISY else ""
    rate = bulk["two bare"].median / bulk["celery"].median
    goal = Goal("at least 0.92 of two bare processes", f"{rate:.2f}", None if why else rate >= 0.92, why)
    yield Section(
        f"{BULK} decision letters, two processes", "letters-bulk", _rows(bulk, "two bare"), [goal], line=1
    )


BULK_NAMES = {
    "two bare": ("two bare processes, PDF/A-3a", LIMIT),
    "two bare again": ("the same, again", LIMIT),
    "celery": ("product: Celery, two processes", OURS),
}


def _rows(found: dict[str, Measured], limit: str) -> list[Row]:
    names = NAMES | BULK_NAMES
    return [Row(names[name][0], one, found[limit], names[name][1]) for name, one in found.items()]


def _differing(found: dict[str, Measured]) -> list[str]:
    """Routes that do not make the same bytes: what is bare as PDF/A, and what the product made before it was sealed."""
    wanted = found["bare"].answer
    return [
        f"{NAMES[name][0]} does not make the same file"
        for name in ("bare again", "product", "product sealed")
        if found[name].answer != wanted
    ]


def _promised(number: int) -> list[str]:
    """So many decided cases with a promised decision letter each; the keys of the promises."""
    from django.db import transaction

    from accreditation import queue
    from accreditation.services import letters
    from tests.accreditation.decided import decided
    from tests.worlds import make_world

    queue.ring = lambda *job, **how: False  # nothing is built before the clock runs
    world, keys = make_world("Wexcombe"), []
    for _ in range(number):
        with transaction.atomic():
            letter = letters._queue_first(decided(world), "decision", world.chair)
        keys.append(letters.key_of(letter))
    return keys


def _in_bulk(keys: list[str], environment: dict[str, str], folder: Path) -> dict[str, Measured]:
    """The same letters by two bare processes at once, and through Celery."""
    from tests.worker import Worker as Celery

    found = {name: Measured() for name in BULK_NAMES}
    pair = [Worker("bare", environment, MODULE) for _ in range(2)]
    ringer = Worker("ring", environment, MODULE)
    celery = Celery(folder / "celery.log", os.environ | environment, "--concurrency", "2")
    try:
        celery.start()
        for number in range(BULK_ROUNDS + 1):
            for name in BULK_NAMES:
                seconds = ringer.turn(keys)["seconds"] if name == "celery" else _together(pair, keys)
                if number:
                    found[name].seconds.append(seconds)
    finally:
        for worker in (*pair, ringer):
            worker.stop()
        celery.stop()
    return found


def _together(pair: list[Worker], keys: list[str]) -> float:
    """Two processes with half of the letters each: the seconds until both are done."""
    start = time.perf_counter()
    for at, worker in enumerate(pair):
        worker.ask(keys[at::2])
    for worker in pair:
        worker.answer()
    return time.perf_counter() - start
