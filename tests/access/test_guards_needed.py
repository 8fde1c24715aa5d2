"""Each guard is needed: with any one thing in any one of them switched off, somebody gets another answer than the oracle's.

The guards are asked by themselves (`tests.access.questions`), which takes milliseconds a question, so that all mutants are
tried each time, each with the question that is known to notice it (`witnesses.tsv`). `make mutate-guards` looks for those that
have none yet; what no question notices is a guard without a question, or one that nobody needs.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from operator import itemgetter

import pytest

from accreditation import access
from accreditation.access import Access, public, signed_in
from tests.access import mutants, witnesses
from tests.access.addresses import ADDRESSES
from tests.access.asking import Question
from tests.access.guards import EXPLAINED
from tests.access.matrix import Matrix, admitted
from tests.access.questions import every_question
from tests.access.witnesses import Witness

pytestmark = pytest.mark.django_db


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


def test_every_guard_answers_as_the_oracle_says(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    questions = [*every_question()]
    assert len({question.words for question in questions}) == len(questions)
    wrong = [fault for question in questions for _, fault in question.wrong(matrix)]
    with capsys.disabled():
        print(
            f"\nGuards: {len(questions)} questions asked of {len(matrix.people)} people, wrong {len(wrong)}."
        )
    assert not wrong, "\n".join(wrong)


def asking(matrix: Matrix) -> dict[str, list[Question]]:
    """For each guard the questions that ask it, found by looking on, those first that ask little else."""
    asked: dict[str, list[tuple[int, Question]]] = defaultdict(list)
    seen: set[str] = set()
    with ExitStack() as stack:
        for where, function in mutants.guards():
            code = mutants.touching(function, lambda where=where: seen.add(where))  # type: ignore[misc]
            stack.enter_context(mutants.exchanged(function, code))
        for question in every_question():
            seen.clear()
            _, wrong = next(question.wrong(matrix), ("", ""))
            assert not wrong, wrong
            for where in seen:
                asked[where].append((len(seen), question))
    return {where: [one for _, one in sorted(found, key=itemgetter(0))] for where, found in asked.items()}


def near_questions(known: dict[str, Witness]) -> dict[str, list[Question]]:
    """For each guard the questions that notice others of its mutants: those are tried first."""
    by_words = {question.words: question for question in every_question()}
    found: dict[str, dict[str, Question]] = defaultdict(dict)
    for name, witness in known.items():
        if witness.question in by_words:
            found[name.partition(": ")[0]][witness.question] = by_words[witness.question]
    return {where: [*questions.values()] for where, questions in found.items()}


def first_that_notices(matrix: Matrix, mutant: mutants.Mutant, questions: list[Question]) -> Witness | None:
    with mutant.in_place():
        for question in questions:
            if fault := next(question.wrong(matrix), None):
                return Witness(question.words, fault[0])
    return None


@pytest.mark.faults
def test_search(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    """Finds for each mutant the first question that notices it, and keeps it at once: it can be broken off."""
    everything = {str(one): one for one in mutants.mutants()}
    before = witnesses.read()
    known, near = {name: one for name, one in before.items() if name in everything}, near_questions(before)
    witnesses.write(known)
    missing = {name: one for name, one in everything.items() if name not in known and name not in EXPLAINED}
    asked: dict[str, list[Question]] | None = None
    survived = []
    with capsys.disabled():
        print()
        for name, mutant in missing.items():
            witness = first_that_notices(matrix, mutant, near.get(mutant.where, []))
            if witness is None:
                asked = asking(matrix) if asked is None else asked
                witness = first_that_notices(matrix, mutant, asked.get(mutant.where, []))
            if witness is None:
                survived.append(name)
                print(f"  no question notices: {name}", flush=True)
            else:
                witnesses.write(known := known | {name: witness})
        print(
            f"Guards: {len(missing)} searched, found {len(missing) - len(survived)}, survived {len(survived)}."
        )
    assert not survived, "\n".join(survived)


def test_every_guard_is_needed(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    """Each mutant is asked the one question that is known to notice it."""
    by_words = {question.words: question for question in every_question()}
    everything, known = {str(one): one for one in mutants.mutants()}, witnesses.read()
    idle = (EXPLAINED.keys() | known.keys()) - everything.keys()
    assert not idle, (
        f"explained, or noticed, and no more there (make mutate-guards): {', '.join(sorted(idle))}"
    )
    survived = []
    for name, mutant in everything.items():
        if name in EXPLAINED:
            continue
        witness = known.get(name, Witness("nothing is known to notice it (make mutate-guards)", ""))
        question = by_words.get(witness.question)
        with mutant.in_place():
            noticed = question is not None and next(question.wrong(matrix, witness.actor), None)
        if not noticed:
            survived.append(f"{name}: {witness.question}")
    with capsys.disabled():
        print(
            f"\nGuards: {len(everything)} mutated in {len([*mutants.guards()])} guards, noticed "
            f"{len(everything) - len(survived) - len(EXPLAINED)}, change no answer {len(EXPLAINED)}, survived {len(survived)}."
        )
    assert not survived, "\n".join(survived)
