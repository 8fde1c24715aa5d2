"""The shortest way to green, for a page."""

from collections.abc import Iterator
from dataclasses import dataclass

from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts import Facts
from accreditation.rules.repair import apply, in_words, shortest
from accreditation.rules.standards import EDITIONS


@dataclass(frozen=True, slots=True)
class ClauseMending:
    """What would mend one clause, and how it comes out now and then."""

    id: str
    label: str
    now: str
    then: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mending:
    """All of it: how the whole comes out now and would then, and the clauses that change."""

    now: str
    then: str
    clauses: tuple[ClauseMending, ...]

    @property
    def steps(self) -> int:
        return sum(len(clause.steps) for clause in self.clauses)


def mended(facts: Facts) -> Mending:
    """Tries the shortest list on a copy of the facts and tells both outcomes, clause by clause."""
    repairs = shortest(facts)
    before, after = evaluate(facts), evaluate(apply(facts, repairs))
    steps: dict[str, list[str]] = {}
    for clause, words in in_words(repairs):
        steps.setdefault(clause, []).append(words)

    def changed() -> Iterator[ClauseMending]:
        for clause in EDITIONS[facts.standard].clauses:
            if clause.id in steps:
                yield ClauseMending(
                    clause.id,
                    clause.label,
                    before.clause(clause.id).outcome.value,
                    after.clause(clause.id).outcome.value,
                    tuple(steps[clause.id]),
                )

    return Mending(before.overall.value, after.overall.value, tuple(changed()))
