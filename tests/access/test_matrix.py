"""Nobody sees more than they should: every address × everybody × one's own, the other's, missing and deleted things.

In `make test` whether every address is in it; in `make test-faults` the whole access table as the oracle says it, some cells drawn by chance with a printed
seed (`CASE_FAULT_SEED=7` repeats a draw, `CASE_ACCESS_CELLS` says how many), then all of them with every method.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from lxml import html

from accreditation import access
from tests.access.addresses import ADDRESSES, OF_ACCOUNTS, OF_THEIR_OWN
from tests.access.matrix import OTHER, OWN, QUIET, Cell, Matrix
from tests.access.oracle import GONE, roles_of

pytestmark = pytest.mark.django_db

QUICK = int(os.environ.get("CASE_ACCESS_CELLS", "600"))
SHOWN = 40  # wrong cells printed in full


def tried_by_matrix() -> set[str]:
    return {name for name in access.address_names() if not name.startswith(tuple(OF_ACCOUNTS.split()))}


def said(page: bytes) -> str:
    """What a page says is wrong with a form, or its heading."""
    tree = html.fromstring(page or b"<p></p>")
    wrong = tree.find_class("error-summary") or tree.xpath("//h1")
    return " ".join(" ".join(one.text_content() for one in wrong).split())[:250] or "nothing written"


def run(matrix: Matrix, cells: Iterable[Cell], say: Callable[[str], None]) -> None:
    """Judges the cells, prints how many there were and how many were wrong, and fails if any was."""
    wrong: list[str] = []
    tried: Counter[str] = Counter()
    for cell in cells:
        tried[cell.method] += 1
        if fault := matrix.judge(cell):
            wrong.append(f"{cell}: {fault}")
    methods = ", ".join(f"{method} {count}" for method, count in tried.items())
    people, names = len(matrix.people), len(ADDRESSES)
    say(
        f"Access: {tried.total()} cells tried ({methods}) of {names} addresses and {people} people, wrong {len(wrong)}."
    )
    assert not wrong, "\n".join(wrong[:SHOWN])
    assert tried.total() > 150, "too few cells to prove anything"


def test_every_address_is_in_the_matrix() -> None:
    absent = sorted(tried_by_matrix() - ADDRESSES.keys() - OF_THEIR_OWN)
    assert not absent, (
        f"Nobody has said who may see {', '.join(absent)}: add a line each to tests/access/addresses.py "
        "(its docstring says how), and what it needs to tests/access/stage.py."
    )
    idle = sorted((ADDRESSES.keys() | OF_THEIR_OWN) - access.address_names())
    assert not idle, f"tests/access/addresses.py has addresses that there are none of: {', '.join(idle)}"


@pytest.mark.faults
def test_the_access_table_says_the_same_as_the_oracle(matrix: Matrix) -> None:
    """The first wall by itself, whole: for each address and person, whether the table lets them through."""
    wrong = []
    for name, address in ADDRESSES.items():
        entry = access.table()[name]
        for actor in matrix.people:
            user = actor.user and type(actor.user).objects.get(pk=actor.user.pk)
            should = address.public or (
                actor.here not in GONE and (not address.roles or bool(address.roles & roles_of(actor)))
            )
            if entry.admits(user) != should:
                wrong.append(f"{name}: {'lets in' if not should else 'keeps out'} {actor.name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.faults
def test_somebody_who_may_act_does(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    """The other side of every refusal: the same press, by one who may, changes something."""
    idle, acting = [], 0
    for name, address in ADDRESSES.items():
        actor = next((one for one in matrix.people if one.here in (address.acts or ())), None)
        if actor is None or not address.guessed:
            continue
        answer = matrix.ask(Cell(name, address.things[0], OWN, actor, "POST"))
        acting += 1
        if not answer.wrote - QUIET:
            idle.append(f"POST {name} as {actor.name}: {answer.status}, {said(answer.body)}")
    with capsys.disabled():
        print(f"\nAccess: {acting} kinds of press by somebody who may, without effect {len(idle)}.")
    assert not idle, "\n".join(idle)
    assert acting > 40


@pytest.mark.faults
def test_some_cells(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("CASE_FAULT_SEED", "") or random.randrange(10**6))
    cells = [*matrix.cells(("GET", "POST"))]
    chosen = random.Random(seed).sample(cells, min(QUICK, len(cells)))
    # Always: what lists, searches and exports show to everybody, and each address of the other's as the other's rival.
    always = [
        cell
        for cell in cells
        if cell.method == "GET"
        and (
            not cell.thing
            and cell.actor.name in ("outsider", "leader")
            or cell.objects == OTHER
            and cell.actor.name == "leader"
        )
    ]
    with capsys.disabled():
        print(f"\nAccess: seed {seed} of {len(cells)} cells.")
        run(matrix, dict.fromkeys([*always, *chosen]), print)


@pytest.mark.faults
def test_all_cells(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print()
        run(matrix, matrix.cells(), print)
