"""Each guard is needed: with any one of them switched off, the access matrix finds a wrong cell.

`make mutate-guards` opens each entry of the access tables further and switches off each condition of each guard, one by one;
it prints how many were mutated and which nothing noticed (CASE_GUARD_CELLS: how many cells are looked at).
"""

import os
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from types import CodeType

import pytest

from accreditation import access
from accreditation.access import Access, public, signed_in
from tests.access import mutants
from tests.access.addresses import ADDRESSES
from tests.access.matrix import OTHER, OWN, Cell, Matrix
from tests.access.oracle import GONE, roles_of

pytestmark = pytest.mark.django_db

CELLS_A_MUTANT = 40


def entries() -> Iterator[tuple[str, str, Access]]:
    """Each entry of the access tables opened further: to everybody, and to whoever is signed in."""
    for name in ADDRESSES:
        entry = access.table()[name]
        if not entry.public:
            yield name, "opened to everybody", public()
        if entry.roles:
            yield name, "opened to whoever is signed in", signed_in()


def lets_in_wrongly(matrix: Matrix, name: str, entry: Access) -> bool:
    """Whether the oracle names somebody whom this entry lets through and should not."""
    address = ADDRESSES[name]
    for actor in matrix.people:
        user = actor.user and type(actor.user).objects.get(pk=actor.user.pk)
        should = actor.here not in GONE and (not address.roles or bool(address.roles & roles_of(actor)))
        if entry.admits(user) != should:
            return True
    return False


@pytest.mark.faults
def test_no_entry_of_the_access_tables_can_be_opened_unnoticed(
    matrix: Matrix, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = [(name, what, lets_in_wrongly(matrix, name, entry)) for name, what, entry in entries()]
    survived = [f"{name}: {what}" for name, what, noticed in tried if not noticed]
    with capsys.disabled():
        print(f"\nGuards: {len(tried)} entries of the access tables mutated, survived {len(survived)}.")
    assert not survived, "\n".join(survived)
    assert len(tried) > 100


def interesting(matrix: Matrix) -> list[Cell]:
    """Cells that ask much of the guards: one's own and the other's things, read and pressed; the first thing of each address."""
    cells = [
        cell
        for cell in matrix.cells(("GET", "POST"))
        if cell.objects in (OWN, OTHER)
        and cell.thing == ADDRESSES[cell.name].things[0]
        and cell.actor.here not in GONE
    ]
    random.Random(1).shuffle(cells)
    return cells


def touching(matrix: Matrix, cells: list[Cell], wanted: set[CodeType]) -> dict[CodeType, list[Cell]]:
    """For each guard, cells in which it is asked, found by looking on while they run."""
    found: dict[CodeType, list[Cell]] = defaultdict(list)
    seen: set[CodeType] = set()

    def look(frame: object, event: str, arg: object) -> None:
        if event == "call" and (code := frame.f_code) in wanted:  # type: ignore[attr-defined]
            seen.add(code)

    for cell in cells:
        seen.clear()
        sys.setprofile(look)
        try:
            wrong = matrix.judge(cell)
        finally:
            sys.setprofile(None)
        if wrong:
            continue  # reported by the matrix itself
        for code in seen:
            found[code].append(cell)
    return found


def killed(matrix: Matrix, mutant: mutants.Mutant, cells: list[Cell]) -> str:
    """The first cell that notices the mutant; an empty string where none does."""
    kept, matrix.absent = matrix.absent, {}
    bodies, matrix.bodies = matrix.bodies, dict(matrix.bodies)
    try:
        with mutant.in_place():
            for cell in cells:
                if fault := matrix.judge(cell):
                    return f"{cell}: {fault}"
        return ""
    finally:
        matrix.absent, matrix.bodies = kept, bodies


def run(matrix: Matrix, chosen: list[mutants.Mutant], most: int) -> list[str]:
    """Tries the mutants, prints mutated and survived, and returns those that survived without an explanation."""
    wanted = {mutant.function.__code__ for mutant in chosen}
    cells = touching(matrix, interesting(matrix)[:most], wanted)
    survived, explained = [], 0
    for mutant in chosen:
        if not killed(matrix, mutant, cells[mutant.function.__code__][:CELLS_A_MUTANT]):
            if str(mutant) in mutants.EXPLAINED:
                explained += 1
            else:
                survived.append(str(mutant))
                print(f"  survived: {mutant}", flush=True)
    print(f"Guards: {len(chosen)} mutated, killed {len(chosen) - len(survived) - explained}, "
          f"explained {explained}, survived {len(survived)}.")  # fmt: skip
    return survived


@pytest.mark.faults
def test_every_guard_is_needed(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print()
        survived = run(matrix, list(mutants.mutants()), int(os.environ.get("CASE_GUARD_CELLS", "4000")))
    assert not survived, "\n".join(survived)
