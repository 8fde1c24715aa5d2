"""The demo world put together: people, universities, register, cohorts and cases, lived through in order of time."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError
from django.db import transaction

from accreditation import demo
from accreditation.models import Course, Institution, User
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER
from accreditation.services import accounts
from mentors.models import Mentor
from mentors.services import periods
from portfolios.demo import assessors, courses, nights, post, register
from portfolios.demo.applicants import Intake
from portfolios.demo.clock import Diary, at
from portfolios.demo.cohort import Cohort
from portfolios.demo.courses import COURSES, DemoCourse
from portfolios.demo.graduates import Graduates
from portfolios.services import scales

FOUNDED = date(2025, 6, 2)
"""The day on which the demo world begins."""

OTHERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Dr Bronwen Hughes", "bronwen.hughes@assessors.example", (ASSESSOR,)),
    ("Patrick Nwosu", "patrick.nwosu@assessors.example", (ASSESSOR,)),
    ("Dr Farah Siddiqui", "farah.siddiqui@committee.example", (COMMITTEE,)),
    ("Catriona Baillie", "catriona.baillie@kinlochard.example", (COMMITTEE,)),
    ("Dr Joanna Pell", "joanna.pell@wexcombe.example", ()),
    ("Neil Garrick", "neil.garrick@wexcombe.example", ()),
    ("Tessa Aldridge", "tessa.aldridge@wexcombe.example", ()),
    ("Ian Bewley", "ian.bewley@wexcombe.example", ()),
    ("Mhairi Colquhoun", "mhairi.colquhoun@kinlochard.example", ()),
    ("Jean Ostrowski", "jean.ostrowski@case.example", (OFFICER,)),
)
TUTORS = {
    "main": "neil.garrick@wexcombe.example",
    "focused": "tessa.aldridge@wexcombe.example",
    "undergraduate": "ian.bewley@wexcombe.example",
    "scottish": "mhairi.colquhoun@kinlochard.example",
}
ROLES = {
    "CASE officer": (OFFICER,),
    "Lead assessor": (ASSESSOR,),
    "Co-assessor": (ASSESSOR,),
    "Committee member": (COMMITTEE,),
    "Chair of the Committee": (COMMITTEE, CHAIR),
}


@dataclass
class World:
    """Everybody and everything by key, while the world is made. `people` knows persons by address, name and key."""

    people: dict[str, User] = field(default_factory=dict)
    universities: dict[str, Institution] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    mentors: dict[str, Mentor] = field(default_factory=dict)
    diary: Diary = field(default_factory=Diary)

    @property
    def officer(self) -> User:
        return self.people["martin.keane@case.example"]


def seed(*, cases: bool = True) -> World:
    """Makes the demo world; all or nothing. Raises `CommandError` outside the demo setting. `cases`: submissions too."""
    if not settings.DEMO:
        raise CommandError(
            "The demo world has a shared password: it is made in the demo setting only (CASE_DEMO)."
        )
    world = World()
    world.diary.afterwards = post.deliver
    with transaction.atomic():
        with at(FOUNDED, 8):
            _people(world)
        with at(FOUNDED, 14):
            _courses(world)
        mentors = register.Register(world.officer, world.mentors)
        register.fill(world.diary, mentors, world.people)
        for plan in COURSES:
            world.diary.on(date(2025, 6, 23), _place_mentors, world, plan)
        world.diary.live()  # the register stands before anybody's log is made up
        register.confirmations(world.diary, mentors, world.people)
        for plan in COURSES:
            _cohort(world, plan)
        if cases:
            from portfolios.demo.cases import fill_cases

            fill_cases(world)
            nights.fill(world)
        world.diary.on(date(2026, 11, 2), assessors.fill, world)
        world.diary.live()
    return world


def _own_grades(cohort: Cohort) -> None:
    labels = ("Mentor takes over", "Needs guidance", "Needs a second look", "Could do this alone")
    scales.set_scale(by=cohort.leader, course_id=cohort.course.pk, labels=labels, version=0)


def _people(world: World) -> None:
    everybody = [(name, email, ROLES.get(role, ())) for role, name, email in demo.PEOPLE]
    everybody += OTHERS
    known = {email for _, email, _ in everybody}
    everybody += [(plan.name, plan.email, ()) for plan in register.MENTORS if plan.email not in known]
    for name, email, roles in everybody:
        user = accounts.create_user(by=None, email=email, full_name=name)
        for role in roles:
            accounts.give_role(by=None, user=user, role=role)
        world.people[email] = world.people[name] = user
    hashed = make_password(demo.PASSWORD)  # once, because a good hash takes its time
    User.objects.filter(email__in=[email for _, _, email in demo.PEOPLE]).update(password=hashed)
    for plan in register.MENTORS:
        world.people[plan.key] = world.people[plan.email]
    for key, email in TUTORS.items():
        world.people[f"tutor:{key}"] = world.people[email]


def _courses(world: World) -> None:
    world.universities = courses.universities(world.officer)
    for plan in COURSES:
        institution = world.universities[plan.university]
        world.courses[plan.key] = courses.set_up(
            plan, institution, officer=world.officer, people=world.people
        )
    domains = {"wexcombe.example": "wexcombe", "kinlochard.example": "kinlochard"}
    for user in set(world.people.values()):
        if key := domains.get(user.email.rpartition("@")[2]):
            User.objects.filter(pk=user.pk).update(institution=world.universities[key])


def _place_mentors(world: World, plan: DemoCourse) -> None:
    for key in plan.mentors:
        mentor: dict[str, Any] = {"mentor_id": world.mentors[key].pk, "course": world.courses[plan.key]}
        site = next(one.site for one in register.MENTORS if one.key == key)
        periods.place(by=world.people[plan.leader], since=date(2025, 6, 23), site=site, **mentor)


def _cohort(world: World, plan: DemoCourse) -> None:
    cohort = Cohort(
        plan=plan,
        course=world.courses[plan.key],
        leader=world.people[plan.leader],
        tutor=world.people[f"tutor:{plan.key}"],
        officer=world.officer,
        mentors=world.mentors,
        users=world.people,
    )
    cohort.fill(world.diary)
    if plan.key == "scottish":
        Graduates(cohort).fill(world.diary)
    if plan.key == "main":
        Intake(cohort).fill(world.diary)
    if plan.key == "focused":  # after its scans were graded: those keep the words that their mentors chose
        world.diary.on(date(2026, 10, 12), _own_grades, cohort)
