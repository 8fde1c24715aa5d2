"""Nobody sees more than they should: every address × everybody × one's own, the other's, missing and deleted things.

In `make test` whether every address is in it, the whole access table as the oracle says it, one press of each kind by somebody
who may, and some cells drawn by chance with a printed seed (`CASE_FAULT_SEED=7` repeats a draw, `CASE_ACCESS_CELLS` says how
many); in `make test-faults` all of them with every method.
"""

import gc
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from lxml import html

from accreditation import access
from tests.access import canaries
from tests.access.addresses import ADDRESSES, ELSEWHERE
from tests.access.matrix import METHODS, OTHER, OWN, QUIET, Cell, Matrix, admitted
from tests.access.oracle import CASE

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]

QUICK = int(os.environ.get("CASE_ACCESS_CELLS", "300"))
SHOWN = 40  # wrong cells printed in full
EVERY = 2000  # cells after which a long run says how far it is


def said(page: bytes) -> str:
    """What a page says is wrong with a form, or its heading."""
    tree = html.fromstring(page or b"<p></p>")
    wrong = tree.find_class("error-summary") or tree.xpath("//h1")
    return " ".join(" ".join(one.text_content() for one in wrong).split())[:250] or "nothing written"


def run(matrix: Matrix, cells: Iterable[Cell], say: Callable[[str], None]) -> None:
    """Judges the cells, prints how many there were and how many were wrong, and fails if any was."""
    wrong: list[str] = []
    tried: Counter[str] = Counter()
    alike = matrix.alike
    for cell in cells:
        tried[cell.method] += 1
        if fault := matrix.judge(cell):
            wrong.append(f"{cell}: {fault}")
            say(f"  wrong: {wrong[-1]}")
        if not tried.total() % EVERY:
            say(f"  {tried.total()} cells so far, wrong {len(wrong)}")
    methods = ", ".join(f"{method} {count}" for method, count in tried.items())
    people, names = len(matrix.people), len(ADDRESSES)
    say(
        f"Access: {tried.total()} cells tried ({methods}) of {names} addresses and {people} people, wrong {len(wrong)}; "
        f"{matrix.alike - alike} answers about the other’s things compared with those about nothing, bytes and statements."
    )
    assert not wrong, "\n".join(wrong[:SHOWN])
    assert tried.total() > 150, "too few cells to prove anything"


def test_every_address_is_in_the_matrix() -> None:
    absent = sorted(access.address_names() - ADDRESSES.keys() - ELSEWHERE.keys())
    assert not absent, (
        f"Nobody has said who may see {', '.join(absent)}: add a line each to tests/access/addresses.py "
        "(its docstring says how), and what it needs to tests/access/stage.py."
    )
    idle = sorted((ADDRESSES.keys() | ELSEWHERE.keys()) - access.address_names())
    assert not idle, f"tests/access/addresses.py has addresses that there are none of: {', '.join(idle)}"
    assert not ADDRESSES.keys() & ELSEWHERE.keys()
    for name, test in ELSEWHERE.items():
        file, _, function = test.partition("::")
        assert f"def {function}(" in (ROOT / file).read_text(), f"{name}: there is no {test}"


def test_the_access_table_says_the_same_as_the_oracle(matrix: Matrix) -> None:
    """The first wall by itself, whole: for each address and person, whether the table lets them through."""
    people = matrix.as_stored()
    wrong = [
        f"{name}: {'keeps out' if admitted(name, actor) else 'lets in'} {actor.name}"
        for name in ADDRESSES
        for actor, user in people
        if access.table()[name].admits(user) != admitted(name, actor)
    ]
    assert not wrong, "\n".join(wrong)


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


NO_CASE = ("portfolio", "graduate", "person", "scan_file", "mentor", "remote", "account", "import", "view")
"""Beginnings of the names of things that belong to no case."""
SHUT_OUT = ("conflicted", "conflicted_officer", "conflicted_committee", "removed")


