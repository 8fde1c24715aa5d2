"""People on their way to the next intake, in each state that an application can have; and what became of two students."""

from dataclasses import dataclass, field
from datetime import date

from portfolios.demo.clock import Diary
from portfolios.demo.cohort import Cohort, Life
from portfolios.enums import AwardKind, ExperienceOutcome, PresentedTo
from portfolios.models import Student
from portfolios.services import admissions, applications, outcomes, portfolios, standing
from portfolios.services.admissions import ExperienceEntry, RegistrationEntry

LOOKED_UP = date(2026, 11, 12)


@dataclass(frozen=True, slots=True)
class Plan:
    """One applicant: what they give, and how far their application has come."""

    name: str
    profession: str
    applied_on: date
    body: str = ""
    number: str = ""
    since: date | None = None
    experience: tuple[ExperienceEntry, ...] = ()
    looked_up: str = ""  # what the register showed; empty: nobody has looked
    outcome: str = ""
    reason: str = ""
    then: tuple[str, str] | None = None  # a move and its reason


PLANS = (
    Plan(
        "Rosalind Achebe", "Physiotherapist", date(2026, 10, 5), "HCPC", "PH118204", date(2016, 9, 1),
        (ExperienceEntry("msk", 31, "First contact practitioner with her own list; triages to imaging, audits outcomes."),),
        "active", ExperienceOutcome.APPROPRIATE,
        "Her audit and the lead clinician’s account show independent MSK reasoning and sound requests for imaging.",
    ),
    Plan(
        "Callum Strachan", "Diagnostic radiographer", date(2026, 10, 19), "HCPC", "RA077310", date(2013, 7, 1),
        (ExperienceEntry("ultrasound", 14, "General ultrasound lists; assists in the weekly MSK session."),), "active",
    ),
    Plan(
        "Yasmin Qureshi", "Podiatrist", date(2026, 11, 2), "HCPC", "CH31877", None,
        (ExperienceEntry("msk", 9, "Foot and ankle clinic with injections; joint list with the orthopaedic team."),),
    ),
    Plan("Tomos Pritchard", "Sports therapist", date(2026, 11, 9)),
    Plan(
        "Elise Fontaine", "Advanced nurse practitioner", date(2026, 9, 21), "NMC", "12C4471E", date(2012, 3, 1),
        (ExperienceEntry("other", 60, "Emergency department; wounds and minor fractures."),), "active",
        ExperienceOutcome.NOT_APPROPRIATE,
        "Long and good practice, but neither MSK clinics nor ultrasound: no joint examination, no imaging decisions.",
        ("refuse", "Experience in the specialism is missing. Invited to apply again after six months in the MSK hub."),
    ),
    Plan(
        "Henrik Dahl", "Physiotherapist", date(2026, 9, 28), "HCPC", "PH095159", date(2019, 9, 1),
        (ExperienceEntry("msk", 44, "Community MSK hub, complex lower limb pain."),), "active",
        then=("withdraw", "Has taken a post elsewhere and will apply again next year."),
    ),
)  # fmt: skip


@dataclass
class Intake:
    """The next intake of a cohort's course."""

    cohort: Cohort
    made: dict[str, Student] = field(default_factory=dict)

    def fill(self, diary: Diary) -> None:
        """Applications, look-ups and decisions; a student who interrupts, and one whose interim award is ratified."""
        for plan in PLANS:
            diary.on(plan.applied_on, self._apply, plan, hour=9)
            diary.on(LOOKED_UP, self._decide, plan, hour=14)
        lives = {life.plan.code: life for life in self.cohort.lives}
        diary.on(date(2026, 11, 23), self._interrupt, lives["S028"], hour=20)
        diary.on(date(2026, 11, 20), self._interim, lives["S025"])

    def _apply(self, plan: Plan) -> None:
        given = [RegistrationEntry(plan.body, plan.number)] if plan.body else []
        self.made[plan.name] = admissions.apply(
            by=self.cohort.tutor, course=self.cohort.course, full_name=plan.name, profession=plan.profession,
            registrations=given, experience=plan.experience,
        )  # fmt: skip

    def _decide(self, plan: Plan) -> None:
        student = self.made[plan.name]
        if plan.looked_up:
            applications.check_registration(
                by=self.cohort.tutor, registration_id=student.registrations.get().pk, on=LOOKED_UP,
                status=plan.looked_up, since=plan.since,
            )  # fmt: skip
        if plan.outcome:
            admissions.judge_experience(
                by=self.cohort.leader, student_id=student.pk, outcome=plan.outcome, reason=plan.reason
            )
        if plan.then:
            kind, reason = plan.then
            standing.move(by=self.cohort.tutor, student_id=student.pk, kind=kind, on=LOOKED_UP, reason=reason)

    def _interrupt(self, life: Life) -> None:
        standing.move(
            by=self.cohort.tutor, student_id=life.place.student_id, kind="interrupt", on=date(2026, 11, 23),
            reason="Parental leave, agreed with the employer.", expected_back=date(2027, 4, 12),
        )  # fmt: skip

    def _interim(self, life: Life) -> None:
        outcomes.record_award(
            by=self.cohort.tutor, student_id=life.place.student_id, kind=AwardKind.INTERIM,
            ratified_on=date(2026, 11, 19), regions=life.plan.parts[:2],
        )  # fmt: skip
        portfolios.record_presentation(
            by=life.user, portfolio_id=life.place.pk, to=PresentedTo.EMPLOYER, on=date(2026, 11, 20), award=True,
            portfolio_shown=True, recipient="Wexcombe University Hospitals",
        )  # fmt: skip
