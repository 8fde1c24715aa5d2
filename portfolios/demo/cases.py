"""The demo submissions and their histories: draft, submitted, in assessment, with the Committee, decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accreditation import judging, scopes, sections
from accreditation.enums import ConditionVerdict, DecisionOutcome, LetterKind, PanelRole, SubmissionKind
from accreditation.letters.shipped import shipped
from accreditation.models import Evidence, Job, Letter, Submission, User
from accreditation.periods import default_period
from accreditation.services import (
    agreeing,
    approvals,
    condition_steps,
    conditions,
    decisions,
    declarations,
    evidence,
    letter_texts,
    letters,
    reports,
    resubmission,
    reviews,
    scoping,
    submissions,
)
from portfolios.demo import committee, judgements, visits
from portfolios.demo.answers import FIRST_WORDS, MAIN_OPEN, answer
from portfolios.demo.courses import COURSES, DemoCourse
from portfolios.demo.documents import DOCUMENTS, pdf

if TYPE_CHECKING:
    from portfolios.demo.world import World

CHANGED = ("PS2.4", "PS2.6", "PS5.1", "PS5.4")
"""What the demo's change touches: a module, and what is scanned and examined in it."""
PLANS = {plan.key: plan for plan in COURSES}


@dataclass
class Case:
    """One submission on its way through the services."""

    world: "World"
    plan: DemoCourse
    kind: str
    submission: Submission | None = None

    @property
    def id(self) -> object:
        assert self.submission is not None  # noqa: S101 - opened first
        return self.submission.pk

    @property
    def leader(self) -> User:
        return self.world.people[self.plan.leader]

    # --- the course -----------------------------------------------------------------------------------------------

    def prepare(self, left_open: tuple[str, ...] = (), left_out: tuple[str, ...] = ()) -> None:
        """Opens a draft, fills its library, answers and cites, and calls what is whole complete."""
        course = self.world.courses[self.plan.key]
        self.submission = submissions.open_submission(by=self.leader, course=course, kind=self.kind)
        library: dict[str, Evidence] = {}
        if self.kind in scopes.NAMES_ITS_OWN:
            scoping.set_scope(by=self.leader, submission_id=self.submission.pk, clauses=CHANGED)
            self.submission.refresh_from_db()
        for document in DOCUMENTS:
            if document.key not in left_out:
                library[document.key] = evidence.add_evidence(
                    by=self.leader, submission_id=self.submission.pk, title=document.title,
                    upload=pdf(self.plan, document.key, self.leader.full_name),  # type: ignore[arg-type]
                )  # fmt: skip
        for clause in scopes.clauses(self.submission):
            if clause.id in left_open:
                continue
            said = answer(self.plan, clause.id)
            submissions.save_answer(
                by=self.leader, submission_id=self.submission.pk, clause=clause.id, text=said.text, version=0
            )
            for key, pages in said.cites:
                if key in library:
                    evidence.cite(
                        by=self.leader, submission_id=self.submission.pk, clause=clause.id,
                        evidence_id=library[key].pk, pages=pages,
                    )  # fmt: skip
        for code in sections.codes_of(self.submission):
            if not sections.missing(self.submission, code):
                submissions.set_section(
                    by=self.leader, submission_id=self.submission.pk, code=code, complete=True
                )

    def first_words(self) -> None:
        """Some answers as the course gave them in the application that was deferred."""
        self._say(FIRST_WORDS)

    def again(self, before: "Case") -> None:
        """A draft made from a deferred case: answers and library are taken over, some answers are new."""
        old = before.submission
        assert old is not None  # noqa: S101 - decided by then
        self.submission = resubmission.resubmit(by=self.leader, submission_id=old.pk)
        self._say({clause: answer(self.plan, clause).text for clause in FIRST_WORDS})
        for code in sections.codes_of(self.submission):
            if not sections.missing(self.submission, code):
                submissions.set_section(
                    by=self.leader, submission_id=self.submission.pk, code=code, complete=True
                )

    def _say(self, words: Mapping[str, str]) -> None:
        assert self.submission is not None  # noqa: S101 - opened first
        for row in self.submission.answers.filter(clause__in=words):
            submissions.save_answer(
                by=self.leader, submission_id=self.submission.pk, clause=row.clause, text=words[row.clause],
                version=row.version,
            )  # fmt: skip

    def submit(self) -> None:
        submissions.submit(
            by=self.leader, submission_id=self.id, declared_name=self.leader.full_name,  # type: ignore[arg-type]
            declared_role="Course leader",
        )  # fmt: skip

    # --- the panel ------------------------------------------------------------------------------------------------

    def panel(self, lead: str, co: str, shadow: str = "") -> None:
        """Invites and accepts, free of conflicts, then the assessment starts."""
        officer = self.world.officer
        invited = [(lead, PanelRole.LEAD), (co, PanelRole.CO)] + (
            [(shadow, PanelRole.SHADOW)] if shadow else []
        )
        due = timezone.localdate() + timedelta(weeks=6)
        for name, role in invited:
            user = self.world.people[name]
            place = reviews.assign(
                by=officer, submission_id=str(self.id), user_id=user.pk, role=role, due_on=due
            )
            declarations.declare_for_course(by=self.leader, assignment_id=place.pk)
            reviews.answer_invitation(by=user, assignment_id=place.pk, accept=True)
        reviews.start_assessment(by=officer, submission_id=str(self.id))

    def judge_as(self, name: str, role: str, until: int | None) -> None:
        """An assessor judges all clauses, or the first `until`, and then has finished, or not."""
        user = self.world.people[name]
        snapshot = reviews.snapshot_of(Submission.objects.get(pk=str(self.id)))
        clauses = judging.clauses(snapshot)[:until]
        for clause in clauses:
            said = judgements.judgement(self.plan.key, clause.id, snapshot, role)
            reviews.save_judgement(
                by=user, submission_id=str(self.id), clause=clause.id, outcome=said.outcome, comment=said.comment,
                reason=said.reason,
            )  # fmt: skip
        if until is None:
            reviews.finish(by=user, submission_id=str(self.id))

    def report(self, lead: str, co: str) -> None:
        """Agreement, summary, conditions, recommendations, commendations, and both signatures."""
        by, other = self.world.people[lead], self.world.people[co]
        case: dict[str, Any] = {"submission_id": str(self.id)}
        agreeing.agree_equal(by=by, **case)
        snapshot = reviews.snapshot_of(Submission.objects.get(pk=str(self.id)))
        agreed = set(snapshot.agreed_judgements.values_list("clause", flat=True))
        for clause in judging.clauses(snapshot):
            if clause.id not in agreed:
                said = judgements.judgement(self.plan.key, clause.id, snapshot, PanelRole.LEAD)
                agreeing.agree(
                    by=by,
                    clause=clause.id,
                    outcome=said.outcome,
                    comment=said.comment,
                    reason=said.reason,
                    **case,
                )
        report = reports.report_of(Submission.objects.get(pk=str(self.id)))
        reports.save_report(
            by=by, summary=judgements.SUMMARIES[self.plan.key], version=report.version, **case
        )
        for item in judgements.ITEMS[self.plan.key]:
            reports.save_item(
                by=by, kind=item.kind, text=item.text, clause=item.clause, due_on=item.due_on,
                satisfied_when=item.satisfied_when, rules_decide=item.rules_decide, **case,
            )  # fmt: skip
        for user in (by, other):
            report.refresh_from_db()
            reports.sign_report(by=user, version=report.version, **case)

    # --- the Committee --------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """The chair accredits with conditions, from the beginning of the last month of the academic year on."""
        first, last = default_period(date(2026, 8, 1))
        self._decided(
            outcome=DecisionOutcome.ACCREDIT_WITH_CONDITIONS, reasons=judgements.REASONS, period_from=first,
            period_to=last,
        )  # fmt: skip

    def defer(self) -> None:
        """The chair records that the Committee deferred its decision."""
        self._decided(
            outcome=DecisionOutcome.DEFER, reasons=judgements.DEFERRED, period_from=None, period_to=None
        )

    def _decided(self, **values: Any) -> None:
        """Records the decision; the letters are built at once, as the worker would."""
        chair = self.world.people["Dr Alan McAllister"]
        decision = decisions.decide(
            by=chair, submission_id=str(self.id), signed_name=chair.full_name, **values
        )
        for letter in decision.letters.all():
            _build(letter)

    def remind(self) -> None:
        """An officer makes a reminder of the conditions; it waits for the approval that it needs."""
        made = approvals.make(
            by=self.world.officer, submission_id=str(self.id), kind=LetterKind.CONDITIONS_DUE
        )
        _build(made)

    # --- conditions -----------------------------------------------------------------------------------------------

    def answer_condition(self, number: int, text: str, title: str) -> None:
        """The course answers a condition with a file and sends it."""
        to: dict[str, Any] = {"by": self.leader, "submission_id": self.id, "number": number}
        draft = conditions.save_answer(text=text, **to)
        file, _ = conditions.add_file(
            upload=pdf(self.plan, "programme_specification", f"{self.leader.full_name}, revised"),  # type: ignore[arg-type]
            title=title, **to,
        )  # fmt: skip
        conditions.cite(evidence_id=file.pk, pages="1", **to)
        draft.refresh_from_db()
        condition_steps.send(version=draft.version, **to)

    def view_condition(self, name: str, number: int, verdict: str, words: str) -> None:
        condition_steps.give_view(
            by=self.world.people[name], submission_id=str(self.id), number=number, verdict=verdict,
            words_for_course=words,
        )  # fmt: skip