def test_a_conflict_closes_the_case_everywhere(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    """Every address with a case in it, and every list, as those whom a conflict, or the office, has taken off their cases: pages, lists, counts, search, exports.

    An officer without a conflict opens the same addresses, so that silence proves something.
    """
    cells = [
        cell
        for cell in matrix.cells(("GET",))
        if cell.objects == OWN
        and cell.thing == ADDRESSES[cell.name].things[0]
        and not cell.thing.startswith(NO_CASE)
    ]
    shut_out = [cell for cell in cells if cell.actor.name in SHUT_OUT]
    wrong = [f"{cell}: {fault}" for cell in shut_out if (fault := matrix.judge(cell))]
    told = [
        cell.name
        for cell in cells
        if cell.actor.name == "officer"
        and any(of_case(word) for word in canaries.words_in(matrix.ask(cell).body, ""))
    ]
    with capsys.disabled():
        print(
            f"\nAccess: {len(shut_out)} cells of people taken off their cases, wrong {len(wrong)}; an officer reads of the "
            f"cases at {len(told)} addresses."
        )
    assert not wrong, "\n".join(wrong[:SHOWN])
    assert len(told) > 20, told


def of_case(word: str) -> bool:
    """Whether a canary stands in a text of a case."""
    return any(state.replace("_", "") in word for state in CASE)


def in_parts(matrix: Matrix, parts: int, methods: Sequence[str] = METHODS) -> list[list[list[Cell]]]:
    """All cells in so many parts: each a list of groups of what one person is answered at one address about one thing, in
    an order drawn by chance, so that what was tried before a run is broken off is a fair sample. The cells of a group are
    compared with the same answer about something that never was, which is so asked for once.
    """
    groups: dict[tuple[str, str, str], list[Cell]] = defaultdict(list)
    for cell in matrix.cells(methods):
        groups[cell.name, cell.thing, cell.actor.name].append(cell)
    shuffled = [*groups.values()]
    random.Random(len(shuffled)).shuffle(shuffled)  # the same order as long as there are as many
    return [shuffled[number::parts] for number in range(parts)]


@pytest.mark.faults
def test_all_cells(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them with every method, in twelve parts that are counted one by one.

    `CASE_ACCESS_PART=3/12` takes one twelfth, `3-12/12` that one and all after it: the parts together are the whole.
    `CASE_ACCESS_METHODS=GET,POST` asks with these only. `CASE_ACCESS_MINUTES` ends it early, and then it says how many are
    left.
    """
    which, _, parts = os.environ.get("CASE_ACCESS_PART", "1-12/12").partition("/")
    first, _, last = which.partition("-")
    until = time.monotonic() + 60 * float(os.environ.get("CASE_ACCESS_MINUTES", "600"))
    divided = in_parts(
        matrix, int(parts), os.environ.get("CASE_ACCESS_METHODS", ",".join(METHODS)).split(",")
    )
    whole = sum(len(group) for part in divided for group in part)
    gc.collect()
    gc.freeze()  # what the stage is made of stays, and need not be looked through again and again
    matrix.counts_statements = True
    failed: list[str] = []
    with capsys.disabled():
        for number in range(int(first), int(last or first) + 1):
            groups, untried = divided[number - 1], 0
            print(
                f"\nAccess: part {number} of {parts}, {sum(map(len, groups))} of {whole} cells.", flush=True
            )

            def cells(groups: list[list[Cell]] = groups) -> Iterator[Cell]:
                nonlocal untried
                for group in groups:
                    if time.monotonic() > until:
                        untried += len(group)
                        continue
                    matrix.asked.clear()
                    yield from group

            try:
                run(matrix, cells(), partial(print, flush=True))
            except AssertionError as error:
                failed.append(f"part {number}: {error}")
            print(f"Access: not tried {untried} of part {number}.", flush=True)
    assert not failed, "\n".join(failed)
