"""A pytest plugin: runs the collected tests against the mutants of an app that no cell of the access matrix notices.

`-p tests.access.mutating --mutants-of portfolios tests/portfolios/…`. First every test runs once as it is, while each guard notes
which tests ask it; then, for each mutant, those tests run until one fails: first, for every mutant, the few tests that ask
least else and take least time, then the rest. What fails by itself is left out.
"""

import os
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from types import CodeType
from typing import TYPE_CHECKING

import pytest
from _pytest.runner import runtestprotocol

if TYPE_CHECKING:
    from tests.access.mutants import Mutant


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants-of", default="", help="the app whose surviving mutants are tried")


def passes(items: list[pytest.Item], index: int) -> bool:
    """Runs one test; the next of the list keeps the fixtures that both share."""
    item, following = items[index], items[(index + 1) % len(items)]
    item.session._setupstate.teardown_exact(item)
    item._initrequest()  # type: ignore[attr-defined]
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


FIRST_ROUND = 8


def asked_by(items: list[pytest.Item], chosen: "list[Mutant]") -> dict[CodeType, list[int]]:
    """For each guard, the places in `items` of the tests that ask it and pass; those that ask few guards, and are quick, first."""
    from tests.access import mutants

    found: dict[CodeType, list[tuple[int, float, int]]] = defaultdict(list)
    seen: set[CodeType] = set()

    def noting(code: CodeType) -> Callable[[], None]:
        return lambda: seen.add(code)

    with ExitStack() as stack:
        for function in dict.fromkeys(mutant.function for mutant in chosen):
            stack.enter_context(
                mutants.exchanged(function, mutants.touching(function, noting(function.__code__)))
            )
        for index in range(len(items)):
            seen.clear()
            began = time.monotonic()
            if passes(items, index):
                for code in seen:
                    found[code].append((len(seen), time.monotonic() - began, index))
    return {code: [index for *_, index in sorted(places)] for code, places in found.items()}


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    app = session.config.getoption("--mutants-of")
    if not app:
        return None
    from tests.access import mutants, witnesses  # Django's settings are read by now

    until = time.monotonic() + 60 * float(os.environ.get("CASE_GUARD_MINUTES", "600"))
    items = session.items
    chosen = [one for one in witnesses.missing(mutants.mutants()) if one.app == app]
    asked = asked_by(items, chosen)
    for begin, end in ((0, FIRST_ROUND), (FIRST_ROUND, None)):
        for mutant in list(chosen):
            if time.monotonic() > until:
                break
            places = asked.get(mutant.function.__code__, [])[begin:end]
            with mutant.in_place():
                caught = next((index for index in places if not passes(items, index)), None)
            if caught is not None:
                witnesses.keep(str(mutant), items[caught].nodeid)
                chosen.remove(mutant)
                print(f"  killed by a test: {mutant}", flush=True)
            elif end is None:
                asking = len(asked.get(mutant.function.__code__, []))
                print(f"  survived the {asking} tests that ask it: {mutant}", flush=True)
    session._setupstate.teardown_exact(None)
    return True
