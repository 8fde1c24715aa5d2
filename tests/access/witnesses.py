"""What notices each mutant: a cell of the access matrix, or a test. Kept in `witnesses.tsv`, written by `make mutate-guards`.

So `make test` need not search: it puts some mutants in place and asks their witnesses alone. A mutant without a line there has
survived, or came since; the long run tries only those.
"""

import fcntl
from collections.abc import Iterable
from pathlib import Path

from tests.access.guards import EXPLAINED
from tests.access.matrix import Cell, Matrix
from tests.access.mutants import Mutant

FILE = Path(__file__).with_name("witnesses.tsv")


def read() -> dict[str, str]:
    """Mutant → its witness, as text."""
    lines = FILE.read_text().splitlines() if FILE.exists() else []
    return dict(line.split("\t") for line in lines)


def keep(mutant: str, witness: str) -> None:
    """Adds one at once, so that a run can be broken off and taken up again; several may search side by side."""
    with FILE.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        found = read() | {mutant: witness}
        FILE.write_text("".join(f"{name}\t{said}\n" for name, said in sorted(found.items())))


def forget(known: Iterable[str]) -> None:
    """Takes out those of mutants that there are no more."""
    wanted = set(known)
    FILE.write_text("".join(f"{name}\t{said}\n" for name, said in sorted(read().items()) if name in wanted))


def missing(mutants: Iterable[Mutant]) -> list[Mutant]:
    """Those that nothing is known to notice, and nobody has explained."""
    found = read()
    return [one for one in mutants if str(one) not in found and str(one) not in EXPLAINED]


def text_of(cell: Cell) -> str:
    return f"{cell.method} {cell.name} {cell.thing or '-'} {cell.objects} {cell.actor.name}"


def is_cell(witness: str) -> bool:
    return not witness.startswith("tests/")


def cell_of(witness: str, matrix: Matrix) -> Cell:
    """The cell of a witness. Raises `StopIteration` for an actor and `KeyError` for an address that is no more."""
    method, name, thing, objects, actor = witness.split()
    return Cell(
        name,
        "" if thing == "-" else thing,
        objects,
        next(one for one in matrix.people if one.name == actor),
        method,
    )
