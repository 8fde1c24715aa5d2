"""A demo cohort's year: application, enrolment, contracts, scans, appraisals, examinations, results, awards."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from accreditation.models import Course, User
from accreditation.services import accounts
from mentors.models import Mentor
from portfolios.demo import clinic
from portfolios.demo.clock import Diary
from portfolios.demo.courses import DemoCourse
from portfolios.demo.faults import argument
from portfolios.demo.log import Planned, scan_log
from portfolios.demo.names import JUDGED
from portfolios.demo.students import StudentPlan, plans
from portfolios.enums import (
    AssessmentKind,
    AssessmentOutcome,
    ExperienceOutcome,
    Party,
    RegistrationStatus,
    ResultOutcome,
    Subject,
)
from portfolios.models import LearningContract, Portfolio, Scan
from portfolios.services import admissions, appraisals, contracts, outcomes, portfolios, scans

ONE_DAY = timedelta(days=1)
EXAMINERS = ("Dr Judith Marlowe", "Professor Anil Deshmukh", "Karen Whitcombe", "Dr Stephen Achterberg")
TERMS = (
    "Two clinic sessions a week. The student scans under direct supervision until the examination board has ratified the "
    "award; the mentor appraises every scan."
)


@dataclass
class Life:
    """A student of the demo world as they come to be in the database."""

    plan: StudentPlan
    account: User | None = None
    portfolio: Portfolio | None = None
    contract: LearningContract | None = None
    log: list[tuple[Planned, Scan]] = field(default_factory=list)

    @property
    def user(self) -> User:
        assert self.account is not None  # noqa: S101 - made with the application
        return self.account

    @property
    def place(self) -> Portfolio:
        assert self.portfolio is not None  # noqa: S101 - enrolled before anything else
        return self.portfolio


@dataclass
class Cohort:
    """One course with its people, and everything that happens to its students."""

    plan: DemoCourse
    course: Course
    leader: User
    tutor: User
    officer: User
    mentors: dict[str, Mentor]
    users: dict[str, User]
    lives: list[Life] = field(default_factory=list)

    def fill(self, diary: Diary) -> None:
        """Writes the whole year down in the diary."""
        start = self.plan.enrolled_on
        for place, plan in enumerate(plans(self.plan)):
            life = Life(plan, self.users.get(plan.name))
            self.lives.append(life)
            diary.on(start - timedelta(days=75 - place), self._apply, life, hour=11)
            diary.on(start, self._enrol, life, hour=9)
            for step, day in enumerate((start + 2 * ONE_DAY, start + 3 * ONE_DAY, start + 4 * ONE_DAY)):
                diary.on(day, self._sign, life, step)
            for member in plan.team:
                if member.since > start:
                    diary.on(member.since, self._join, life, member.key, hour=8)
            self._scanning(diary, life)
            diary.on(self.plan.exams[1] + 3 * ONE_DAY, self._examine, life)
            diary.on(self.plan.exams[1] + 4 * ONE_DAY, self._results, life)

    def _account(self, plan: StudentPlan) -> User:
        name = plan.name.casefold().encode("ascii", "ignore").decode().replace(" ", ".").replace("'", "")
        email = f"{name}.{self.plan.key[:2]}{plan.code[-2:]}@students.{self.plan.university}.example"
        return accounts.create_user(
            by=self.officer, email=email, full_name=plan.name, institution=self.course.institution
        )

    # --- before the first scan ----------------------------------------------------------------------------------

    def _apply(self, life: Life) -> None:
        plan, rng = life.plan, life.plan.rng(self.plan.key, "application")
        life.account = life.account or self._account(plan)
        background = plan.background
        registrations = [
            admissions.RegistrationEntry(
                body=background.body, number=plan.number, status=RegistrationStatus.ACTIVE,
                since=date(rng.randint(2009, 2022), 9, 1), seen_on=self.plan.enrolled_on - timedelta(days=80),
                seen_by="Admissions office",
            )
        ]  # fmt: skip
        if "off_list" in plan.quirks:
            registrations = [
                admissions.RegistrationEntry(
                    body="BASRaT", number="2147", status=RegistrationStatus.ACTIVE, since=date(2019, 7, 1),
                    seen_on=self.plan.enrolled_on - timedelta(days=80), seen_by="Admissions office",
                )
            ]  # fmt: skip
        experience = [admissions.ExperienceEntry(background.specialism, plan.months, background.experience)]
        student = admissions.apply(
            by=self.tutor, course=self.course, full_name=plan.name, user=life.user,
            profession="Sport rehabilitator" if "off_list" in plan.quirks else self._profession(plan),
            registrations=[] if "no_body" in plan.quirks else registrations,
            experience=[] if "no_experience" in plan.quirks else experience,
        )  # fmt: skip
        if student.code != plan.code:
            raise ValueError(f"{plan.name} came out as {student.code}, planned as {plan.code}")
        if not plan.quirks & {"unjudged", "no_experience"}:
            admissions.judge_experience(
                by=self.leader,
                student_id=student.pk,
                outcome=ExperienceOutcome.APPROPRIATE,
                reason=rng.choice(JUDGED),
            )
        life.portfolio = Portfolio(student=student)

    @staticmethod
    def _profession(plan: StudentPlan) -> str:
        return "None yet (school leaver)" if "no_body" in plan.quirks else plan.background.profession

    def _enrol(self, life: Life) -> None:
        life.portfolio = admissions.enrol(
            by=self.tutor, student_id=life.place.student_id, on=self.plan.enrolled_on, cohort=self.plan.cohort
        )
        for member in life.plan.team:
            if member.since <= self.plan.enrolled_on:
                self._into_team(life, member.key)

    def _into_team(self, life: Life, key: str) -> None:
        member = next(one for one in life.plan.team if one.key == key)
        portfolios.join_team(
            by=self.leader, portfolio_id=life.place.pk, mentor=self.mentors[key], since=member.since
        )

    def _sign(self, life: Life, step: int) -> None:
        """On three days: drafted and signed by the student, by the mentors, by the university."""
        plan = life.plan
        if step == 0:
            free = "remit_text" in plan.quirks
            grouped = "upper_limb" in plan.terms_of_remit
            life.contract = contracts.draft_contract(
                by=self.leader if free else life.user, portfolio_id=life.place.pk,
                remit=() if free else plan.terms_of_remit,
                remit_text="General musculoskeletal scanning as agreed with the mentor" if free else "",
                remit_confirmed=None if grouped else True, terms=TERMS,
            )  # fmt: skip
            self._signature(life, life.user, Party.STUDENT)
        elif step == 1:
            for member in plan.team:
                if member.since <= self.plan.enrolled_on:
                    self._signature(life, self.users[member.key], Party.MENTOR)
        else:
            self._signature(life, self.leader, Party.INSTITUTION)

    def _signature(self, life: Life, user: User, party: str) -> None:
        assert life.contract is not None  # noqa: S101 - drafted before
        contracts.sign_contract(
            by=user, contract_id=life.contract.pk, party=party, name=user.full_name,
            text_sha256=life.contract.text_sha256,
        )  # fmt: skip

    def _join(self, life: Life, key: str) -> None:
        self._into_team(life, key)
        self._signature(life, self.users[key], Party.MENTOR)

    # --- scans ----------------------------------------------------------------------------------------------------

    def _scanning(self, diary: Diary, life: Life) -> None:
        """Scans go into the log in batches, and are appraised on the day, or within the days until the batch is complete."""
        log = scan_log(self.plan, life.plan, self.mentors)
        last = self.plan.terms[-1].last
        for batch in _batches(log, last):
            day = batch[-1].entry.on
            diary.on(day, self._log, life, batch, hour=17)
            if "waiting" in life.plan.quirks and day > last - timedelta(days=7):
                continue
            diary.on(
                min(day + 3 * ONE_DAY, last + 3 * ONE_DAY),
                self._appraise,
                life,
                batch,
            )

    def _log(self, life: Life, batch: Sequence[Planned]) -> None:
        made = scans.bulk_log_scans(
            by=life.user, portfolio_id=life.place.pk, entries=[one.entry for one in batch]
        )
        numbers = {
            scan.number: scan for scan in life.place.scans.filter(number__in=[scan.number for scan in made])
        }
        life.log += [(one, numbers[scan.number]) for one, scan in zip(batch, made, strict=True)]

    def _appraise(self, life: Life, batch: Sequence[Planned]) -> None:
        chosen = {id(one) for one in batch}
        rng = life.plan.rng(self.plan.key, f"appraisal:{batch[0].entry.on}")
        by_mentor: defaultdict[str, dict[int, appraisals.Appraised]] = defaultdict(dict)
        last = batch[-1].entry.on
        for one, scan in life.log:
            if id(one) not in chosen or one.entry.subject != Subject.PATIENT:
                continue
            grade = clinic.grade(rng, one.progress)
            by_mentor[one.mentor][scan.pk] = appraisals.Appraised(
                grade=grade, comment=rng.choice(clinic.COMMENTS[grade]), technique=grade,
                image=clinic.grade(rng, one.progress), report=grade, patient_care="good",
                on=min(scan.on + timedelta(days=rng.choice((0, 0, 0, 1, 2))), last + 3 * ONE_DAY),
            )  # fmt: skip
        self._by_student(life, by_mentor)
        for key, said in by_mentor.items():
            appraisals.bulk_appraise(by=self.users[key], portfolio_id=life.place.pk, said=said)

    def _by_student(self, life: Life, by_mentor: dict[str, dict[int, appraisals.Appraised]]) -> None:
        """Planted: the paper log shows a grade that the student gave, and the tutor copies what it shows."""
        if (
            "self_appraised" not in life.plan.quirks
            or life.place.scans.filter(appraisal__by_student=True).exists()
        ):
            return
        said = next(iter(by_mentor.values()))
        scan_id, words = next(iter(said.items()))
        del said[scan_id]
        appraisals.take_over_appraisals(
            by=self.tutor, portfolio_id=life.place.pk, rows=[appraisals.FromPaper(scan_id, words)],
            source="Paper log of the placement, page 1",
        )  # fmt: skip

    # --- examinations, results, awards -------------------------------------------------------------------------------

    def _examine(self, life: Life) -> None:
        """An unseen patient examination for each part of the remit; some need a second attempt."""
        rng = life.plan.rng(self.plan.key, "examinations")
        first, last = self.plan.exams
        without = argument(life.plan.quirks, "no_exam")
        for place, part in enumerate(life.plan.parts):
            day = first + timedelta(days=place * 2 + rng.randint(0, 1))
            day -= timedelta(days=max(0, day.weekday() - 4))
            examiner = rng.choice(EXAMINERS)
            if part == without:
                self._attempt(life, part, day, AssessmentKind.OSCE_MODEL, examiner, "", passed=True)
                continue
            if rng.random() < 0.04:
                self._attempt(
                    life, part, day, AssessmentKind.UNSEEN_PATIENT, examiner, f"U{place + 1}", passed=False
                )
                day, examiner = last, rng.choice(EXAMINERS)
            self._attempt(
                life, part, day, AssessmentKind.UNSEEN_PATIENT, examiner, f"U{place + 11}", passed=True
            )

    def _attempt(
        self, life: Life, part: str, day: date, kind: str, examiner: str, case: str, *, passed: bool
    ) -> None:
        outcomes.record_assessment(
            by=self.tutor, portfolio_id=life.place.pk, kind=kind, on=day, regions=[part],
            outcome=AssessmentOutcome.PASS if passed else AssessmentOutcome.FAIL, assessor_name=examiner, signed_on=day,
            case=case, comment="" if passed else "Deep structures not shown; dynamic assessment left out. Repeat.",
        )  # fmt: skip

    def _results(self, life: Life) -> None:
        quirk = {
            "compensated": ("physics", ResultOutcome.COMPENSATED),
            "rpl": ("professional_issues", ResultOutcome.RPL),
        }
        special = {topic: outcome for name, (topic, outcome) in quirk.items() if name in life.plan.quirks}
        outcomes.record_results(
            by=self.tutor, student_id=life.place.student_id,
            results={
                module: next((special[topic] for topic in special if topic in module.topics), ResultOutcome.PASS)
                for module in self.course.modules.order_by("code")
            },
        )  # fmt: skip


def _batches(log: list[Planned], last: date) -> Iterator[list[Planned]]:
    """The log in six-week batches; the last week is a batch of its own, because it may still wait for its appraisals."""
    split = last - timedelta(days=7)
    whole = [one for one in log if one.entry.on <= split]
    first = log[0].entry.on
    batches: defaultdict[int, list[Planned]] = defaultdict(list)
    for one in whole:
        batches[(one.entry.on - first).days // 42].append(one)
    yield from batches.values()
    if rest := [one for one in log if one.entry.on > split]:
        yield rest
