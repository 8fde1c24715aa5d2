"""What became of a course since it was last looked at: each subject's outcome under each clause, then and now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from accreditation.rules.findings import RANKS, Outcome, Report, Subject, worst
from accreditation.rules.impact import by_subject

WORSE, BETTER, OTHER = "worse", "better", "other"
ALIKE: Final = frozenset({Outcome.MET, Outcome.NOT_APPLICABLE})
"""From one of these to the other is neither better nor worse."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One subject's outcome under one clause that is no longer what it was; None: it was not there, or is no more.

    `rows` are the references on which the new outcome rests, `reason` is what is found now, `settle` what would settle it.
    """

    clause: str
    subject: Subject
    before: Outcome | None
    after: Outcome | None
    rows: tuple[str, ...] = ()
    reason: str = ""
    settle: str = ""

    @property
    def direction(self) -> str:
        """`WORSE`, `BETTER` or `OTHER`. A subject that is new is worse only where a clause is not met for it: evidence
        that is still missing of a student who has just begun is no news.
        """
        before, after = self.before, self.after
        if after is None or (before in ALIKE and after in ALIKE):
            return OTHER
        if before is None:
            return WORSE if after is Outcome.NOT_MET else OTHER
        return WORSE if RANKS[after] < RANKS[before] else BETTER


def standing(report: Report) -> dict[str, str]:
    """Every subject's outcome under every clause, as plain values: "PS2.3|student|S12" → "met"."""
    return {
        _key(clause, subject): worst(one.outcome for one in found).value
        for (clause, subject), found in by_subject(report).items()
    }


def turns(before: Mapping[str, str], report: Report) -> list[Turn]:
    """What changed between an earlier `standing` and a report, in the order of the clauses; then what is no more there."""
    found, turned = by_subject(report), []
    for (clause, subject), findings in found.items():
        was, now = before.get(_key(clause, subject)), worst(one.outcome for one in findings)
        if was != now.value:
            deciding = [one for one in findings if one.outcome is now]
            turned.append(
                Turn(
                    clause,
                    subject,
                    Outcome(was) if was else None,
                    now,
                    tuple(dict.fromkeys(ref for one in deciding for ref in one.evidence)),
                    " ".join(one.reason for one in deciding),
                    " ".join(dict.fromkeys(one.settle for one in deciding if one.settle)),
                )
            )
    there = {_key(clause, subject) for clause, subject in found}
    for key in before:
        if key not in there:
            clause, kind, name = key.split("|", 2)
            turned.append(Turn(clause, Subject(kind, name), Outcome(before[key]), None))
    return turned


def _key(clause: str, subject: Subject) -> str:
    return f"{clause}|{subject.kind}|{subject.id}"
