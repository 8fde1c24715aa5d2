"""What can be stored as a scan, whoever enters it: one by one on a phone, or thousands of lines in a file.

Each function looks at one part of an entry and returns its sentence, or None where the part is in order; `problems_of`
looks at all of them. The log's services and the reading of files ask here and nowhere else.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import models
from django.utils import timezone

from accreditation.rules import regions as parts
from accreditation.rules.dates import spoken
from mentors.models import Mentor
from portfolios import identifiers
from portfolios import pathologies as findings
from portfolios.enums import ScanRole, Side, Subject, Supervision
from portfolios.models import Portfolio, Student
from portfolios.plain_words import identifier_problems

LONGEST_MINUTES = 480
OLDEST_AGE = 120
TEXTS = ("indication", "other_finding", "reflection", "case")
"""The fields of an entry in which somebody writes what they like."""
LENGTHS = {"indication": 300, "other_finding": 200, "reflection": 5000, "case": 20, "identifier_reason": 300}
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")
LISTS: dict[str, type[models.TextChoices]] = {
    "subject": Subject, "supervision": Supervision, "role": ScanRole, "side": Side,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScanEntry:
    """One scan as it is given. Nothing here identifies a patient: an age in years and a case number of the student's own."""

    on: date
    regions: frozenset[str]
    subject: str | None = Subject.PATIENT
    supervision: str | None = None
    mentor: Mentor | None = None
    minutes: int | None = None
    pathologies: frozenset[str] = field(default_factory=frozenset)
    side: str = ""
    role: str = ScanRole.PERFORMED
    age: int | None = None
    indication: str = ""
    case: str = ""
    other_finding: str = ""
    reflection: str = ""
    client_key: UUID | None = None
    identifier_reason: str = ""


def problems_of(
    entry: ScanEntry,
    portfolio: Portfolio,
    mentors: Collection[UUID],
    say: Callable[[identifiers.Found], str] | None = None,
) -> dict[str, list[str]]:
    """What is wrong with an entry: field → sentences; empty where it can be stored.

    `mentors`: those who have ever taken students of the course. `say` puts the place of an identifier into words.
    """
    student = portfolio.student
    said = {
        "on": day_problem(entry.on, student.enrolled_on, timezone.localdate()),
        "regions": regions_problem(entry.regions),
        "pathologies": findings_problem(entry.pathologies, entry.regions),
        **{name: list_problem(name, getattr(entry, name)) for name in LISTS},
        "minutes": minutes_problem(entry.minutes),
        "age": age_problem(entry.age),
        "mentor": mentor_problem(entry.mentor, student, mentors),
        **{name: text_problem(name, getattr(entry, name)) for name in LENGTHS},
    }
    found = {name: [words] for name, words in said.items() if words}
    texts = {name: getattr(entry, name) for name in TEXTS}
    for name, sentences in identifier_problems(texts, entry.identifier_reason, say=say).items():
        found.setdefault(name, []).extend(sentences)
    return found


def day_problem(on: date, enrolled_on: date | None, today: date) -> str | None:
    """A scan lies between the day of enrolment and today."""
    if on > today:
        return "The scan lies in the future: enter it when it has been done."
    if enrolled_on is not None and on < enrolled_on:
        return f"The date of the scan must be {spoken(enrolled_on)}, the day of enrolment, or later."
    return None


def regions_problem(regions: frozenset[str]) -> str | None:
    """A scan has one region or extra at least."""
    return None if regions and regions <= parts.BITS.keys() else "Choose at least one region."


def findings_problem(found: frozenset[str], regions: frozenset[str]) -> str | None:
    """Findings come from the list; what is normal has none beside it, unless several regions were scanned."""
    if not found <= findings.BITS.keys():
        return "Choose findings from the list; write anything else under “other finding”."
    if "normal" in found and len(found) > 1 and len(regions) == 1:
        return "A scan of one region is either normal or has findings."
    return None


def list_problem(name: str, value: str | None) -> str | None:
    """A value of a closed list is one of the list; `side` may be empty, the others None."""
    given = value or None if name == "side" else value
    return None if given is None or given in LISTS[name].values else "Choose from the list."


def minutes_problem(minutes: int | None) -> str | None:
    """Minutes that one scan can take."""
    if minutes is None or 1 <= minutes <= LONGEST_MINUTES:
        return None
    return f"Enter the minutes as a number from 1 to {LONGEST_MINUTES}."


def age_problem(age: int | None) -> str | None:
    """An age in years."""
    return (
        None if age is None or 0 <= age <= OLDEST_AGE else f"Enter the age in years, from 0 to {OLDEST_AGE}."
    )


def mentor_problem(mentor: Mentor | None, student: Student, mentors: Collection[UUID]) -> str | None:
    """The mentor takes students of the course, and is somebody else."""
    if mentor is None:
        return None
    if mentor.user_id is not None and mentor.user_id == student.user_id:
        return "Nobody supervises themselves."
    return None if mentor.pk in mentors else f"{mentor} is not a mentor of this course."


def text_problem(name: str, text: str) -> str | None:
    """Words fit their field, and hold nothing that no page can show."""
    if len(text) > LENGTHS[name]:
        return f"This is longer than {LENGTHS[name]:,} characters."
    return "It holds signs that no page can show." if UNREADABLE.search(text) else None
