"""Each guard is needed: with any one of them switched off, the access matrix finds a wrong cell, or another test fails.

In `make test` some guards drawn by chance with a printed seed (`CASE_FAULT_SEED=7` repeats a draw), each against the one cell that
is known to notice it (`witnesses.tsv`), and every entry of the access tables. `make mutate-guards` tries all, searches for
whatever has no witness yet, and can be broken off: what it found is kept. `CASE_GUARD_MINUTES` bounds the search,
`CASE_GUARD_CELLS` how many cells each mutant is tried with.
"""

import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from accreditation import access
from accreditation.access import Access, public, signed_in
from tests.access import mutants, witnesses
from tests.access.addresses import ADDRESSES
from tests.access.guards import ASKED_AT, EXPLAINED, TESTED_BY
from tests.access.matrix import CROSSED, OTHER, OWN, Cell, Matrix, admitted

pytestmark = pytest.mark.django_db

SAMPLE = 60
CELLS_A_MUTANT = int(os.environ.get("CASE_GUARD_CELLS", "60"))
UNTIL = time.monotonic() + 60 * float(os.environ.get("CASE_GUARD_MINUTES", "600"))
LOOKERS = ("leader", "lead", "officer", "chair", "student", "mentor", "other_student", "conflicted")
"""As whom it is looked which guards an address asks."""


def entries() -> Iterator[tuple[str, str, Access]]:
    """Each entry of the access tables opened further: to everybody, and to whoever is signed in."""
    for name in ADDRESSES:
        entry = access.table()[name]
        if not entry.public:
            yield name, "opened to everybody", public()
        if entry.roles:
            yield name, "opened to whoever is signed in", signed_in()


def test_no_entry_of_the_access_tables_can_be_opened_unnoticed(
    matrix: Matrix, capsys: pytest.CaptureFixture[str]
) -> None:
    people = matrix.as_stored()
    tried, survived = 0, []
    for name, what, entry in entries():
        tried += 1
        if all(entry.admits(user) == admitted(name, actor) for actor, user in people):
            survived.append(f"{name}: {what}")
    with capsys.disabled():
        print(f"\nGuards: {tried} entries of the access tables mutated, survived {len(survived)}.")
    assert not survived, "\n".join(survived)
    assert tried > 100


def notices(matrix: Matrix, mutant: mutants.Mutant, cells: list[Cell]) -> Cell | None:
    """The first cell that notices the mutant."""
    kept, matrix.asked = matrix.asked, {}
    bodies, matrix.bodies = matrix.bodies, dict(matrix.bodies)
    try:
        with mutant.in_place():
            return next((cell for cell in cells if matrix.judge(cell)), None)
    finally:
        matrix.asked, matrix.bodies = kept, bodies


def test_some_guards_are_needed(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("CASE_FAULT_SEED", "") or random.randrange(10**6))
    known, everything = witnesses.read(), list(mutants.mutants())
    with_cells = [one for one in everything if witnesses.is_cell(known.get(str(one), "tests/"))]
    chosen = random.Random(seed).sample(with_cells, min(SAMPLE, len(with_cells)))
    survived = []
    for mutant in chosen:
        cell = witnesses.cell_of(known[str(mutant)], matrix)
        fault = matrix.judge(cell)
        assert not fault, f"{cell}, as it is: {fault}"
        if notices(matrix, mutant, [cell]) is None:
            survived.append(f"{mutant}: {cell} does not notice it any more")
    with capsys.disabled():
        print(
            f"\nGuards: seed {seed}, {len(chosen)} of {len(everything)} mutated, survived {len(survived)}; "
            f"not tried yet {len(witnesses.missing(everything))} (make mutate-guards)."
        )
    assert not survived, "\n".join(survived)
    assert len(chosen) >= 20, "too few to prove anything"


# --- The long run -----------------------------------------------------------------------------------------------------


