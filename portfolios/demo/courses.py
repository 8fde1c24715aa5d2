"""The demo world's universities and courses, as data, and how they are set up."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accreditation.enums import Award, CourseKind, CourseTeamRole, ExperienceJudged, Framework, Nation
from accreditation.models import Course, Institution, User
from accreditation.services import accounts
from portfolios.demo.terms import FOCUSED, MAIN, SCOTTISH, UNDERGRADUATE, Term

JUDGED_BY = "Programme board, relevance review of June 2025"


@dataclass(frozen=True, slots=True)
class DemoModule:
    code: str
    title: str
    level: int
    framework: str
    topics: frozenset[str]
    formal: bool = True


@dataclass(frozen=True, slots=True)
class DemoCourse:
    """One course: what the university says of it, who leads it, who mentors, and when its cohort runs."""

    key: str
    university: str
    title: str
    kind: str
    award: str
    modules: tuple[DemoModule, ...]
    leader: str
    mentors: tuple[str, ...]
    cohort: str
    enrolled_on: date
    terms: tuple[Term, ...]
    exams: tuple[date, date]
    scans_a_day: tuple[int, ...]
    details: dict[str, Any] = field(default_factory=dict)


def _modules(
    prefix: str, level: int, framework: str, science_level: int | None = None
) -> tuple[DemoModule, ...]:
    science = science_level or level
    return (
        DemoModule(
            f"{prefix}{level}010",
            "Physics and Technology of Ultrasound",
            level,
            framework,
            frozenset({"physics", "technology"}),
        ),
        DemoModule(
            f"{prefix}{level}020",
            "Professional Issues and Governance in MSK Ultrasound",
            level,
            framework,
            frozenset({"professional_issues"}),
        ),
        DemoModule(
            f"{prefix}{science}030",
            "Musculoskeletal Anatomy and Tissue Science",
            science,
            framework,
            frozenset({"science"}),
        ),
        DemoModule(
            f"{prefix}{level}040", "Clinical Practice in MSK Ultrasound", level, framework, frozenset()
        ),
    )


SAYS_QUALITY = {
    "requires_professional_body": True,
    "experience_judged": ExperienceJudged.QUALITY,
    "tells_students": True,
    "tells_employers": True,
}
COURSES: tuple[DemoCourse, ...] = (
    DemoCourse(
        "main",
        "wexcombe",
        "PgCert Musculoskeletal Ultrasound",
        CourseKind.POSTGRADUATE,
        Award.PGC,
        _modules("MSK", 7, Framework.FHEQ, science_level=5),
        "amara.whitfield@wexcombe.example",
        ("ashworth", "raman", "zielinski", "okafor", "morgan", "adeyemi", "solberg", "rahman"),
        "January 2026",
        date(2026, 1, 12),
        MAIN,
        (date(2026, 10, 26), date(2026, 11, 13)),
        (2, 3, 3, 4, 4, 5),
        SAYS_QUALITY
        | {
            "minimum_scans": dict.fromkeys(
                ("shoulder", "elbow", "wrist_hand", "hip_groin", "knee", "ankle_foot"), 15
            )
        },
    ),
    DemoCourse(
        "focused",
        "wexcombe",
        "Focused Course in Shoulder and Knee Ultrasound",
        CourseKind.FOCUSED,
        Award.NONE,
        (
            DemoModule(
                "FUS6001",
                "Ultrasound Science and Technology for MSK Practice",
                6,
                Framework.FHEQ,
                frozenset({"physics", "technology", "science"}),
            ),
            DemoModule(
                "FUS6002",
                "Professional Issues in Focused Ultrasound",
                6,
                Framework.FHEQ,
                frozenset({"professional_issues"}),
            ),
        ),
        "amara.whitfield@wexcombe.example",
        ("rahman", "morgan", "zielinski"),
        "Autumn 2025",
        date(2025, 9, 29),
        FOCUSED,
        (date(2026, 2, 23), date(2026, 3, 6)),
        (1, 2, 2),
        {
            "requires_professional_body": True,
            "experience_judged": ExperienceJudged.MONTHS_ONLY,
            "tells_students": False,
            "tells_employers": False,
        },
    ),
    DemoCourse(
        "scottish",
        "kinlochard",
        "PgCert Musculoskeletal Ultrasound Practice",
        CourseKind.POSTGRADUATE,
        Award.PGC,
        _modules("MU", 11, Framework.SCQF),
        "morag.sinclair@kinlochard.example",
        ("drummond", "menon", "fraser", "reid"),
        "September 2025",
        date(2025, 9, 15),
        SCOTTISH,
        (date(2026, 6, 8), date(2026, 6, 19)),
        (1, 2, 2, 3),
        SAYS_QUALITY,
    ),
    DemoCourse(
        "undergraduate",
        "wexcombe",
        "BSc (Hons) Diagnostic Sonography with MSK Pathway",
        CourseKind.UNDERGRADUATE,
        Award.BSC,
        _modules("DSO", 6, Framework.FHEQ),
        "joanna.pell@wexcombe.example",
        ("rahman", "ashworth"),
        "2025-26",
        date(2025, 9, 29),
        UNDERGRADUATE,
        (date(2026, 6, 1), date(2026, 6, 12)),
        (1, 1, 2),
        SAYS_QUALITY | {"direct_entry": True},
    ),
)

UNIVERSITIES: dict[str, dict[str, Any]] = {
    "wexcombe": {
        "name": "University of Wexcombe",
        "short_name": "Wexcombe",
        "nation": Nation.ENGLAND,
        "address": "Academic Registry\nUniversity of Wexcombe\nHarbour Road\nWexcombe WX1 4QT",
    },
    "kinlochard": {
        "name": "University of Kinlochard",
        "short_name": "Kinlochard",
        "nation": Nation.SCOTLAND,
        "address": "Academic Office\nUniversity of Kinlochard\n12 Lochside\nKinlochard KL7 2AB",
    },
}


def universities(officer: User) -> dict[str, Institution]:
    """Key → the university, made by an officer."""
    return {key: accounts.create_institution(by=officer, **values) for key, values in UNIVERSITIES.items()}


def set_up(plan: DemoCourse, institution: Institution, *, officer: User, people: dict[str, User]) -> Course:
    """A course with its leader, a colleague and its modules."""
    course = accounts.create_course(
        by=officer,
        institution=institution,
        title=plan.title,
        kind=plan.kind,
        award=plan.award,
        **plan.details,
    )
    leader = people[plan.leader]
    accounts.join_course_team(by=officer, course=course, user=leader, role=CourseTeamRole.LEADER)
    accounts.join_course_team(by=officer, course=course, user=people[f"tutor:{plan.key}"])
    for module in plan.modules:
        accounts.add_module(
            by=leader,
            course=course,
            code=module.code,
            title=module.title,
            level=module.level,
            framework=module.framework,
            topics=module.topics,
            formal_assessment=module.formal,
            relevant_to_remit=True,
            relevance_judged_by=JUDGED_BY,
        )
    return course
