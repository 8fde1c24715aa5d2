"""Cases for tests of panels and decisions: a submitted case with a frozen version, walked on through the services."""

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from accreditation import grants, judging, report_steps
from accreditation.enums import DecisionOutcome, PanelRole, ReportItemKind, SubmissionState
from accreditation.models import (
    Assignment,
    Decision,
    Judgement,
    Meeting,
    PanelReport,
    Snapshot,
    Submission,
    User,
)
from accreditation.rules.standards import EDITIONS
from accreditation.services import calibration, decisions, declarations, meetings, replies, reports, reviews
from accreditation.services.agreeing import agree_equal
from tests.worlds import World

_number = itertools.count(1)
FINDINGS = {"PS2.4": "not_met", "PS2.6": "missing", "PS1.2": "judge", "PS3.1": "note", "PS1.4": "met"}
"""What the invented rules report says; every clause that is not named is met."""


def submitted(world: World, *, findings: dict[str, str] | None = None) -> Submission:
    """A submission of the world's course, submitted, with one frozen version."""
    submission = Submission.objects.create(
        course=world.course,
        reference=f"CASE-T-{next(_number):04}",
        state=SubmissionState.SUBMITTED,
        opened_by=world.leader,
        due_on=timezone.localdate(),
    )
    freeze(submission, world.leader, findings=findings)
    grants.sync_submission(submission)
    return submission


def freeze(submission: Submission, by: User, *, findings: dict[str, str] | None = None) -> Snapshot:
    """The frozen version of a submission, with findings as told."""
    edition = EDITIONS[submission.edition]
    told = {**FINDINGS, **(findings or {})}
    clauses = [
        {
            "clause": clause.id,
            "outcome": told.get(clause.id, "met"),
            "findings": [
                {
                    "subject": {"kind": "course", "id": "C1"},
                    "outcome": told.get(clause.id, "met"),
                    "reason": f"What the rules saw about {clause.id}.",
                    "evidence": ["evidence/E1"],
                    "settle": "",
                    "rows": {"supporting": ["students/S1/scans/X1"], "failing": [], "left_out": []},
                }
            ],
        }
        for clause in edition.clauses
    ]
    answers = [
        {
            "clause": clause.id,
            "question": f"How does the course show {clause.label.lower()}?",
            "words": clause.quote,
            "text": f"The course’s answer to {clause.id}.",
            "citations": [{"evidence": 1, "pages": "2-3"}] if clause.id < "PS3" else [],
        }
        for clause in edition.clauses
    ]
    count = submission.snapshots.count()
    return Snapshot.objects.create(
        submission=submission,
        number=count + 1,
        as_of=timezone.localdate(),
        edition=submission.edition,
        rules_version="test",
        facts={},
        facts_sha256="0" * 64,
        report={
            "report": 1,
            "standard": submission.edition,
            "as_of": timezone.localdate().isoformat(),
            "facts_sha256": "0" * 64,
            "rules_version": "test",
            "overall": "not_met",
            "clauses": clauses,
        },
        answers=answers,
        files=[
            {
                "number": 1,
                "title": "Course handbook",
                "name": "handbook.pdf",
                "sha256": "a" * 64,
                "size": 1000,
                "media_type": "application/pdf",
                "pages": 12,
            }
        ],
        sha256="0" * 64,
        declared_by=by,
        declared_name=by.full_name,
        declared_role="Course leader",
    )


def seat(submission: Submission, officer: User, user: User, role: str) -> Assignment:
    """Invites and accepts, after the course has declared that it has no conflict."""
    place = reviews.assign(by=officer, submission_id=submission.pk, user_id=user.pk, role=role)
    if place.asks_course:
        declarations.declare_for_course(by=submission.opened_by, assignment_id=place.pk)
    return reviews.answer_invitation(by=user, assignment_id=place.pk, accept=True)


def in_assessment(
    world: World, *, shadow: bool = False, findings: dict[str, str] | None = None
) -> Submission:
    """A case whose lead and co-assessor have accepted, in assessment."""
    submission = submitted(world, findings=findings)
    seat(submission, world.officer, world.lead, PanelRole.LEAD)
    seat(submission, world.officer, world.co, PanelRole.CO)
    if shadow:
        seat(submission, world.officer, world.shadow, PanelRole.SHADOW)
    return reviews.start_assessment(by=world.officer, submission_id=submission.pk)


def judge_all(submission: Submission, user: User, *, but: dict[str, str] | None = None) -> None:
    """Judges every clause as the rules found it (met where they leave it open), but for those named.

    Rows as the service would leave them, in one statement: the service itself is tested on single clauses.
    """
    snapshot = judging.current(submission)
    assert snapshot
    place = submission.assignments.get(user=user, state="accepted")
    rows = []
    for clause, finding in judging.findings(snapshot).items():
        usual = {"not_met": "not_met", "missing": "partly_met", "not_applicable": "not_applicable"}
        outcome = (but or {}).get(clause) or usual.get(finding, "met")
        rows.append(
            Judgement(
                assignment=place,
                clause=clause,
                outcome=outcome,
                comment=f"{user.full_name} on {clause}",
                private_comment=f"Only CASE: {user.full_name} on {clause}",
                finding=finding,
                reason="Seen on paper." if judging.differs(outcome, finding) else "",
            )
        )
    Judgement.objects.bulk_create(rows)


