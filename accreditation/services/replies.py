"""The course corrects facts in the panel's report before the Committee decides: clause by clause, with cited evidence; the
panel says what it changed, or why not.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accreditation import audit
from accreditation.enums import SubmissionState
from accreditation.exceptions import Invalid, Stale
from accreditation.models import FactReply, PanelReport, Submission, User
from accreditation.report_steps import (
    check_go_on,
    check_reply,
    check_revise,
    check_settle,
    check_write,
    decide_refusal,
)
from accreditation.rules.facts_writing import sha256
from accreditation.services import telling_report as telling
from accreditation.services.cases import locked, move, words
from accreditation.services.drafting import Drafting
from accreditation.services.telling import to_decide


@transaction.atomic
def begin(*, by: User, submission_id: UUID | str, clause: str) -> FactReply:
    """The draft of a correction about one clause: a new one, or the one that the team is writing already.

    Raises `NotAllowed`, `NotNow` outside the course's time, `Invalid` for an unknown clause.
    """
    submission = locked(submission_id)
    report = check_reply(by, submission)
    if clause not in {row["clause"] for row in report.snapshot.answers}:
        raise Invalid({"clause": ["There is no such clause."]})
    known = report.replies.filter(clause=clause, sent_at__isnull=True).first()
    if known is not None:
        return known
    last = submission.fact_replies.aggregate(last=Max("number"))["last"] or 0
    reply = FactReply.objects.create(
        submission=submission, report=report, number=last + 1, clause=clause, updated_by=by, version=0
    )
    _record("correction.begun", by, reply)
    return reply


@transaction.atomic
def send(*, by: User, submission_id: UUID | str, number: int, version: int) -> FactReply:
    """A leader of the course sends a correction for good: the panel answers it.

    Raises `NotAllowed`, `NotNow` (also at a second press, or when the time is over), `Invalid` (field `text`), `Stale`.
    """
    reply = _hold(submission_id, number)
    check_write(by, reply, send=True)
    if not reply.text:
        raise Invalid({"text": ["Write what is not right, and what is, before you send it"]})
    if reply.version != version:
        raise Stale("The correction was changed meanwhile. Read it again before you send it.", reply)
    reply.sent_at, reply.sent_by = timezone.now(), by
    reply.sha256 = sum_of(reply)
    reply.save(update_fields=["sent_at", "sent_by", "sha256", "updated_at"])
    _record("correction.sent", by, reply, sha256=reply.sha256)
    telling.corrected(reply)
    return reply


@transaction.atomic
def end(*, by: User, submission_id: UUID | str) -> PanelReport:
    """A leader of the course says that there is nothing (more) to correct: the time ends, drafts stay unsent.

    Raises `NotAllowed`, `NotNow` once the time is over.
    """
    submission = locked(submission_id)
    report = check_reply(by, submission, leader=True)
    report.reply_ended_at, report.reply_ended_by = timezone.now(), by
    report.save(update_fields=["reply_ended_at", "reply_ended_by", "updated_at"])
    audit.record("correction.ended", by=by, obj=submission, payload={"report": report.pk})
    _perhaps_ready(submission, report)
    return report


@transaction.atomic
def settle(
    *, by: User, submission_id: UUID | str, number: int, changed: bool | None, answer: str
) -> FactReply:
    """Lead or co-assessor says that the report was changed, and how, or why it was not; once.

    Raises `NotAllowed`, `NotNow`, `Invalid` (fields `changed`, `answer`).
    """
    reply = _hold(submission_id, number)
    check_settle(by, reply)
    problems: dict[str, list[str]] = {}
    if changed is None:
        problems["changed"] = ["Choose whether the report is changed"]
    if not answer.strip():
        problems["answer"] = ["Say what is changed, or why nothing is"]
    if problems:
        raise Invalid(problems)
    reply.changed, reply.answer = changed, words("answer", answer, limit=5000)
    reply.answered_at, reply.answered_by = timezone.now(), by
    reply.save(update_fields=["changed", "answer", "answered_at", "answered_by", "updated_at"])
    _record("correction.settled", by, reply, changed=changed)
    telling.settled(reply)
    _perhaps_ready(reply.submission, reply.report)
    return reply


@transaction.atomic
def revise(*, by: User, submission_id: UUID | str) -> PanelReport:
    """The lead takes the report back to change it after a correction; both sign again.

    Raises `NotAllowed`, `NotNow` without a correction that waits.
    """
    submission = locked(submission_id)
    report = check_revise(by, submission)
    move(submission, "revise", by=by, payload={"report": report.pk})
    report.unsign()
    report.save()
    return report


@transaction.atomic
def go_on(*, by: User, submission_id: UUID | str, reason: str) -> PanelReport:
    """The chair does not wait for the course's time or the panel's answers any longer, with a reason that the course reads.

    Raises `NotAllowed`, `NotNow` where nothing is waited for, `Invalid` (field `reason`).
    """
    submission = locked(submission_id)
    report = check_go_on(by, submission)
    reason = words(
        "reason", reason, limit=2000, needed="Say why the Committee does not wait: the course reads it"
    )
    report.went_on_at, report.went_on_by, report.went_on_reason = timezone.now(), by, reason
    report.save(update_fields=["went_on_at", "went_on_by", "went_on_reason", "updated_at"])
    audit.record("correction.not_awaited", by=by, obj=submission, payload={"report": report.pk})
    telling.not_awaited(report, submission)
    return report


def tell_lapsed(today: date | None = None) -> int:
    """Tells the chair of every case whose time for corrections ended without a word since: once each, whenever it is asked.

    Returns how many cases are ready to be decided. One transaction for each.
    """
    day, ready = today or timezone.localdate(), 0
    over = PanelReport.objects.filter(
        submission__state=SubmissionState.REPORTED,
        reply_due_on__lt=day,
        reply_ended_at__isnull=True,
        went_on_at__isnull=True,
    )
    for submission_id in over.values_list("submission_id", flat=True):
        with transaction.atomic():
            submission = locked(submission_id)
            if submission.state == SubmissionState.REPORTED and decide_refusal(submission) is None:
                to_decide(submission)
                ready += 1
    return ready


def sum_of(reply: FactReply) -> str:
    """The sum of a correction: its words, and each file with its own sum and the pages meant."""
    cited = reply.citations.select_related("evidence").order_by("evidence__number", "pages")
    return sha256(
        {
            "report": str(reply.report_id),
            "number": reply.number,
            "clause": reply.clause,
            "text": reply.text,
            "files": [[row.evidence.number, row.evidence.sha256, row.pages] for row in cited],
        }
    )


def _perhaps_ready(submission: Submission, report: PanelReport) -> None:
    """Tells the chair once nothing stands in the way of the decision any more."""
    if submission.state == SubmissionState.REPORTED and decide_refusal(submission, report) is None:
        to_decide(submission)


def _hold(submission_id: UUID | str, number: int) -> FactReply:
    submission = locked(submission_id)
    reply = submission.fact_replies.select_related("report__snapshot", "updated_by").get(number=number)
    reply.submission = submission
    return reply


def _record(verb: str, by: User, reply: FactReply, **payload: object) -> None:
    said = {"correction": reply.number, "clause": reply.clause, **payload}
    audit.record(verb, by=by, obj=reply.submission, payload=said)


DRAFTING = Drafting(
    model=FactReply, hold=_hold, check=check_write, record=_record,
    saved="correction.saved", cited="correction.file_cited", uncited="correction.file_uncited",
)  # fmt: skip
save_answer, add_file, cite, uncite = DRAFTING.save_answer, DRAFTING.add_file, DRAFTING.cite, DRAFTING.uncite
