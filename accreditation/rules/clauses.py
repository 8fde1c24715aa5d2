"""What an edition of the standard is made of: its words, its clauses, and its dated settings.

An edition is data. The rules take every number, list and level from `Edition.on(day)`, which gives the
settings that are in force on that day, so that a new edition (or a new number within one) changes no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from accreditation.rules.dates import LeapRule


class Force(StrEnum):
    MUST = "must"
    SHOULD = "should"


class Origin(StrEnum):
    """Where in the source the clause's words stand."""

    STATEMENT = "statement"
    RATIONALE = "rationale"


class SubjectKind(StrEnum):
    COURSE = "course"
    STUDENT = "student"


@dataclass(frozen=True, slots=True)
class Statement:
    """One position statement, word for word: the statement, its rationale, and the principles listed under
    it.
    """

    id: str
    label: str
    words: str
    rationale: str
    principles: tuple[str, ...] = ()

    def text(self, origin: Origin) -> str:
        """All words of one origin."""
        return self.words if origin is Origin.STATEMENT else "\n".join((self.rationale, *self.principles))


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest part of a statement that can be decided on its own; `quote` is exactly what the source
    says.
    """

    id: str
    force: Force
    origin: Origin
    subject: SubjectKind
    label: str
    decided: str
    quote: str

    @property
    def statement(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a body writes its numbers: the pattern (over capitals, without spaces) and the same in words."""

    pattern: str
    words: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings of an edition that hold on one day: all that the rules take from it."""

    recognised_bodies: frozenset[str]
    """PS1.1: bodies with which an alignment needs no further judgement."""
    number_formats: Mapping[str, NumberFormat]
    """PS1.1: how some of them write their numbers; other numbers are free text."""
    no_direct_entry: frozenset[str]
    """PS1.4: kinds of course for which direct entry is not an option."""
    few_scans: int
    """PS2.4: under this many counted scans in a part of the remit a human looks, where the course set no
    minimum.
    """
    supervised: frozenset[str]
    """PS4.1: modes of supervision that are direct."""
    supervised_apart: frozenset[str]
    """PS4.1: modes that only a human can call direct or not."""
    mentor_years: int
    """PS4.2: years after the award's ratification."""
    shortage_years: int
    """PS4.2: the same, where a significant shortage was accepted."""
    radiology_level: int
    """PS4.2: the level of radiology practice that is enough."""
    leap_rule: LeapRule
    """PS4.2: which day is the anniversary of a 29 February."""
    pathology_range: int
    """PS4.4: this many distinct pathologies are a range; fewer, but one, is for a human."""
    topics: tuple[str, ...]
    """PS5.1: what must be taught and formally assessed."""
    level_equivalents: Mapping[tuple[str, int], int]
    """PS5.2: levels that are equivalent to a FHEQ level."""
    level_between: frozenset[tuple[str, int]]
    """PS5.2: levels that have no equivalent and are not below: a human decides."""
    levels_accepted: Mapping[str, frozenset[int]]
    """PS5.2: for a kind of course, the FHEQ levels that are right."""
    levels_known: frozenset[int]
    """PS5.2: the FHEQ levels of which the standard speaks; any other kind of course or of level is for a
    human.
    """


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of an edition, the clause it belongs to, the day from which it holds, and where it comes
    from.
    """

    name: str
    clause: str
    since: date
    value: Any
    words: str
    """The value in plain words, for the public page."""
    source: str
    """The words of the source it rests on, or why it is a setting."""


@dataclass(frozen=True, slots=True)
class Edition:
    name: str
    title: str
    published: str
    in_force: date
    statements: tuple[Statement, ...]
    clauses: tuple[Clause, ...]
    settings: tuple[Setting, ...]

    def on(self, day: date) -> Terms:
        """The settings in force on a day; raises ValueError for a day before the edition's first."""
        if day < self.in_force:
            raise ValueError(
                f"{day.isoformat()} lies before {self.in_force.isoformat()}, the first day of {self.name}"
            )
        held: dict[str, Setting] = {}
        for setting in self.settings:
            if setting.since <= day and (
                setting.name not in held or held[setting.name].since < setting.since
            ):
                held[setting.name] = setting
        absent = [field.name for field in fields(Terms) if field.name not in held]
        if absent:
            raise ValueError(f"{self.name} sets no {', '.join(absent)} for {day.isoformat()}")
        return Terms(**{name: setting.value for name, setting in held.items()})

    def as_if_from(self, day: date) -> Edition:
        """The same edition as if it had come into force on an earlier day: each setting's first value reaches back to it."""
        first: dict[str, date] = {}
        for setting in self.settings:
            first[setting.name] = min(first.get(setting.name, setting.since), setting.since)
        reaching = tuple(
            replace(one, since=min(day, one.since)) if one.since == first[one.name] else one
            for one in self.settings
        )
        return replace(self, in_force=min(day, self.in_force), settings=reaching)

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id; raises KeyError where the edition has none."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)
