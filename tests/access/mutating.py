"""A pytest plugin: runs the collected tests against the mutants of an app that no cell of the access matrix notices.

`-p tests.access.mutating --mutants-of portfolios tests/portfolios/…`. Each test runs once as it is, while the guards note that it
asks them, and then with each of their mutants in place, until something fails; so what is found is found from the first
minute on. What fails by itself is left out.
"""

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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


TRIED_AT_ONCE = 12
"""Tests that a mutant is tried with while all are gone through; the others come last, for what has survived these."""


@contextmanager
def noted(chosen: "list[Mutant]") -> Iterator[set[str]]:
    """The names of the guards that are asked, for as long as it lasts; whoever looks empties it."""
    from tests.access import mutants

    seen: set[str] = set()

    def noting(where: str) -> Callable[[], None]:
        return lambda: seen.add(where)

    with ExitStack() as stack:
        for where, function in {mutant.where: mutant.function for mutant in chosen}.items():
            stack.enter_context(mutants.exchanged(function, mutants.touching(function, noting(where))))
        yield seen


class Search:
    """The mutants that nothing has noticed so far, and the tests that each was tried with, or is still to be."""

    def __init__(self, items: list[pytest.Item], chosen: "list[Mutant]", until: float) -> None:
        self.items, self.left, self.until = items, chosen, until
        self.tried: Counter[str] = Counter()
        self.later: dict[str, list[int]] = defaultdict(list)

    def try_with(self, mutant: "Mutant", index: int) -> None:
        from tests.access import witnesses

        self.tried[str(mutant)] += 1
        # Once more with and without, so that a busy machine is not taken for a test that noticed.
        if self.fails(mutant, index) and passes(self.items, index) and self.fails(mutant, index):
            self.left.remove(mutant)
            witnesses.keep(str(mutant), self.items[index].nodeid)
            print(f"  killed by a test: {mutant}", flush=True)

    def fails(self, mutant: "Mutant", index: int) -> bool:
        with mutant.in_place():
            return not passes(self.items, index)

    def go_through(self) -> None:
        """Each test once as it is, and at once with the mutants of the guards that it asks."""
        for index in range(len(self.items)):
            if not self.left or time.monotonic() > self.until:
                return
            with noted(self.left) as seen:
                asked = set(seen) if passes(self.items, index) else set()
            for mutant in [one for one in self.left if one.where in asked]:
                if self.tried[str(mutant)] < TRIED_AT_ONCE:
                    self.try_with(mutant, index)
                else:
                    self.later[str(mutant)].append(index)

    def go_on(self) -> None:
        """What is left with the tests that it was not tried with."""
        for mutant in list(self.left):
            for index in self.later[str(mutant)]:
                if time.monotonic() > self.until:
                    return
                self.try_with(mutant, index)
                if mutant not in self.left:
                    break
            else:
                print(f"  survived {self.tried[str(mutant)]} tests that ask it: {mutant}", flush=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    app = session.config.getoption("--mutants-of")
    if not app:
        return None
    from tests.access import mutants, witnesses  # Django's settings are read by now

    until = time.monotonic() + 60 * float(os.environ.get("CASE_GUARD_MINUTES", "600"))
    chosen = [one for one in witnesses.missing(mutants.mutants()) if one.app == app]
    search = Search(session.items, chosen, until)
    search.go_through()
    search.go_on()
    session._setupstate.teardown_exact(None)
    return True
