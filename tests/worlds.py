"""Two complete worlds: two universities, each with its own course and people. Every permission test tries both."""

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accreditation import grants
from accreditation.enums import Award, CourseKind, CourseTeamRole, ExperienceJudged, Framework
from accreditation.models import Course, CourseTeamMember, Institution, Module, User
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER

PASSWORD = "correct horse battery staple"
_number = itertools.count(1)


def make_user(name: str, *roles: str, institution: Institution | None = None) -> User:
    """A person with body-wide roles; signs in with PASSWORD (a fast hash in tests)."""
    email = f"{name.lower().replace(' ', '.')}.{next(_number)}@people.example"
    user = User.objects.create_user(email, PASSWORD, full_name=name, institution=institution)
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


@dataclass
class World:
    """One university with a course that could be accredited, its leader and a colleague, and people of CASE.

    `lead`, `co`, `shadow` are assessors from elsewhere, not yet assigned to anything.
    """

    institution: Institution
    course: Course
    leader: User
    member: User
    officer: User
    lead: User
    co: User
    shadow: User
    committee: User
    chair: User
    outsider: User


def make_world(name: str) -> World:
    """A world named after its university; everything in it carries the name, so that a leak can be seen."""
    institution = Institution.objects.create(
        name=f"University of {name}",
        short_name=name,
        address=f"Registry\nUniversity of {name}\n{name} AB1 2CD",
    )
    course = Course.objects.create(
        institution=institution,
        reference=f"C-{next(_number):04}",
        title=f"PgCert Musculoskeletal Ultrasound {name}",
        kind=CourseKind.POSTGRADUATE,
        award=Award.PGC,
        requires_professional_body=True,
        experience_judged=ExperienceJudged.QUALITY,
        tells_students=True,
        tells_employers=True,
    )
    for code, title, topics in (
        ("P1", "Physics and technology of ultrasound", {"physics", "science", "technology"}),
        ("P2", "Professional issues in MSK ultrasound", {"professional_issues"}),
    ):
        Module.objects.create(
            course=course,
            code=code,
            title=title,
            level=7,
            framework=Framework.FHEQ,
            topics=topics,
            formal_assessment=True,
            relevant_to_remit=True,
            relevance_judged_by="Programme board",
        )
    leader = make_user(f"Leader {name}", institution=institution)
    member = make_user(f"Member {name}", institution=institution)
    since = timezone.localdate() - timedelta(days=400)
    CourseTeamMember.objects.create(course=course, user=leader, role=CourseTeamRole.LEADER, since=since)
    CourseTeamMember.objects.create(course=course, user=member, role=CourseTeamRole.MEMBER, since=since)
    grants.sync_course(course)
    return World(
        institution=institution,
        course=course,
        leader=leader,
        member=member,
        officer=make_user(f"Officer {name}", OFFICER),
        lead=make_user(f"Lead {name}", ASSESSOR),
        co=make_user(f"Co {name}", ASSESSOR),
        shadow=make_user(f"Shadow {name}", ASSESSOR),
        committee=make_user(f"Committee {name}", COMMITTEE),
        chair=make_user(f"Chair {name}", COMMITTEE, CHAIR),
        outsider=make_user(f"Outsider {name}"),
    )


@pytest.fixture
def world(db: None) -> World:
    """The university whose people may."""
    return make_world("Wexcombe")


@pytest.fixture
def rival(db: None) -> World:
    """Another university, complete with its own people: what leaks to or from it shows."""
    return make_world("Ravenmoor")