def asking(matrix: Matrix, chosen: list[mutants.Mutant]) -> dict[str, set[tuple[str, str]]]:
    """For each guard, the addresses and methods that ask it, found by looking on as some of the people open everything."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    now: list[tuple[str, str]] = []
    people = [actor for actor in matrix.people if actor.name in LOOKERS]
    with ExitStack() as stack:
        for mutant in {one.where: one for one in chosen}.values():
            code = mutants.touching(mutant.function, lambda where=mutant.where: found[where].update(now))  # type: ignore[misc]
            stack.enter_context(mutants.exchanged(mutant.function, code))
        for cell in matrix.cells(("GET", "POST")):
            if cell.objects == OWN and cell.thing == ADDRESSES[cell.name].things[0] and cell.actor in people:
                now[:] = [(cell.name, cell.method)]
                matrix.ask(cell)
    return found


NEAR = (
    "conflicted_officer", "conflicted_committee", "conflicted", "removed", "former_leader", "former_mentor", "invited", "shadow",
    "other_student", "committee", "officer", "member", "lead", "assessor", "inactive", "anonymous",
)  # fmt: skip
"""Whom a guard that is gone lets in first."""


def candidates(matrix: Matrix, asked: set[tuple[str, str]]) -> list[Cell]:
    """Cells of these addresses, those first of people who stand near and must be refused; each thing of an address in turn."""
    found = [
        Cell(name, thing, objects, actor, method)
        for name, method in asked
        if name in ADDRESSES
        for thing in ADDRESSES[name].things
        for objects in matrix.objects_of(name, thing)
        if objects in (OWN, OTHER, CROSSED)
        for actor in matrix.people
    ]

    def order(cell: Cell) -> tuple[bool, int, str]:
        refused = bool(cell.thing) and not matrix.may_see(cell)
        near = NEAR.index(cell.actor.name) if cell.actor.name in NEAR else len(NEAR)
        return not refused and cell.actor.name not in NEAR, near, str(cell)

    return sorted(found, key=order)


def search_cells(matrix: Matrix, chosen: list[mutants.Mutant]) -> None:
    """Looks for a cell that notices each mutant and keeps what it finds: where the guard is known to decide, then wherever it
    is asked.
    """
    hinted = {
        where: {(name, method) for name in names.split() for method in ("GET", "POST")}
        for where, names in ASKED_AT.items()
    }
    search_among(matrix, [one for one in chosen if one.where in hinted], hinted)
    rest = witnesses.missing(chosen)
    if rest and time.monotonic() < UNTIL:
        search_among(matrix, rest, asking(matrix, rest))


def search_among(
    matrix: Matrix, chosen: list[mutants.Mutant], asked: dict[str, set[tuple[str, str]]]
) -> None:
    right: dict[Cell, bool] = {}
    for mutant in chosen:
        if time.monotonic() > UNTIL:
            break
        for cell in candidates(matrix, asked.get(mutant.where, set()))[:CELLS_A_MUTANT]:
            if cell not in right:
                right[cell] = not matrix.judge(cell)  # a cell that is wrong by itself proves nothing
            if right[cell] and notices(matrix, mutant, [cell]):
                witnesses.keep(str(mutant), witnesses.text_of(cell))
                break
        else:
            print(f"  no cell notices: {mutant}", flush=True)


def search_tests(app: str) -> None:
    """Has the app's own tests run against what is left, in a process of their own."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.access.mutating", "--mutants-of", app, "-q", "-s"]
    subprocess.run([*command, "-m", "not browser", *TESTED_BY[app].split()], check=False)


@pytest.mark.faults
def test_every_guard_is_needed(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    everything = list(mutants.mutants())
    witnesses.forget(str(one) for one in everything)
    with capsys.disabled():
        print()
        search_cells(matrix, witnesses.missing(everything))
        for app in TESTED_BY:
            if any(one.app == app for one in witnesses.missing(everything)):
                search_tests(app)
        survived = [str(one) for one in witnesses.missing(everything)]
        explained = len(EXPLAINED)
        print(
            f"Guards: {len(everything)} mutated, killed {len(everything) - len(survived) - explained}, "
            f"explained {explained}, survived {len(survived)}."
        )
    assert not survived, "\n".join(survived)
