"""Calibration: the Committee looks at the conditions of a signed report before the course sees them; the panel answers."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accreditation import audit, recipients
from accreditation.enums import CalibrationVerdict, ReportItemKind
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import CalibrationView, PanelReport, Submission, User
from accreditation.permissions import check_agree, has_conflict, need_role
from accreditation.policies import move_refusal
from accreditation.report_steps import (
    check_calibrate,
    decide_refusal,
    report_of_case,
    to_calibrate,
    unanswered_suggestions,
)
from accreditation.roles import CHAIR, OFFICER
from accreditation.services import telling_report as telling
from accreditation.services.cases import locked, move, words
from accreditation.services.telling import to_decide


def after_signing(submission: Submission, report: PanelReport, *, by: User) -> None:
    """What follows the second signature: calibration, where a condition's words are not agreed yet; else the course has it.

    Inside the caller's transaction, which holds the submission.
    """
    report.calibrated_at = None
    if to_calibrate(report):
        report.calibrate_by = timezone.localdate() + timedelta(days=settings.CALIBRATION_DAYS)
        report.save()
        telling.to_calibrate(report, submission)
        return
    _calibrated(report, submission, by=by)


@transaction.atomic
def name_calibrator(*, by: User, submission_id: UUID | str, person_id: UUID | str) -> PanelReport:
    """The chair or an officer names the member of the Committee who looks at the conditions.

    Raises `NotAllowed`, also for a member who takes no part in the case; `NotNow` once they are calibrated.
    """
    submission = locked(submission_id)
    need_role(by, CHAIR, OFFICER)
    if has_conflict(by, submission):
        raise NotAllowed("You have a conflict of interest with this institution: somebody else must do this.")
    if reason := move_refusal(submission, "suggest"):
        raise NotNow(reason)
    report = report_of_case(submission)
    if report is None or report.calibrated_at is not None:
        raise NotNow("The conditions of this report are calibrated. Nothing was changed.")
    able = {*recipients.committee(submission), *recipients.chairs(submission)}
    person = next((one for one in able if str(one.pk) == str(person_id)), None)
    if person is None:
        raise Invalid({"person": ["Choose a member of the Committee who takes part in this case"]})
    if report.calibrator_id == person.pk:
        return report
    report.calibrator = person
    report.save(update_fields=["calibrator", "updated_at"])
    audit.record(
        "calibration.named", by=by, obj=submission, payload={"person": person.pk, "name": person.full_name}
    )
    telling.to_calibrate(report, submission, named=person, by=by)
    return report


@transaction.atomic
def look_at(
    *, by: User, submission_id: UUID | str, item_id: UUID | str, verdict: str, reason: str = ""
) -> CalibrationView:
    """Says of one condition that it can stand, or what to change and why; may be changed until all of them are sent.

    Raises `NotAllowed`, `NotNow` (also where the condition is agreed or gone), `Invalid` (fields `verdict`, `reason`).
    """
    submission = locked(submission_id)
    report = check_calibrate(by, submission)
    item = next((one for one in to_calibrate(report) if str(one.pk) == str(item_id)), None)
    if item is None:
        raise NotNow("This condition does not wait for a look any more. Nothing was changed.")
    if verdict not in CalibrationVerdict.values:
        raise Invalid({"verdict": ["Choose whether the condition can stand"]})
    needed = "" if verdict == CalibrationVerdict.AGREE else "Say what to change, and why"
    reason = words("reason", reason, limit=5000, needed=needed)
    view, _ = CalibrationView.objects.update_or_create(
        item=item,
        sent_at=None,
        defaults={
            "report": report,
            "item_version": item.version,
            "number": item.number,
            "clause": item.clause,
            "text": item.text,
            "due_on": item.due_on,
            "verdict": verdict,
            "reason": reason,
            "by": by,
        },
    )
    audit.record(
        "calibration.looked_at",
        by=by,
        obj=submission,
        payload={"condition": item.number, "verdict": verdict},
    )
    return view


def finish_refusal(report: PanelReport) -> str | None:
    """Why calibration cannot be finished yet: conditions without a view."""
    seen = set(
        report.calibrations.filter(sent_at__isnull=True, item__isnull=False).values_list(
            "item_id", "item_version"
        )
    )
    left = [str(item.number) for item in to_calibrate(report) if (item.pk, item.version) not in seen]
    if not left:
        return None
    return f"Look at condition {' and '.join(left)} first."


@transaction.atomic
def finish(*, by: User, submission_id: UUID | str) -> PanelReport:
    """Sends all views: where each condition can stand, the course has the report; else the suggestions go to the panel,
    which answers them and signs again.

    Raises `NotAllowed`, `NotNow` while a condition has no view.
    """
    submission = locked(submission_id)
    report = check_calibrate(by, submission)
    if refusal := finish_refusal(report):
        raise NotNow(refusal)
    drafts = report.calibrations.filter(sent_at__isnull=True)
    drafts.filter(item__isnull=True).delete()  # the condition was removed before anybody said a word about it
    changes = drafts.filter(verdict=CalibrationVerdict.CHANGE).count()
    drafts.update(sent_at=timezone.now())
    if not changes:
        _calibrated(report, submission, by=by)
        return report
    move(submission, "suggest", by=by, payload={"report": report.pk, "changes": changes})
    report.unsign()
    report.save()
    telling.suggested(report, submission, count=changes, by=by)
    return report


@transaction.atomic
def answer(*, by: User, submission_id: UUID | str, view_id: UUID | str, answer: str) -> CalibrationView:
    """The lead says why a condition stays as it is, against the Committee's suggestion. Changing it answers it, too.

    Raises `NotAllowed`, `NotNow` where it does not wait for an answer, `Invalid` (field `answer`).
    """
    submission = locked(submission_id)
    check_agree(by, submission, lead=True)
    report = report_of_case(submission)
    waiting = unanswered_suggestions(report) if report else []
    view = next((one for one in waiting if str(one.pk) == str(view_id)), None)
    if view is None or report is None:
        raise NotNow("This suggestion does not wait for an answer any more. Nothing was changed.")
    view.answer = words("answer", answer, limit=5000, needed="Say why the condition stays as it is")
    view.answered_by, view.answered_at = by, timezone.now()
    view.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record("calibration.answered", by=by, obj=submission, payload={"condition": view.number})
    return view


def _calibrated(report: PanelReport, submission: Submission, *, by: User) -> None:
    """The report is the course's to read; its time to correct facts begins, once."""
    now = timezone.now()
    report.calibrated_at = now
    again = report.released_at is not None
    if not again:
        report.released_at = now
        report.reply_due_on = timezone.localdate() + timedelta(days=settings.REPLY_DAYS)
    report.save()
    conditions = report.items.filter(kind=ReportItemKind.CONDITION).count()
    audit.record(
        "report.released", by=by, obj=submission, payload={"report": report.pk, "conditions": conditions}
    )
    telling.released(report, submission, again=again)
    if decide_refusal(submission, report) is None:
        to_decide(submission)
