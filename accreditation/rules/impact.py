"""What another edition would change: the clause outcomes that differ, with the rows that decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accreditation.rules.clauses import Edition
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts import Facts
from accreditation.rules.findings import Finding, Outcome, Report, Subject, worst
from accreditation.rules.registry import RULES, Rule
from accreditation.rules.standards import EDITIONS


@dataclass(frozen=True, slots=True)
class Change:
    """One subject's outcome under one clause, before and after; None where an edition does not have the clause.

    `rows` are the facts on which the new outcome rests and the old did not (or the old, where the clause is gone);
    `reason` is what the deciding side says.
    """

    clause: str
    subject: Subject
    before: Outcome | None
    after: Outcome | None
    rows: tuple[str, ...]
    reason: str


def impact(before: Report, after: Report) -> list[Change]:
    """The differences between two reports on the same facts, in the order of the clauses."""
    old, new = by_subject(before), by_subject(after)
    changes = []
    for key in dict.fromkeys((*old, *new)):
        was, now = _outcome(old.get(key)), _outcome(new.get(key))
        if was is not now:
            deciding = [one for one in new.get(key, old.get(key, ())) if one.outcome is (now or was)]
            known = (
                {ref for one in old.get(key, ()) if one.outcome is was for ref in one.evidence}
                if now
                else set()
            )
            rows = dict.fromkeys(ref for one in deciding for ref in one.evidence)
            fresh = tuple(ref for ref in rows if ref not in known) or tuple(rows)
            changes.append(Change(key[0], key[1], was, now, fresh, " ".join(one.reason for one in deciding)))
    return changes


def impact_of(facts: Facts, edition: Edition, rules: Mapping[str, Rule] = RULES) -> list[Change]:
    """What an edition (also a draft, also one that is not yet in force) would change for some facts.

    It is run as if it had been in force for as long as the facts' own edition: else it would say nothing of the past.
    """
    own = EDITIONS[facts.standard]
    as_if = edition if edition.in_force <= own.in_force else edition.as_if_from(own.in_force)
    return impact(evaluate(facts), evaluate(facts, as_if, rules=rules))


def by_subject(report: Report) -> dict[tuple[str, Subject], list[Finding]]:
    """The findings of a report by clause and subject, in its own order."""
    found: dict[tuple[str, Subject], list[Finding]] = {}
    for finding in report:
        found.setdefault((finding.clause, finding.subject), []).append(finding)
    return found


def _outcome(findings: list[Finding] | None) -> Outcome | None:
    return None if findings is None else worst(finding.outcome for finding in findings)