def agreeing(world: World, *, shadow: bool = False, co_says: dict[str, str] | None = None) -> Submission:
    """A case in which both have judged and finished."""
    submission = in_assessment(world, shadow=shadow)
    judge_all(submission, world.lead)
    judge_all(submission, world.co, but=co_says)
    reviews.finish(by=world.lead, submission_id=submission.pk)
    reviews.finish(by=world.co, submission_id=submission.pk)
    submission.refresh_from_db()
    return submission


def report_ready(world: World, *, conditions: int = 1) -> Submission:
    """A case with everything agreed and a report that only wants its signatures."""
    submission = agreeing(world)
    agree_equal(by=world.lead, submission_id=submission.pk)
    for number in range(conditions):
        reports.save_item(
            by=world.lead,
            submission_id=submission.pk,
            kind=ReportItemKind.CONDITION,
            clause="PS2.4",
            text=f"Condition text {number + 1}",
            due_on=date(2027, 2, 28),
            satisfied_when="The portfolio template.",
        )
    reports.save_item(
        by=world.lead,
        submission_id=submission.pk,
        kind=ReportItemKind.COMMENDATION,
        text="The handbook is a model of clarity.",
    )
    report = reports.report_of(submission)
    reports.save_report(
        by=world.lead, submission_id=submission.pk, summary="A sound course.", version=report.version
    )
    return submission


def sign(world: World, submission: Submission) -> Submission:
    """Lead and co-assessor sign the report as it stands."""
    for signer in (world.lead, world.co):
        version = reports.report_of(submission).version
        reports.sign_report(by=signer, submission_id=submission.pk, version=version)
    submission.refresh_from_db()
    return submission


def calibrate(world: World, submission: Submission) -> PanelReport:
    """The chair finds that every condition can stand: the course has the report."""
    report = PanelReport.objects.get(submission=submission)
    for item in report_steps.to_calibrate(report):
        calibration.look_at(by=world.chair, submission_id=submission.pk, item_id=item.pk, verdict="agree")
    return calibration.finish(by=world.chair, submission_id=submission.pk)


def signed(world: World, *, conditions: int = 1) -> Submission:
    """A case with the Committee whose conditions nobody has looked at yet."""
    return sign(world, report_ready(world, conditions=conditions))


def released(world: World, *, conditions: int = 1) -> Submission:
    """A case whose report the course has, with its time to correct facts running."""
    submission = signed(world, conditions=conditions)
    if conditions:
        calibrate(world, submission)
    return submission


def reported(world: World, *, conditions: int = 1) -> Submission:
    """A case that the Committee can decide: calibrated, nothing to correct, on today's agenda with its members there."""
    submission = released(world, conditions=conditions)
    replies.end(by=world.leader, submission_id=submission.pk)
    on_agenda(world, submission)
    return submission


def on_agenda(
    world: World, submission: Submission, *, on: date | None = None, present: bool = True
) -> Meeting:
    """A meeting of the Committee, today unless said otherwise, with the case on its agenda and its members present."""
    meeting = meetings.plan(
        by=world.officer, kind="meeting", held_on=on or timezone.localdate(), place="London"
    )
    meetings.put_on(by=world.officer, meeting_id=meeting.pk, submission_id=submission.pk)
    meeting.refresh_from_db()
    if present:
        there = [world.committee.pk, world.chair.pk]
        meetings.record_present(
            by=world.officer, meeting_id=meeting.pk, people=there, version=meeting.version
        )
    return Meeting.objects.get(pk=meeting.pk)


def decision_values(**changes: Any) -> dict[str, Any]:
    """Values that `decide` takes, with conditions."""
    values: dict[str, Any] = {
        "outcome": DecisionOutcome.ACCREDIT_WITH_CONDITIONS,
        "reasons": "The Committee agreed with the panel.",
        "period_from": date(2026, 9, 1),
        "period_to": date(2031, 8, 31),
        "signed_name": "Chair of the Committee",
    }
    return values | changes


def decided(world: World) -> Decision:
    """A decided case's decision."""
    submission = reported(world)
    return decisions.decide(by=world.chair, submission_id=submission.pk, **decision_values())


def reach(world: World, state: str) -> Submission:
    """A case in the state named, reached through the services where there is a way."""
    if state == SubmissionState.DECIDED:
        return Submission.objects.get(pk=decided(world).submission_id)
    builders = {
        SubmissionState.SUBMITTED: submitted,
        SubmissionState.IN_ASSESSMENT: in_assessment,
        SubmissionState.AGREEING: report_ready,
        SubmissionState.REPORTED: reported,
    }
    if state in builders:
        return builders[SubmissionState(state)](world)
    submission = submitted(world)
    Submission.objects.filter(pk=submission.pk).update(state=state)
    grants.sync_submission(Submission.objects.get(pk=submission.pk))
    return Submission.objects.get(pk=submission.pk)


def everyone(world: World) -> Iterable[tuple[str, User]]:
    """Each person of a world with what they are in it."""
    names = ("leader", "member", "officer", "lead", "co", "shadow", "committee", "chair", "outsider")
    return ((name, getattr(world, name)) for name in names)
