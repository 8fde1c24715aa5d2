"""Twelve mentors of the demo world, as data, and how they come onto the register."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accreditation.models import User
from mentors.enums import Area, Body, Country, Msk, Precision, QualificationKind
from mentors.models import Mentor
from mentors.services import periods, qualifications, register
from portfolios.demo.clock import Diary

K, SIX = QualificationKind, frozenset({"shoulder", "elbow", "wrist_hand", "hip_groin", "knee", "ankle_foot"})
WEXCOMBE, KINLOCHARD = "University of Wexcombe", "University of Kinlochard"


@dataclass(frozen=True, slots=True)
class Held:
    """A qualification as the certificate says it."""

    kind: str
    title: str
    by: str
    ratified_on: date
    msk: str = Msk.YES
    level: int | None = None
    country: str = Country.UK
    precision: str = Precision.DAY


@dataclass(frozen=True, slots=True)
class DemoMentor:
    """One mentor: who they are, what they hold, what they scan and where."""

    key: str
    name: str
    email: str
    body: str
    number: str
    employer: str
    site: str
    job: str
    remit: frozenset[str]
    held: tuple[Held, ...]
    breaks: tuple[tuple[date, date, str], ...] = ()
    since: date = date(2025, 6, 16)
    confirmed: bool = True
    area: str = Area.SOUTH_WEST


NHS = "wexcombe-nhs.example"
HIGH = "highland-nhs.example"
MENTORS: tuple[DemoMentor, ...] = (
    DemoMentor(
        "ashworth",
        "Helen Ashworth",
        f"helen.ashworth@{NHS}",
        Body.HCPC,
        "PH071245",
        "Wexcombe Hospitals NHS Trust",
        "Wexcombe General Hospital",
        "Consultant physiotherapist and sonographer",
        SIX | {"nerve"},
        (Held(K.MSC, "MSc Musculoskeletal Ultrasound", "University of Ravenmoor", date(2014, 7, 11)),),
    ),
    DemoMentor(
        "raman",
        "Dr Priya Raman",
        f"priya.raman@{NHS}",
        Body.GMC,
        "6134872",
        "Wexcombe Hospitals NHS Trust",
        "Wexcombe General Hospital",
        "Consultant musculoskeletal radiologist",
        SIX | {"nerve", "soft_tissue", "intervention"},
        (
            Held(
                K.RADIOLOGY_LEVEL,
                "Level 3 practice in MSK ultrasound",
                "Royal College of Radiologists",
                date(2015, 6, 30),
                level=3,
            ),
        ),
    ),
    DemoMentor(
        "zielinski",
        "Tomasz Zieliński",
        f"tomasz.zielinski@{NHS}",
        Body.HCPC,
        "RA058310",
        "Wexcombe Hospitals NHS Trust",
        "Harbour Community Diagnostic Centre",
        "Advanced practitioner sonographer",
        frozenset({"shoulder", "elbow", "wrist_hand", "knee"}),
        (Held(K.PGC, "PgC Musculoskeletal Ultrasound", WEXCOMBE, date(2019, 7, 12)),),
    ),
    DemoMentor(
        "okafor",
        "Michael Okafor",
        "michael.okafor@fenmarsh-nhs.example",
        Body.HCPC,
        "PH104977",
        "Fenmarsh Community Health NHS Trust",
        "Fenmarsh MSK Hub",
        "First contact physiotherapist, ultrasound lead",
        SIX,
        (Held(K.PGC, "PgC Musculoskeletal Ultrasound", WEXCOMBE, date(2024, 3, 10)),),
    ),
    DemoMentor(
        "morgan",
        "Catrin Morgan",
        f"catrin.morgan@{NHS}",
        Body.HCPC,
        "RA043526",
        "Wexcombe Hospitals NHS Trust",
        "St Bride's Hospital",
        "Lead sonographer",
        frozenset({"shoulder", "hip_groin", "knee", "ankle_foot", "soft_tissue"}),
        (
            Held(
                K.PGC,
                "PgC Medical Ultrasound with the module MSK Ultrasound",
                "Cardigan Bay University",
                date(2017, 11, 20),
                msk=Msk.MODULE,
            ),
            Held(
                K.OTHER,
                "Certificate in Mentorship in Practice",
                "Cardigan Bay University",
                date(2019, 5, 2),
                msk=Msk.NO,
            ),
        ),
    ),
    DemoMentor(
        "adeyemi",
        "Samuel Adeyemi-Clarke",
        "samuel.adeyemi-clarke@fenmarsh-nhs.example",
        Body.HCPC,
        "CH026618",
        "Fenmarsh Community Health NHS Trust",
        "Fenmarsh Podiatric Surgery Unit",
        "Advanced podiatrist",
        frozenset({"ankle_foot", "knee", "hip_groin"}),
        (
            Held(
                K.PGC,
                "PgC Musculoskeletal Ultrasound",
                "University of Ravenmoor",
                date(2021, 9, 1),
                precision=Precision.MONTH,
            ),
        ),
    ),
    DemoMentor(
        "solberg",
        "Dr Ingrid Solberg",
        "ingrid.solberg@wexcombe-sports.example",
        Body.GMC,
        "7420915",
        "Wexcombe Sports Medicine Clinic",
        "Riverside",
        "Sport and exercise medicine physician",
        SIX,
        (
            Held(
                K.MSC,
                "MSc Muskel- og skjelettultralyd",
                "University of Nordvik, Norway",
                date(2016, 6, 15),
                country=Country.OVERSEAS,
            ),
        ),
    ),
    DemoMentor(
        "rahman",
        "Aisha Rahman",
        f"aisha.rahman@{NHS}",
        Body.HCPC,
        "RA061204",
        "Wexcombe Hospitals NHS Trust",
        "Wexcombe General Hospital",
        "Sonographer, MSK service lead",
        SIX,
        (Held(K.PGD, "PgD Musculoskeletal Ultrasound", WEXCOMBE, date(2018, 7, 13)),),
    ),
    DemoMentor(
        "drummond",
        "Fiona Drummond",
        f"fiona.drummond@{HIGH}",
        Body.HCPC,
        "PH065502",
        "NHS Glenmhor",
        "Glenmhor Infirmary",
        "Consultant physiotherapist",
        SIX | {"nerve"},
        (Held(K.MSC, "MSc Musculoskeletal Ultrasound", KINLOCHARD, date(2013, 7, 5)),),
        area=Area.SCOTLAND,
    ),
    DemoMentor(
        "menon",
        "Dr Rajesh Menon",
        f"rajesh.menon@{HIGH}",
        Body.GMC,
        "7055318",
        "NHS Glenmhor",
        "Glenmhor Infirmary",
        "Consultant radiologist",
        SIX,
        (
            Held(
                K.RADIOLOGY_LEVEL,
                "Level 2 practice in MSK ultrasound",
                "Royal College of Radiologists",
                date(2025, 1, 15),
                level=2,
            ),
        ),
        area=Area.SCOTLAND,
    ),
    DemoMentor(
        "fraser",
        "Eilidh Fraser",
        f"eilidh.fraser@{HIGH}",
        Body.HCPC,
        "RA070086",
        "NHS Glenmhor",
        "Kinlochard Community Hospital",
        "Advanced practitioner sonographer",
        SIX,
        (Held(K.PGC, "PgC Musculoskeletal Ultrasound", KINLOCHARD, date(2020, 7, 10)),),
        breaks=((date(2021, 3, 1), date(2021, 11, 30), "Maternity leave"),),
        area=Area.SCOTLAND,
    ),
    DemoMentor(
        "reid",
        "Callum Reid",
        f"callum.reid@{HIGH}",
        Body.HCPC,
        "PH118843",
        "NHS Glenmhor",
        "Strathcorran Health Centre",
        "Advanced physiotherapist",
        frozenset({"shoulder", "knee", "ankle_foot", "hip_groin"}),
        (Held(K.PGC, "PgC Musculoskeletal Ultrasound", KINLOCHARD, date(2024, 6, 20)),),
        confirmed=False,
        area=Area.SCOTLAND,
    ),
)


@dataclass
class Register:
    """The mentors as they stand in the database, by key."""

    officer: User
    by_key: dict[str, Mentor] = field(default_factory=dict)
    plans: dict[str, DemoMentor] = field(default_factory=dict)

    def enter(self, plan: DemoMentor, user: User) -> None:
        """Everything that the register keeps of one mentor."""
        mentor = register.add_mentor(
            by=self.officer,
            full_name=plan.name,
            user=user,
            email=plan.email,
            body=plan.body,
            registration_number=plan.number,
            consent_on=plan.since,
        )
        key: dict[str, Any] = {"by": self.officer, "mentor_id": mentor.pk}
        register.record_check(**key, on=plan.since, status="active", note="Looked up on the public register")
        periods.add_employment(
            **key,
            employer=plan.employer,
            site=plan.site,
            job=plan.job,
            area=plan.area,
            since=date(2020, 4, 1),
        )
        for held in plan.held:
            qualifications.add_qualification(
                **key,
                kind=held.kind,
                title=held.title,
                awarding_body=held.by,
                ratified_on=held.ratified_on,
                msk=held.msk,
                level=held.level,
                country=held.country,
                precision=held.precision,
                source="Certificate and transcript seen",
            )
        periods.set_remit(**key, regions=plan.remit, since=None, source="Job plan")
        for since, until, reason in plan.breaks:
            periods.add_break(**key, since=since, until=until, reason=reason, source="Told by the mentor")
        self.by_key[plan.key], self.plans[plan.key] = mentor, plan

    def confirm(self, plan: DemoMentor, user: User) -> None:
        """The mentor's yearly confirmation."""
        register.confirm_entry(by=user, mentor_id=self.by_key[plan.key].pk)


def fill(diary: Diary, register_: Register, users: dict[str, User]) -> None:
    """Writes down in the diary how the mentors are entered."""
    for plan in MENTORS:
        diary.on(plan.since, register_.enter, plan, users[plan.key], hour=9)


def confirmations(diary: Diary, register_: Register, users: dict[str, User]) -> None:
    """Writes down the yearly confirmations of most mentors."""
    for plan in MENTORS:
        if plan.confirmed:
            diary.on(date(2026, 8, 20), register_.confirm, plan, users[plan.key])
