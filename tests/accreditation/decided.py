"""A decided submission as rows, for tests of letters: nothing of how it came about, all that a letter is made from."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accreditation import grants
from accreditation.enums import (
    DecisionOutcome,
    InvitationState,
    MeetingKind,
    PanelRole,
    ReportItemKind,
    SubmissionState,
)
from accreditation.models import (
    AgendaItem,
    AgreedJudgement,
    Assignment,
    Attendance,
    Condition,
    Decision,
    Judgement,
    Letter,
    Meeting,
    PanelReport,
    ReportItem,
    Snapshot,
    Submission,
)
from accreditation.rules.facts_writing import sha256
from accreditation.rules.standards import EDITIONS
from accreditation.services import letters
from accreditation.services.freezing import snapshot_sum
from tests.worlds import World

SIGNED = datetime(2026, 10, 30, 23, 30, tzinfo=ZoneInfo("Europe/London"))
DUE = date(2027, 3, 14)
SECRET = "for CASE only: the applicant is my neighbour"


def reported(world: World, state: str = SubmissionState.REPORTED) -> Snapshot:
    """The world's course, submitted, judged and reported to the Committee; its frozen version."""
    submission = Submission.objects.create(
        course=world.course,
        reference=f"S-{Submission.objects.count() + 1:04}",
        state=state,
        opened_by=world.leader,
    )
    snapshot = _snapshot(submission, world)
    _panel(submission, snapshot, world)
    _meeting(submission, world)
    return snapshot


def _meeting(submission: Submission, world: World) -> None:
    meeting = Meeting.objects.create(
        kind=MeetingKind.MEETING, held_on=timezone.localdate(), planned_by=world.chair
    )
    AgendaItem.objects.create(meeting=meeting, submission=submission, added_by=world.chair)
    for person in (world.committee, world.chair):
        Attendance.objects.create(meeting=meeting, person=person)


def decided(world: World, outcome: str = DecisionOutcome.ACCREDIT_WITH_CONDITIONS) -> Decision:
    """The world's course, submitted, judged, reported and decided; conditions where the outcome has some."""
    snapshot = reported(world, SubmissionState.DECIDED)
    submission = snapshot.submission
    accredited = outcome in (DecisionOutcome.ACCREDIT, DecisionOutcome.ACCREDIT_WITH_CONDITIONS)
    decision = Decision.objects.create(
        submission=submission,
        snapshot=snapshot,
        outcome=outcome,
        reasons="The panel saw what it needed to see.",
        period_from=date(2027, 1, 1) if accredited else None,
        period_to=date(2031, 12, 31) if accredited else None,
        decided_on=timezone.localdate() - timedelta(days=2),
        decided_by=world.chair,
        signed_name="Professor Iain Farrell",
    )
    if outcome == DecisionOutcome.ACCREDIT_WITH_CONDITIONS:
        for number, clause, words in (
            (1, "PS2.6", "Hold an unseen examination for every region."),
            (2, "PS4.5", "Take volunteers out of the log."),
        ):
            Condition.objects.create(
                decision=decision,
                number=number,
                clause=clause,
                text=words,
                satisfied_when="The corrected logs.",
                due_on=DUE,
            )
    grants.sync_submission(submission)
    return decision


def with_letters(world: World, outcome: str = DecisionOutcome.ACCREDIT_WITH_CONDITIONS) -> list[Letter]:
    """The decision letter and the report of a decided submission, queued by the chair."""
    with transaction.atomic():
        return letters.queue_letters(decision=decided(world, outcome), by=world.chair)


def _snapshot(submission: Submission, world: World) -> Snapshot:
    edition = EDITIONS["msk-2023"]
    found = {"PS2.6": "not_met", "PS1.2": "judge"}
    clauses: list[dict[str, Any]] = []
    for clause in edition.clauses:
        outcome = found.get(clause.id, "met")
        findings = [
            {
                "subject": {"kind": "student", "id": f"S{number}"},
                "outcome": outcome if number == 1 else "met",
                "reason": "No unseen examination covers the foot and ankle."
                if number == 1
                else "All is there.",
                "evidence": [],
                "settle": "",
            }
            for number in (1, 2, 3)
        ]
        clauses.append({"clause": clause.id, "outcome": outcome, "findings": findings})
    snapshot = Snapshot(
        submission=submission,
        number=1,
        as_of=date(2026, 9, 30),
        edition=edition.name,
        rules_version="1",
        facts={},
        facts_sha256=sha256({}),
        report={
            "clauses": clauses,
            "standard": edition.name,
            "rules_version": "1",
            "facts_sha256": sha256({}),
        },
        answers=[
            {
                "clause": clause.id,
                "question": "How?",
                "words": clause.quote,
                "text": f"Our answer to {clause.id}.",
                "citations": [{"evidence": 1, "pages": "12-14"}],
            }
            for clause in edition.clauses
        ],
        files=[
            {
                "number": 1,
                "title": "Clinical handbook",
                "name": "handbook.pdf",
                "sha256": "ab" * 32,
                "size": 10,
                "media_type": "application/pdf",
                "pages": 30,
            }
        ],
        declared_by=world.leader,
        declared_name="Leader",
        declared_role="Course leader",
    )
    snapshot.sha256 = snapshot_sum(snapshot)
    snapshot.save()
    return snapshot


def _panel(submission: Submission, snapshot: Snapshot, world: World) -> None:
    for user, role in ((world.co, PanelRole.CO), (world.lead, PanelRole.LEAD)):
        place = Assignment.objects.create(
            submission=submission,
            user=user,
            role=role,
            state=InvitationState.ACCEPTED,
            assigned_by=world.officer,
        )
        Judgement.objects.create(
            assignment=place, clause="PS2.6", outcome="not_met", comment="Own words.", private_comment=SECRET
        )
    for clause in EDITIONS["msk-2023"].clauses:
        special = clause.id == "PS2.6"
        AgreedJudgement.objects.create(
            submission=submission,
            snapshot=snapshot,
            clause=clause.id,
            outcome="partly_met" if special else "met",
            finding="not_met" if special else "met",
            reason="One of three students only, and it is planned." if special else "",
            comment=f"Agreed comment on {clause.id}.",
            dissent="The co-assessor would have said not met." if special else "",
            agreed_by=world.lead,
        )
    report = PanelReport.objects.create(
        submission=submission,
        snapshot=snapshot,
        summary="A course led with care.",
        lead_signed_at=SIGNED,
        lead_signed_by=world.lead,
        co_signed_at=SIGNED,
        co_signed_by=world.co,
        calibrated_at=SIGNED,
        released_at=SIGNED,
        reply_due_on=SIGNED.date(),
    )
    for kind, words in (
        (ReportItemKind.RECOMMENDATION, "Tell graduates to show their portfolio."),
        (ReportItemKind.COMMENDATION, "The appraisal of scans is exemplary."),
    ):
        ReportItem.objects.create(report=report, kind=kind, number=1, clause="PS3.1", text=words)
