"""What the rules say: outcomes, findings, and the report that holds every clause of an edition exactly
once.

A finding is a proposal: a human's judgement is kept beside it, never in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol


class Outcome(StrEnum):
    """How a clause came out, worst first."""

    NOT_MET = "not_met"
    MISSING = "missing"
    JUDGE = "judge"
    NOTE = "note"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return RANKS[self]

    @property
    def plain(self) -> str:
        """The outcome as people read it."""
        return PLAIN[self]


RANKS = {outcome: place for place, outcome in enumerate(Outcome)}

PLAIN = {
    Outcome.NOT_MET: "not met",
    Outcome.MISSING: "evidence missing",
    Outcome.JUDGE: "for the assessor",
    Outcome.NOTE: "advice not followed",
    Outcome.MET: "met",
    Outcome.NOT_APPLICABLE: "does not apply",
}


class Overall(StrEnum):
    """How a whole report came out."""

    NOT_MET = "not_met"
    INCOMPLETE = "incomplete"
    AWAITING_ASSESSOR = "awaiting_assessor"
    MET = "met"


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of several; of none, `not_applicable`."""
    return min(outcomes, key=RANKS.__getitem__, default=Outcome.NOT_APPLICABLE)


def best(outcomes: Iterable[Outcome]) -> Outcome:
    """The nearest to `met` of several ways to hold; of none, `not_met`."""
    return max(outcomes, key=RANKS.__getitem__, default=Outcome.NOT_MET)


def overall(outcomes: Iterable[Outcome]) -> Overall:
    """A report's outcome from its findings': advice that was not followed does not stand in the way."""
    match worst(outcomes):
        case Outcome.NOT_MET:
            return Overall.NOT_MET
        case Outcome.MISSING:
            return Overall.INCOMPLETE
        case Outcome.JUDGE:
            return Overall.AWAITING_ASSESSOR
        case _:
            return Overall.MET


class Refs(Protocol):
    """References to facts by their own ids, such as "students/S1/scans/X7": a tuple, or rows of a log."""

    def __len__(self) -> int: ...

    def refs(self) -> list[str]: ...


class Named(tuple[str, ...]):
    """References that are spelt out."""

    __slots__ = ()

    def refs(self) -> list[str]:
        return list(self)


NOTHING = Named()


@dataclass(frozen=True, slots=True)
class Subject:
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One proposal. Supporting, failing and left-out rows add up to all rows that were in scope.

    `cited` is what the finding rests on beside those rows (a qualification, a signature); `settle` says
    what would settle it (empty where it is met); `reading` names the reading of the standard that was taken
    where it leaves one open, as domain notes number them ("A4"); `boundary` says that it rests on a
    threshold day itself; `dated` is the last day of the facts that decide it, where they have one.
    """

    clause: str
    subject: Subject
    outcome: Outcome
    reason: str
    settle: str = ""
    cited: tuple[str, ...] = ()
    supporting: Refs = NOTHING
    failing: Refs = NOTHING
    left_out: tuple[tuple[Refs, str], ...] = ()
    reading: str = ""
    boundary: bool = False
    dated: date | None = None

    @property
    def evidence(self) -> list[str]:
        """What was cited, and the rows that decide: those that fail, or all that support where none does."""
        rows = self.failing if len(self.failing) else self.supporting
        return [*self.cited, *(ref for ref in rows.refs() if ref not in self.cited)]

    def plain(self) -> dict[str, Any]:
        """The finding as plain values, as a report's JSON holds it."""
        found: dict[str, Any] = {
            "subject": {"kind": self.subject.kind, "id": self.subject.id},
            "outcome": self.outcome.value,
            "reason": self.reason,
            "evidence": self.evidence,
            "settle": self.settle,
            "rows": {
                "supporting": self.supporting.refs(),
                "failing": self.failing.refs(),
                "left_out": [[ref, why] for rows, why in self.left_out for ref in rows.refs()],
            },
        }
        if self.reading:
            found["reading"] = self.reading
        if self.boundary:
            found["boundary"] = True
        return found


@dataclass(frozen=True, slots=True)
class ClauseReport:
    clause: str
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        return worst(finding.outcome for finding in self.findings)

    def of(self, subject_id: str) -> Outcome:
        """The worst for one subject; `not_applicable` where nothing was found about it."""
        return worst(finding.outcome for finding in self.findings if finding.subject.id == subject_id)

    def plain(self) -> dict[str, Any]:
        return {
            "clause": self.clause,
            "outcome": self.outcome.value,
            "findings": [finding.plain() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Every clause of the edition exactly once, with what it was made from."""

    standard: str
    as_of: date
    facts_sha256: str
    rules_version: str
    clauses: tuple[ClauseReport, ...]

    FORMAT = 1

    def __iter__(self) -> Iterator[Finding]:
        return (finding for clause in self.clauses for finding in clause.findings)

    @property
    def overall(self) -> Overall:
        return overall(clause.outcome for clause in self.clauses)

    def clause(self, clause_id: str) -> ClauseReport:
        """The report on one clause; raises KeyError where the edition has none."""
        for clause in self.clauses:
            if clause.clause == clause_id:
                return clause
        raise KeyError(clause_id)

    def statement(self, statement_id: str) -> Outcome:
        """The worst below a statement."""
        return worst(
            clause.outcome for clause in self.clauses if clause.clause.startswith(f"{statement_id}.")
        )

    def plain(self) -> dict[str, Any]:
        """The report as plain values: what `evaluate` prints as JSON."""
        return {
            "report": self.FORMAT,
            "standard": self.standard,
            "as_of": self.as_of.isoformat(),
            "facts_sha256": self.facts_sha256,
            "rules_version": self.rules_version,
            "overall": self.overall.value,
            "clauses": [clause.plain() for clause in self.clauses],
        }