def _build(letter: Letter) -> None:
    """As the worker would."""
    for job in Job.objects.filter(key=letters.key_of(letter)):
        letters.build(job_id=job.pk)


def _draft_text(world: "World") -> None:
    """An officer writes a new version of one letter's text; it is not published yet."""
    text = shipped("decision.defer").text
    more = "If anything in this letter is not clear, please write to the CASE office.\n\n{signature}"
    letter_texts.save(
        by=world.officer, slug="decision.defer", text=text.replace("{signature}", more),
        note="Says whom to ask.",
    )  # fmt: skip


def fill_cases(world: "World") -> None:
    """Writes all submissions down in the diary, each with its days."""
    diary = world.diary
    ruth, daniel, bronwen, patrick = (
        "Professor Ruth Lindqvist", "Daniel Oyelaran", "Dr Bronwen Hughes", "Patrick Nwosu",
    )  # fmt: skip

    focused = Case(world, PLANS["focused"], SubmissionKind.FOCUSED)
    diary.on(date(2026, 3, 24), focused.prepare)
    diary.on(date(2026, 4, 14), focused.submit)
    diary.on(date(2026, 4, 21), focused.panel, ruth, daniel)
    _judged_by(focused, date(2026, 5, 12), ruth, daniel)
    diary.on(date(2026, 6, 9), focused.report, ruth, daniel)
    diary.on(date(2026, 6, 11), committee.calibrate, focused, "Dr Alan McAllister")
    diary.on(date(2026, 6, 15), committee.nothing_to_correct, focused)
    summer, winter = date(2026, 7, 2), date(2026, 12, 10)
    diary.on(date(2026, 6, 1), committee.plan, world, summer)
    diary.on(date(2026, 6, 10), committee.put_on, focused, summer)
    diary.on(date(2026, 6, 18), committee.announce, world, summer)
    diary.on(summer, committee.attend, world, summer, hour=15)
    diary.on(date(2026, 7, 7), focused.decide)
    diary.on(
        date(2026, 11, 12), focused.answer_condition, 1, judgements.ANSWER, "Admissions rules 2026-27, revised"
    )  # fmt: skip
    diary.on(date(2026, 11, 18), focused.remind)
    diary.on(date(2026, 11, 18), _draft_text, world)
    diary.on(date(2026, 11, 19), focused.view_condition, daniel, 1, ConditionVerdict.MET, judgements.VIEW)

    diary.on(date(2026, 7, 20), committee.appeal, focused, judgements.APPEAL)
    seen = date(2026, 8, 12)
    diary.on(seen, committee.appeal_step, focused, seen, judgements.APPEAL_STEP)
    diary.on(date(2026, 9, 10), committee.appeal_dismissed, focused, judgements.APPEAL_END)

    scottish = Case(world, PLANS["scottish"], SubmissionKind.REACCREDITATION)
    diary.on(date(2026, 9, 28), scottish.prepare)
    diary.on(date(2026, 10, 6), scottish.submit)
    diary.on(date(2026, 10, 9), scottish.panel, bronwen, daniel)
    _judged_by(scottish, date(2026, 10, 29), bronwen, daniel)
    diary.on(date(2026, 11, 16), scottish.report, bronwen, daniel)
    diary.on(date(2026, 10, 20), committee.paper, scottish, bronwen, "issues", judgements.ISSUES)
    diary.on(date(2026, 11, 11), committee.paper, scottish, bronwen, "headline", judgements.HEADLINE)
    diary.on(date(2026, 11, 20), committee.correct, scottish, *judgements.CORRECTION)
    diary.on(date(2026, 11, 10), committee.plan, world, winter)
    diary.on(date(2026, 11, 17), committee.put_on, scottish, winter)
    diary.on(date(2026, 11, 18), committee.announce, world, winter)

    diary.on(
        date(2026, 10, 12),
        visits.propose,
        scottish,
        "Kinlochard, Clinical Skills Centre",
        (2026, 11, 3),
        (2026, 11, 5),
    )
    diary.on(date(2026, 10, 14), visits.answer, scottish, bronwen, "yes", "yes")
    diary.on(date(2026, 10, 15), visits.answer, scottish, daniel, "no", "yes")
    diary.on(date(2026, 10, 20), visits.agree, scottish, 1)

    deferred = Case(world, PLANS["undergraduate"], SubmissionKind.NEW)
    diary.on(date(2026, 4, 13), deferred.prepare)
    diary.on(date(2026, 4, 13), deferred.first_words)
    diary.on(date(2026, 4, 20), deferred.submit)
    diary.on(date(2026, 4, 24), deferred.panel, ruth, daniel)
    _judged_by(deferred, date(2026, 5, 13), ruth, daniel)
    diary.on(date(2026, 6, 8), deferred.report, ruth, daniel)
    diary.on(date(2026, 6, 15), committee.nothing_to_correct, deferred)
    diary.on(date(2026, 6, 16), committee.put_on, deferred, summer)
    diary.on(date(2026, 7, 7), deferred.defer)

    undergraduate = Case(world, PLANS["undergraduate"], SubmissionKind.NEW)
    diary.on(date(2026, 10, 12), undergraduate.again, deferred)
    diary.on(date(2026, 10, 30), undergraduate.submit)
    diary.on(date(2026, 11, 4), undergraduate.panel, ruth, daniel, patrick)
    diary.on(date(2026, 11, 19), undergraduate.judge_as, daniel, PanelRole.CO, None)
    diary.on(date(2026, 11, 23), undergraduate.judge_as, ruth, PanelRole.LEAD, 11)

    diary.on(
        date(2026, 11, 18), visits.propose, undergraduate, "", (2026, 12, 8), (2026, 12, 15), (2027, 1, 12)
    )
    diary.on(date(2026, 11, 20), visits.answer, undergraduate, daniel, "yes", "if_needed", "no")
    diary.on(date(2026, 11, 21), visits.answer, undergraduate, patrick, "yes", "no", "yes")

    diary.on(date(2026, 11, 23), committee.question, undergraduate, ruth, *judgements.QUESTION, hour=16)

    change = Case(world, PLANS["focused"], SubmissionKind.MINOR_CHANGE)
    diary.on(date(2026, 11, 9), change.prepare)
    diary.on(date(2026, 11, 20), change.submit)

    main = Case(world, PLANS["main"], SubmissionKind.REACCREDITATION)
    diary.on(date(2026, 11, 18), main.prepare, MAIN_OPEN, ("external_examiner", "mentor_handbook"), hour=18)


def _judged_by(case: Case, day: date, lead: str, co: str) -> None:
    case.world.diary.on(day, case.judge_as, co, PanelRole.CO, None)
    case.world.diary.on(day + timedelta(days=5), case.judge_as, lead, PanelRole.LEAD, None)
