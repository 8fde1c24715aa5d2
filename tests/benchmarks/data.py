"""Courses for the benchmark, from a fixed seed, written into the product's own tables.

The same seed gives the same rows, ids and all. Every course has 12 mentors (two of them with too young an award, two
with too narrow a remit), 30 students with teams of three, contracts, results and examinations, and 200 scans a student.
About one scan in ten fails one of the shared checks.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models import Max

from accreditation.models import Course, Institution, Module, User
from accreditation.rules import regions
from mentors.models import Mentor, Placement, Qualification, RemitPeriod, Shortage
from portfolios import models as rows
from portfolios.pathologies import BITS, offered_for

SEED = 2023
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
AS_OF = date(2026, 6, 30)
ENROLLED = date(2024, 9, 23)
DAYS_OF_SCANNING = 500
MENTORS, STUDENTS, SCANS = 12, 30, 200
ALL_REGIONS = frozenset(regions.REGIONS)
FINDINGS = {name: tuple(BITS[code] for code in offered_for(name)[:8]) for name in regions.REGIONS}

SCAN_COLUMNS = (
    "id", "portfolio_id", "number", "on", "regions", "side", "subject", "supervision", "role", "mentor_id", "minutes",
    "pathologies", "other_finding", "age", "indication", "case", "reflection", "logged", "version", "created_at",
    "updated_at", "client_key",
)  # fmt: skip
APPRAISAL_COLUMNS = (
    "id", "created_at", "scan_id", "state", "mentor_id", "by_student", "by_user_id", "on", "grade", "technique", "image",
    "report", "patient_care", "comment", "scan_sha256",
)  # fmt: skip


@dataclass
class Size:
    """How much is made: the defaults are one course of 6,000 scans."""

    courses: int = 1
    students: int = STUDENTS
    scans: int = SCANS

    @property
    def all_scans(self) -> int:
        return self.courses * self.students * self.scans


@dataclass
class Batch:
    """Rows of one course on their way into the database."""

    small: list[models.Model] = field(default_factory=list)
    scans: list[tuple[Any, ...]] = field(default_factory=list)
    appraisals: list[tuple[Any, ...]] = field(default_factory=list)


class Maker:
    """Makes courses one after the other; its random numbers come from the seed alone."""

    def __init__(self, seed: int = SEED, last_scan: int = 0) -> None:
        self.random = random.Random(seed)
        self.last_scan = last_scan
        self.clerk = User.objects.create(
            id=self.key(), email=f"clerk-{seed}@bench.example", full_name="A. Clerk"
        )

    def key(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def course(self, number: int, size: Size) -> Batch:
        """All rows of one course, in an order in which they can be stored."""
        batch, short = Batch(), number % 3 == 0
        institution = Institution(id=self.key(), name=f"University {number}", short_name=f"U{number}")
        course = Course(
            id=self.key(), institution=institution, reference=f"B-{number:03}", title=f"PgCert MSK Ultrasound {number}",
            kind="postgraduate", award="pgc", requires_professional_body=True, experience_judged="quality",
            tells_students=True, tells_employers=True, minimum_scans={"shoulder": 10, "knee": 10},
        )  # fmt: skip
        modules = [
            Module(
                id=self.key(), course=course, code=code, title=title, level=7, framework="FHEQ", topics=topics,
                formal_assessment=True, relevant_to_remit=True, relevance_judged_by="Programme board",
            )
            for code, title, topics in (
                ("P1", "Physics and technology", {"physics", "science", "technology"}),
                ("P2", "Professional issues", {"professional_issues"}),
            )
        ]  # fmt: skip
        batch.small += [institution, course, *modules]
        if short:
            batch.small.append(
                Shortage(
                    id=self.key(), course=course, number=1, status="accepted", reason="Nobody else in the region",
                    since=ENROLLED, claimed_by=self.clerk, decided_by=self.clerk, decided_at=LONG_AGO,
                )
            )  # fmt: skip
        mentors = [self._mentor(number, at, course, batch) for at in range(MENTORS)]
        for at in range(size.students):
            self._student(at, course, modules, mentors, size.scans, batch)
        return batch

    def _mentor(self, course_number: int, at: int, course: Course, batch: Batch) -> Mentor:
        """Number 0 has a level; 10 and 11 an award whose anniversaries fall into the time of the scans."""
        number = f"M{course_number * MENTORS + at + 1}"
        mentor = Mentor(id=self.key(), number=number, full_name=f"Mentor {number}")
        young = at >= MENTORS - 2
        ratified = (date(2023, 3, 1) if young else date(2012, 3, 1)) + timedelta(
            days=self.random.randrange(400)
        )
        award = {"kind": "radiology_level", "level": 2} if at == 0 else {"kind": "pgc"}
        held = ALL_REGIONS - {"ankle_foot"} if at in (3, 4) else ALL_REGIONS
        batch.small += [
            mentor,
            Qualification(id=self.key(), mentor=mentor, msk="yes", ratified_on=ratified, known_from=LONG_AGO, **award),
            RemitPeriod(id=self.key(), mentor=mentor, regions=held, known_from=LONG_AGO),
            Placement(id=self.key(), mentor=mentor, course=course, since=ENROLLED, known_from=LONG_AGO),
        ]  # fmt: skip
        return mentor

    def _student(
        self, at: int, course: Course, modules: list[Module], mentors: list[Mentor], scans: int, batch: Batch
    ) -> None:
        chance = self.random
        enrolled = ENROLLED + timedelta(days=chance.randrange(14))
        student = rows.Student(
            id=self.key(), course=course, code=f"S{at + 1}", full_name="-", profession="physiotherapist",
            state="enrolled", enrolled_on=enrolled,
        )  # fmt: skip
        portfolio = rows.Portfolio(student=student, hours=None)
        remit = chance.sample(regions.REGIONS, 3 + at % 3)
        first, *others = chance.sample(mentors, 3)
        final = enrolled + timedelta(days=chance.randrange(350, 520)) if at % 3 == 0 else None
        batch.small += [
            student,
            portfolio,
            rows.Registration(
                id=self.key(), student=student, body="HCPC", number=f"PH{at + 100_000}", status="active",
                since=date(2016, 1, 1), seen_on=enrolled, seen_by="Admissions",
            ),
            rows.Experience(id=self.key(), student=student, specialism="msk", months=30, description="MSK clinic"),
            rows.ExperienceJudgement(
                id=self.key(), student=student, outcome="appropriate", by="Admissions tutor", on=enrolled, reason="-"
            ),
            *(
                rows.TeamMembership(id=self.key(), student=student, mentor=one, since=enrolled, known_from=LONG_AGO)
                for one in (first, *others)
            ),
            *(rows.Result(id=self.key(), student=student, module=one, outcome="pass") for one in modules),
        ]  # fmt: skip
        for version in range(1, 3 if at % 5 == 0 else 2):
            self._contract(version, remit, portfolio, (first, *others), batch)
        batch.small += [
            rows.CompetencyAssessment(
                id=self.key(), portfolio=portfolio, number=place + 1, kind="unseen_patient", regions={part},
                on=enrolled + timedelta(days=300 + place), first_region=part, outcome="pass", assessor_mentor=first,
                signed_on=enrolled + timedelta(days=301 + place), case=f"U{place}",
            )
            for place, part in enumerate(remit)
        ]  # fmt: skip
        if final:
            batch.small.append(
                rows.StudentAward(id=self.key(), student=student, kind="final", ratified_on=final)
            )
        for number in range(1, scans + 1):
            self._scan(number, portfolio.pk or student.pk, enrolled, remit, (first, *others), batch)

    def _contract(
        self,
        version: int,
        remit: list[str],
        portfolio: rows.Portfolio,
        team: tuple[Mentor, ...],
        batch: Batch,
    ) -> None:
        contract = rows.LearningContract(id=self.key(), portfolio=portfolio, number=version, remit=remit)
        batch.small.append(contract)
        signed_on = ENROLLED + timedelta(days=150 * (version - 1))
        parties: list[tuple[str, Mentor | None]] = [("student", None), ("institution", None)]
        for party, mentor in (*parties, *(("mentor", one) for one in team)):
            batch.small.append(
                rows.Signature(
                    id=self.key(), contract=contract, party=party, mentor=mentor, name="-", statement="-",
                    signed_on=signed_on, text_sha256="0" * 64,
                )
            )  # fmt: skip

    def _scan(
        self,
        number: int,
        portfolio: uuid.UUID,
        enrolled: date,
        remit: list[str],
        team: tuple[Mentor, ...],
        batch: Batch,
    ) -> None:
        chance, self.last_scan = self.random, self.last_scan + 1
        part = chance.choice(remit if chance.random() < 0.97 else regions.REGIONS)
        scanned = {part, chance.choice(regions.REGIONS)} if chance.random() < 0.12 else {part}
        on = enrolled + timedelta(days=chance.randrange(DAYS_OF_SCANNING))
        luck = chance.random()
        kept_apart = luck < 0.03
        subject = "simulator" if luck < 0.04 else "patient"
        supervision = "none" if 0.04 <= luck < 0.05 else "indirect" if luck > 0.98 else "observed"
        mentor = chance.choices(team, (6, 3, 1))[0].pk
        batch.scans.append((
            self.last_scan, portfolio, number, on, regions.mask(scanned), "left", subject, supervision, "performed",
            None if supervision == "none" else mentor, 20 + number % 25, chance.choice(FINDINGS[part]), "", 45,
            "Pain", f"C{number}", "", not kept_apart, 1, LONG_AGO, LONG_AGO, None,
        ))  # fmt: skip
        if supervision != "none" and not kept_apart and chance.random() < 0.9:
            batch.appraisals.append((
                self.key(), LONG_AGO, self.last_scan, "agreed", mentor, False, None, on + timedelta(days=chance.randrange(14)),
                "good", "good", "good", "good", "good", "", "",
            ))  # fmt: skip


def fill(size: Size, *, seed: int = SEED, first: int = 0) -> list[Course]:
    """Writes the courses, numbered from `first`, into the database and returns them; statistics are fresh afterwards."""
    maker = Maker(seed, rows.Scan.objects.aggregate(last=Max("pk"))["last"] or 0)
    courses = []
    for number in range(first, first + size.courses):
        batch = maker.course(number, size)
        _store(batch)
        courses += [row for row in batch.small if isinstance(row, Course)]
    Shortage.objects.update(created_at=LONG_AGO)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return courses


def _store(batch: Batch) -> None:
    for kind, some in _by_kind(batch.small):
        kind.objects.bulk_create(some)
    with connection.cursor() as cursor:
        for kind, columns, values in (
            (rows.Scan, SCAN_COLUMNS, batch.scans),
            (rows.Appraisal, APPRAISAL_COLUMNS, batch.appraisals),
        ):
            names = ", ".join(f'"{name}"' for name in columns)
            with cursor.copy(f'COPY "{kind._meta.db_table}" ({names}) FROM STDIN') as copy:
                for row in values:
                    copy.write_row(row)


def _by_kind(some: list[models.Model]) -> Iterator[tuple[Any, list[Any]]]:
    """The rows of each model together, in the order in which the models first occur."""
    found: dict[type[models.Model], list[models.Model]] = {}
    for row in some:
        found.setdefault(type(row), []).append(row)
    yield from found.items()
