"""The standard as a public page tells it: the words, the clauses, and how each is decided.

Everything comes from the edition's data and from the rules' own docstrings, so that the page cannot drift from the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from accreditation.rules.clauses import Clause, Edition
from accreditation.rules.registry import RULES, Rule, bind


@dataclass(frozen=True, slots=True)
class SettingGuide:
    """A dated value that a clause rests on, in words, with the source's words and the day from which it holds."""

    words: str
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class ClauseGuide:
    """One clause: its quoted words, its force ("must" or "should"), where they stand, and how it is decided."""

    id: str
    label: str
    force: str
    origin: str
    subject: str
    decided: str
    quote: str
    how: str
    settings: tuple[SettingGuide, ...]


@dataclass(frozen=True, slots=True)
class StatementGuide:
    """One position statement, word for word, with its clauses in order."""

    id: str
    label: str
    words: str
    rationale: str
    principles: tuple[str, ...]
    clauses: tuple[ClauseGuide, ...]


def guide(edition: Edition, rules: Mapping[str, Rule] = RULES) -> tuple[StatementGuide, ...]:
    """The statements of an edition in order, each with its clauses; raises `NotBound` where a clause has no rule."""
    told = [_clause(clause, rule, edition) for clause, rule in bind(edition, rules)]
    return tuple(
        StatementGuide(
            statement.id,
            statement.label,
            statement.words,
            statement.rationale,
            statement.principles,
            tuple(clause for clause in told if clause.id.partition(".")[0] == statement.id),
        )
        for statement in edition.statements
    )


def _clause(clause: Clause, rule: Rule, edition: Edition) -> ClauseGuide:
    return ClauseGuide(
        clause.id,
        clause.label,
        clause.force.value,
        clause.origin.value,
        clause.subject.value,
        clause.decided,
        clause.quote,
        how=" ".join((rule.__doc__ or "").split()),
        settings=tuple(
            SettingGuide(setting.words, setting.source, setting.since)
            for setting in sorted(edition.settings, key=lambda setting: setting.since)
            if setting.clause == clause.id
        ),
    )
