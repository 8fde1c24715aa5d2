"""The shortest way to green: for every clause that does not hold, the smallest list of what would mend it.

A repair is told in plain words and is made of edits to the facts, so that it can be tried: `apply` gives a copy of the
facts in which every clause is met, or left to a human to judge. Where the past cannot be changed the repair says so
honestly: a scan that nobody supervised is taken out of the log and another made in its place. Values that only the
course can know (a day, a name) stand in the copy as placeholders; the words ask for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from accreditation.rules.bench import Bench
from accreditation.rules.clauses import SubjectKind
from accreditation.rules.edits import Edit, edited, make
from accreditation.rules.evaluate import findings
from accreditation.rules.facts import Facts
from accreditation.rules.facts_reading import read
from accreditation.rules.facts_writing import write
from accreditation.rules.findings import Outcome, Subject
from accreditation.rules.menders import MENDERS
from accreditation.rules.words import NAMED_AT_MOST, counted, listed, number_word

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

    @property
    def scans(self) -> tuple[str, ...]:
        """The ids of the scans that it changes (not of those that it adds)."""
        parts = (edit.path.split("/") for edit in self.edits)
        return tuple(dict.fromkeys(part[3] for part in parts if len(part) > 4 and part[2] == "scans"))


def shortest(facts: Facts) -> list[Repair]:
    """The repairs for all clauses that are not met, missing or noted, in the order in which they build on one another.

    Each is worked out on the facts as the earlier ones leave them: first the course, then each student with it. Nothing to
    mend gives an empty list.
    """
    raw = write(facts)
    found: list[Repair] = []
    for _ in range(ROUNDS):
        before = len(found)
        found += _mended({**raw, "students": []})
        for student in raw["students"]:
            found += _mended({**raw, "students": [student]})
        if len(found) == before:
            break
    return found


def _mended(raw: dict[str, Any]) -> Iterator[Repair]:
    """The repairs for the course, or for the one student in the facts; made in the plain values as they are found."""
    bench = Bench(read(raw))
    kind = SubjectKind.STUDENT if raw["students"] else SubjectKind.COURSE
    for clause, mender in MENDERS.items():
        if all(one.id != clause or one.subject is not kind for one in bench.course.edition.clauses):
            continue
        for finding in findings(bench.course, clause):
            if finding.outcome not in TO_MEND:
                continue
            for what, edits in mender(bench, finding):
                for edit in edits:
                    make(raw, edit)
                yield Repair(clause, finding.subject, what, edits)
                bench = Bench(read(raw))


def apply(facts: Facts, repairs: Iterable[Repair]) -> Facts:
    """A copy of the facts with the repairs made, in their order."""
    return read(edited(write(facts), (edit for repair in repairs for edit in repair.edits)))


def in_words(repairs: Iterable[Repair]) -> list[tuple[str, str]]:
    """Clause and sentence in the order of the standard, equal repairs told once: "Two more ... for three students (...)"."""
    together: dict[tuple[str, str], list[Repair]] = {}
    for repair in repairs:
        together.setdefault((repair.clause, repair.what), []).append(repair)
    told = [(clause, f"{what}{_for_whom(same)}") for (clause, what), same in together.items()]
    return sorted(told, key=lambda pair: pair[0])


def _for_whom(same: list[Repair]) -> str:
    """Whom one repair is for: ": X4 and X9 (student S1)", " for three students (S1, S2 and S3)"; nothing for the course."""
    scans: dict[str, list[str]] = {}
    for repair in same:
        if repair.subject.kind == SubjectKind.STUDENT.value:
            scans.setdefault(repair.subject.id, []).extend(repair.scans)
    students = list(scans)
    if not students:
        return ""
    more = len(students) - NAMED_AT_MOST
    rest = f" and {counted(more, 'more student', 'more students')}" if more > 0 else ""
    if any(scans.values()):
        label = "student " if len(students) == 1 else ""
        told = [f"{listed(ids)} ({label}{student})" for student, ids in scans.items()]
        return f": {'; '.join(told[:NAMED_AT_MOST])}{rest}"
    if len(students) == 1:
        return f" for student {students[0]}"
    names = f" ({listed(students)})" if more <= 0 else ""
    return f" for {number_word(len(students))} students{names}"
