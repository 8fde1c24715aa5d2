"""A pytest plugin: runs the collected tests against the mutants of an app that no cell of the access matrix notices.

`-p tests.access.mutating --mutants-of portfolios tests/portfolios/…`. First every test runs once as it is, while each guard notes
which tests ask it; then, for each mutant, those tests run until one fails. What fails by itself is left out.
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


def asked_by(items: list[pytest.Item], chosen: "list[Mutant]") -> dict[CodeType, list[int]]:
    """For each guard, the places in `items` of the tests that ask it and pass."""
    from tests.access import mutants

    found: dict[CodeType, list[int]] = defaultdict(list)
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
            if passes(items, index):
                for code in seen:
                    found[code].append(index)
    return found


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
    for mutant in chosen:
        if time.monotonic() > until:
            break
        places = asked[mutant.function.__code__]
        with mutant.in_place():
            caught = next((index for index in places if not passes(items, index)), None)
        if caught is not None:
            witnesses.keep(str(mutant), items[caught].nodeid)
        print(f"  {'killed by a test' if caught is not None else 'survived'}: {mutant}", flush=True)
    session._setupstate.teardown_exact(None)
    return True
