"""The shortest way to green: for every clause that does not hold, the smallest list of what would mend it.

A repair is told in plain words and is made of edits to the facts, so that it can be tried: `apply` gives a copy of the
facts in which every clause is met, or left to a human to judge. Where the past cannot be changed the repair says so
honestly: a scan that nobody supervised is taken out of the log and another made in its place. Values that only the
course can know (a day, a name) stand in the copy as placeholders; the words ask for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accreditation.rules.bench import Bench
from accreditation.rules.edits import Edit, edited
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts import Facts
from accreditation.rules.facts_reading import read
from accreditation.rules.facts_writing import write
from accreditation.rules.findings import Finding, Outcome, Report, Subject
from accreditation.rules.menders import MENDERS
from accreditation.rules.words import counted, listed, number_word

TO_MEND = frozenset((Outcome.NOT_MET, Outcome.MISSING, Outcome.NOTE))

ROUNDS = 4
"""Taking a scan out of the log may leave too few: then the next round asks for others. More rounds were never needed."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What would mend one clause for one subject. `what` is the same for subjects that need the same."""

    clause: str
    subject: Subject
    what: str
    edits: tuple[Edit, ...]


def shortest(facts: Facts) -> list[Repair]:
    """The repairs for all clauses that are not met, missing or noted, in the order in which they build on one another.

    Each is worked out on the facts as the earlier ones leave them. Nothing to mend gives an empty list.
    """
    found: list[Repair] = []
    raw = write(facts)
    for _ in range(ROUNDS):
        before = len(found)
        for clause, mender in MENDERS.items():
            current = read(raw)
            wrong = _to_mend(evaluate(current, facts_sha256="not asked"), clause)
            for finding in wrong:
                bench = Bench(read(raw))
                for what, edits in mender(bench, finding):
                    found.append(Repair(clause, finding.subject, what, edits))
                    raw = edited(raw, edits)
        if len(found) == before:
            break
    return found


def _to_mend(report: Report, clause: str) -> list[Finding]:
    try:
        return [finding for finding in report.clause(clause).findings if finding.outcome in TO_MEND]
    except KeyError:  # the edition does not have that clause
        return []


def apply(facts: Facts, repairs: Iterable[Repair]) -> Facts:
    """A copy of the facts with the repairs made, in their order."""
    return read(edited(write(facts), (edit for repair in repairs for edit in repair.edits)))


def in_words(repairs: Iterable[Repair]) -> list[tuple[str, str]]:
    """Clause and sentence, with equal repairs for several students told once: "Two more ... for three students (...)"."""
    together: dict[tuple[str, str], list[Subject]] = {}
    for repair in repairs:
        together.setdefault((repair.clause, repair.what), []).append(repair.subject)
    told = []
    for (clause, what), subjects in together.items():
        students = list(dict.fromkeys(subject.id for subject in subjects if subject.kind == "student"))
        whom = f" for student {students[0]}" if len(students) == 1 else ""
        if len(students) > 1:
            number = number_word(len(students)) if len(students) < 11 else str(len(students))
            whom = f" for {number} {counted(len(students), 'student').partition(' ')[2]} ({listed(students)})"
        told.append((clause, f"{what}{whom}"))
    return told
