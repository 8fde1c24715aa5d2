"""Which rule decides which clause. What does not fit together fails at import, not when a course is
assessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from accreditation.rules.clauses import Clause, Edition
from accreditation.rules.findings import NOTHING, Finding, Outcome, Refs, Subject
from accreditation.rules.readings import READINGS
from accreditation.rules.standards import EDITIONS


class NotBound(Exception):
    """Rules and clauses do not fit together: the message names which."""


@dataclass(frozen=True, slots=True)
class Say:
    """How a rule speaks: it knows the clause and the subject, so that a rule only says what it found."""

    clause: str
    subject: Subject

    def __call__(
        self,
        outcome: Outcome,
        reason: str,
        settle: str = "",
        *,
        cited: tuple[str, ...] = (),
        supporting: Refs = NOTHING,
        failing: Refs = NOTHING,
        deciding: Refs = NOTHING,
        left_out: tuple[tuple[Refs, str], ...] = (),
        reading: str = "",
        boundary: bool = False,
        dated: date | None = None,
    ) -> Finding:
        """`deciding` rows support a finding that is met, and fail any other; the rest is as in `Finding`."""
        if len(deciding):
            supporting, failing = (deciding, failing) if outcome is Outcome.MET else (supporting, deciding)
        told = f"{reading}: {READINGS[reading]}" if reading else ""
        return Finding(
            self.clause,
            self.subject,
            outcome,
            reason,
            settle,
            cited,
            supporting,
            failing,
            left_out,
            told,
            boundary,
            dated,
        )


Rule = Callable[[Any, Say], Iterator[Finding]]
"""From the dossier of its subject (of a course or of a student) to findings; its docstring is shown to the
public.
"""

RULES: Final[dict[str, Rule]] = {}


def rule(clause_id: str) -> Callable[[Rule], Rule]:
    """Registers the one rule of a clause; raises `NotBound` for a clause that no edition has, and for a
    second rule.
    """

    def register(function: Rule) -> Rule:
        if not any(clause.id == clause_id for edition in EDITIONS.values() for clause in edition.clauses):
            raise NotBound(f"{function.__name__} decides {clause_id}, which no edition has")
        if clause_id in RULES:
            raise NotBound(f"{clause_id} has two rules: {RULES[clause_id].__name__} and {function.__name__}")
        if not function.__doc__:
            raise NotBound(f"{function.__name__} does not say how {clause_id} is decided")
        RULES[clause_id] = function
        return function

    return register


def bind(edition: Edition, rules: Mapping[str, Rule] = RULES) -> tuple[tuple[Clause, Rule], ...]:
    """The edition's clauses in its order, each with its rule; raises `NotBound` where a clause has none or
    stands twice.
    """
    ids = [clause.id for clause in edition.clauses]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise NotBound(f"{edition.name} holds {', '.join(twice)} twice")
    if without := [one for one in ids if one not in rules]:
        raise NotBound(f"{edition.name} has no rule for {', '.join(without)}")
    return tuple((clause, rules[clause.id]) for clause in edition.clauses)
