"""Mentors, students and portfolios for the two worlds, made through the services."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accreditation.models import User
from mentors.models import Mentor
from mentors.services import periods, qualifications, register
from portfolios.enums import ExperienceOutcome, Party
from portfolios.models import LearningContract, Portfolio
from portfolios.services import admissions, contracts, portfolios
from portfolios.services.scans import ScanEntry
from tests.worlds import World, make_user

REGIONS = frozenset({"shoulder", "knee"})


def days_ago(number: int) -> date:
    return timezone.localdate() - timedelta(days=number)


@dataclass
class Clinic:
    """A world with a mentor on its course and a student whose contract all three have signed."""

    world: World
    mentor_user: User
    mentor: Mentor
    student_user: User
    portfolio: Portfolio
    contract: LearningContract

    def entry(self, **changes: object) -> ScanEntry:
        """A scan that can be logged."""
        values: dict[str, object] = {
            "on": days_ago(3), "regions": frozenset({"knee"}), "supervision": "observed", "mentor": self.mentor,
            "minutes": 25, "pathologies": frozenset({"effusion"}),
        }  # fmt: skip
        return ScanEntry(**(values | changes))  # type: ignore[arg-type]


def make_mentor(world: World, name: str) -> tuple[User, Mentor]:
    """A mentor of the world's course, qualified ten years ago."""
    user = make_user(name)
    mentor = register.add_mentor(by=world.officer, full_name=name, user=user, email=user.email)
    qualifications.add_qualification(
        by=world.officer, mentor_id=mentor.pk, kind="pgc", msk="yes", ratified_on=days_ago(3650)
    )
    periods.set_remit(by=world.officer, mentor_id=mentor.pk, regions=REGIONS, since=None)
    periods.place(by=world.leader, mentor_id=mentor.pk, course=world.course, since=days_ago(300))
    return user, mentor


def make_student(world: World, name: str, mentor: Mentor) -> tuple[User, Portfolio]:
    """An enrolled student with that mentor in the team."""
    user = make_user(name)
    student = admissions.apply(
        by=world.member, course=world.course, full_name=name, profession="Physiotherapist", user=user,
        registrations=[admissions.RegistrationEntry(body="HCPC", number="PH123456", status="active", since=days_ago(2000))],
        experience=[admissions.ExperienceEntry("msk", 24, "MSK outpatients")],
    )  # fmt: skip
    admissions.judge_experience(
        by=world.leader,
        student_id=student.pk,
        outcome=ExperienceOutcome.APPROPRIATE,
        reason="Sound reasoning",
    )
    portfolio = admissions.enrol(by=world.member, student_id=student.pk, on=days_ago(200), cohort="2026")
    portfolios.join_team(by=world.leader, portfolio_id=portfolio.pk, mentor=mentor, since=days_ago(200))
    return user, portfolio


def make_clinic(world: World) -> Clinic:
    """Mentor, student and signed contract of one world; names carry the world's name."""
    name = world.institution.short_name
    mentor_user, mentor = make_mentor(world, f"Mentor {name}")
    student_user, portfolio = make_student(world, f"Student {name}", mentor)
    contract = contracts.draft_contract(by=student_user, portfolio_id=portfolio.pk, remit=REGIONS)
    for user, party in (
        (student_user, Party.STUDENT), (mentor_user, Party.MENTOR), (world.leader, Party.INSTITUTION),
    ):  # fmt: skip
        contracts.sign_contract(
            by=user,
            contract_id=contract.pk,
            party=party,
            name=user.full_name,
            text_sha256=contract.text_sha256,
        )
    return Clinic(world, mentor_user, mentor, student_user, portfolio, contract)
