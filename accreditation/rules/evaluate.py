"""From facts to a report: every clause of the edition, decided by its rule, for each of its subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from accreditation.rules import (
    ps1_applicants,
    ps2_portfolio,
    ps3_presentation,
    ps4_supervision,
    ps5_learning,
)
from accreditation.rules.clauses import Clause, Edition, Force, SubjectKind
from accreditation.rules.dates import spoken
from accreditation.rules.dossier import CourseDossier
from accreditation.rules.facts import Facts
from accreditation.rules.facts_reading import read
from accreditation.rules.facts_writing import sha256, write
from accreditation.rules.findings import ClauseReport, Finding, Outcome, Report, Subject
from accreditation.rules.readings import READINGS
from accreditation.rules.registry import RULES, Rule, Say, bind
from accreditation.rules.standards import EDITIONS

RULES_VERSION: Final = "1.0.0"
"""Goes up whenever a rule may decide or say something differently; a report keeps the version that made it."""

STATEMENT_MODULES: Final = (ps1_applicants, ps2_portfolio, ps3_presentation, ps4_supervision, ps5_learning)

BOUND: Final = {edition.name: bind(edition) for edition in EDITIONS.values()}
"""Each edition's clauses with their rules: an edition that is not complete fails here, at import."""


def evaluate_file(raw: object) -> Report:
    """A facts file's plain values as a report; raises `InvalidFacts` with all errors. The sum is that of
    the values given.
    """
    return evaluate(read(raw), facts_sha256=sha256(raw))


def evaluate(
    facts: Facts,
    edition: Edition | None = None,
    *,
    facts_sha256: str | None = None,
    rules: Mapping[str, Rule] = RULES,
) -> Report:
    """The report on some facts, under their own edition or another.

    `facts_sha256` is the sum of the facts as they were given (by default: as this product writes them).
    Raises ValueError where the facts' own day lies before the edition's first, `NotBound` where the edition
    lacks a rule.
    """
    held = edition or EDITIONS[facts.standard]
    known = edition is None or EDITIONS.get(held.name) is held
    bound = BOUND[held.name] if known and rules is RULES else bind(held, rules)
    course = CourseDossier(facts, held)
    return Report(
        standard=held.name,
        as_of=facts.as_of,
        facts_sha256=facts_sha256 or sha256(write(facts)),
        rules_version=RULES_VERSION,
        clauses=tuple(
            ClauseReport(clause.id, tuple(_findings(clause, rule, course))) for clause, rule in bound
        ),
    )


def findings(course: CourseDossier, clause_id: str) -> list[Finding]:
    """The findings of one clause alone; none where the course's edition does not have it."""
    bound = BOUND[course.edition.name]
    return [
        found for clause, rule in bound if clause.id == clause_id for found in _findings(clause, rule, course)
    ]


def _findings(clause: Clause, rule: Rule, course: CourseDossier) -> Iterator[Finding]:
    """One clause for each of its subjects. A subject about which nothing is said does not occur: that says
    so itself.
    """
    about_course = Subject(SubjectKind.COURSE.value, course.id)
    if clause.subject is SubjectKind.COURSE:
        found = list(rule(course, Say(clause.id, about_course)))
    else:
        found = [
            finding
            for student in course.students
            for finding in rule(student, Say(clause.id, Subject(SubjectKind.STUDENT.value, student.id)))
        ]
        if not course.students:
            found = [Finding(clause.id, about_course, Outcome.NOT_APPLICABLE, "The facts hold no student.")]
    return (_before_first_day(finding, clause, course.edition) for finding in found)


def _before_first_day(finding: Finding, clause: Clause, edition: Edition) -> Finding:
    """Facts before the edition's first day are for a human, where a `must` clause would not be met by them
    (A28).
    """
    day = finding.dated
    if (
        finding.outcome is not Outcome.NOT_MET
        or clause.force is not Force.MUST
        or day is None
        or day >= edition.in_force
    ):
        return finding
    return replace(
        finding,
        outcome=Outcome.JUDGE,
        reason=f"{finding.reason} The statements were not yet in force: they are since {spoken(edition.in_force)}.",
        settle="the assessor's judgement of what came before the statements were in force",
        reading=f"A28: {READINGS['A28']}",
    )
