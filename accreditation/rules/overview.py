"""What a reader of facts wants to see first of each person, before any clause: counted once, for pages and for packs."""

from collections import Counter

from accreditation.rules.dates import spoken
from accreditation.rules.facts import Facts, Student


def supervised(facts: Facts) -> Counter[str]:
    """Mentor's id → the number of students whose team they are or were in; 0 where none."""
    return Counter(
        mentor for student in facts.students for mentor in {member.mentor for member in student.team or ()}
    )


def patients(student: Student) -> int:
    """How many scans of patients a student has logged."""
    return sum(1 for scan in student.scans or () if scan.subject == "patient")


def newest_award(student: Student) -> str:
    """The award that was ratified last, in words: "final award ratified 3 July 2025"; empty where none is."""
    ratified = [(award.ratified_on, award.kind) for award in student.awards if award.ratified_on]
    if not ratified:
        return ""
    on, kind = max(ratified)
    return f"{kind} award ratified {spoken(on)}"
