"""The facts: all that the rules may see about one course, frozen.

The shape is that of the facts file (`facts.schema.json`); `facts_reading` makes these objects from a file
and `facts_writing` the file from them. `None` is "unknown"; an empty tuple is "known to be none". A set of
regions is one integer (see `regions`). `since` and `until` are the file's `from` and `to`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from accreditation.rules.dates import PartialDate, Period

FORMAT = 1
"""The version of the facts file that this code reads and writes."""

TOPICS = ("professional_issues", "science", "physics", "technology")
PARTIES = ("student", "mentor", "institution")


@dataclass(frozen=True, slots=True)
class Admissions:
    requires_professional_body: bool | None = None
    experience_judged: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmployerGuidance:
    tells_students: bool | None = None
    tells_employers: bool | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Module:
    id: str
    title: str | None = None
    level: int | None = None
    framework: str | None = None
    topics: tuple[str, ...] = ()
    formal_assessment: bool | None = None
    relevant_to_remit: bool | None = None
    relevance_judged_by: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    id: str
    title: str | None = None
    institution: str | None = None
    kind: str | None = None
    award: str | None = None
    direct_entry: bool | None = None
    minimum_scans: Mapping[str, int] = field(default_factory=dict)
    admissions: Admissions = Admissions()
    employer_guidance: EmployerGuidance = EmployerGuidance()
    modules: tuple[Module, ...] | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    kind: str
    msk: str = "unknown"
    level: int | None = None
    country: str = "uk"
    ratified_on: PartialDate | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mentor:
    id: str
    name: str | None = None
    qualifications: tuple[Qualification, ...] | None = None
    remit: int | None = None
    breaks: tuple[Period, ...] = ()

    @property
    def called(self) -> str:
        """The name where the facts give one, else the id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Shortage:
    id: str
    status: str
    accepted_by: str | None = None
    period: Period = Period(None, None)


@dataclass(frozen=True, slots=True)
class Registration:
    body: str | None = None
    number: str | None = None
    status: str | None = None
    period: Period = Period(None, None)
    seen_on: date | None = None
    seen_by: str | None = None


@dataclass(frozen=True, slots=True)
class Experience:
    specialism: str | None = None
    months: float | None = None
    description: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExperienceJudgement:
    outcome: str | None = None
    by: str | None = None
    on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    party: str
    by: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of a learning contract. `remit` is a tuple of regions, extras and group terms, or a free
    text.
    """

    version: int
    remit: tuple[str, ...] | str | None = None
    remit_confirmed: bool | None = None
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamMember:
    mentor: str
    period: Period = Period(None, None)


class Scan(NamedTuple):
    """One row of the scan log. A tuple, so that a database's rows can be taken as they come, in this order.

    `regions` is a set of regions and extras; `subject` and `supervision` are `None` where unknown; the
    appraisal's three values are flat (`None` where there is no appraisal).
    """

    id: str
    on: date
    regions: int
    subject: str | None = None
    supervision: str | None = None
    mentor: str | None = None
    minutes: int | None = None
    pathologies: tuple[str, ...] = ()
    case: str | None = None
    logged: bool = True
    appraised_by: str | None = None
    appraised_on: date | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """`regions` keeps the order of the facts, because the first region named is the one an examination
    counts for.
    """

    id: str
    kind: str
    on: date | None = None
    regions: tuple[str, ...] = ()
    outcome: str | None = None
    assessor: str | None = None
    signed_on: date | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    module: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Award:
    kind: str
    ratified_on: date | None = None
    regions: int | None = None


@dataclass(frozen=True, slots=True)
class Presentation:
    to: str | None = None
    on: date | None = None
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Student:
    id: str
    enrolled_on: date | None = None
    profession: str | None = None
    registrations: tuple[Registration, ...] | None = None
    experience: tuple[Experience, ...] = ()
    experience_judgement: ExperienceJudgement | None = None
    contracts: tuple[Contract, ...] | None = None
    team: tuple[TeamMember, ...] = ()
    scans: tuple[Scan, ...] | None = None
    hours: float | None = None
    assessments: tuple[Assessment, ...] | None = None
    results: tuple[Result, ...] = ()
    awards: tuple[Award, ...] = ()
    presentations: tuple[Presentation, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    standard: str
    as_of: date
    course: Course
    mentors: tuple[Mentor, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    students: tuple[Student, ...] = ()
