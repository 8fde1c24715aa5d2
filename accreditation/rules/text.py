"""A report as text for people."""

from __future__ import annotations

import textwrap
from typing import Final

from accreditation.rules.dates import spoken
from accreditation.rules.findings import Finding, Outcome, Overall, Report
from accreditation.rules.standards import EDITIONS

WIDTH: Final = 100

OVERALL: Final = {
    Overall.NOT_MET: "not met: at least one clause does not hold",
    Overall.INCOMPLETE: "incomplete: evidence is missing",
    Overall.AWAITING_ASSESSOR: "awaiting the assessor's judgement",
    Overall.MET: "met",
}

SIGNS: Final = {
    Outcome.NOT_MET: "✗",
    Outcome.MISSING: "?",
    Outcome.JUDGE: "◦",
    Outcome.NOTE: "!",
    Outcome.MET: "✓",
    Outcome.NOT_APPLICABLE: "–",
}


def as_text(report: Report) -> str:
    """The report clause by clause: what came out, why, and what would settle it."""
    edition = EDITIONS.get(report.standard)
    lines = [
        edition.title if edition else report.standard,
        f"Facts of {spoken(report.as_of)}, edition {report.standard}, rules {report.rules_version}.",
        f"Sum of the facts: {report.facts_sha256}.",
        f"Proposed outcome: {OVERALL[report.overall]}.",
    ]
    for clause in report.clauses:
        label = f" {edition.clause(clause.clause).label}" if edition else ""
        lines += ["", f"{SIGNS[clause.outcome]} {clause.clause}{label}: {clause.outcome.plain}"]
        for finding in clause.findings:
            lines += _finding(finding)
    return "\n".join(lines) + "\n"


def _finding(finding: Finding) -> list[str]:
    said = f"{SIGNS[finding.outcome]} {finding.subject.kind} {finding.subject.id}: {finding.reason}"
    lines = textwrap.wrap(said, WIDTH, initial_indent="    ", subsequent_indent="      ")
    if finding.settle:
        settle = f"To settle it: {finding.settle}."
        lines += textwrap.wrap(settle, WIDTH, initial_indent="      ", subsequent_indent="      ")
    return lines
