"""Who is told what between a report's signatures and the decision: called by the services inside their transactions."""

from django.urls import reverse

from accreditation import mail, recipients
from accreditation.models import FactReply, PanelReport, Submission, User
from accreditation.rules.dates import spoken
from accreditation.services import telling


def to_calibrate(
    report: PanelReport, submission: Submission, *, named: User | None = None, by: User | None = None
) -> None:
    """The member named for it, or else the chairs, look at the conditions."""
    person = named or report.calibrator
    people = [person] if person else recipients.chairs(submission)
    telling.tell(
        "calibration_wanted",
        [one for one in people if by is None or one.pk != by.pk],
        submission,
        reverse("calibration", args=[submission.pk]),
        mark=f"{report.pk}:{report.version}:{submission.version}",
        due=spoken(report.calibrate_by) if report.calibrate_by else "",
    )


def suggested(report: PanelReport, submission: Submission, *, count: int, by: User) -> None:
    """The panel reads what the Committee suggests."""
    path = reverse("review_report", args=[submission.pk])
    mark = f"{report.pk}:{submission.version}"
    telling.tell("changes_suggested", recipients.panel(submission), submission, path, mark=mark, count=count)


def released(report: PanelReport, submission: Submission, *, again: bool) -> None:
    """The course has the report, or has it again with its changes."""
    telling.tell(
        "report_changed" if again else "report_released",
        recipients.course_team(submission),
        submission,
        reverse("shared_report", args=[submission.pk]),
        mark=f"{report.pk}:{submission.version}",
        due=spoken(report.reply_due_on) if report.reply_due_on else "",
    )


def corrected(reply: FactReply) -> None:
    """The panel answers a correction."""
    telling.tell(
        "facts_corrected",
        recipients.panel(reply.submission),
        reply.submission,
        reverse("fact_reply", args=[reply.submission_id, reply.number]),
        about=reply,
        mark=reply.pk,
        clause=reply.clause,
    )


def settled(reply: FactReply) -> None:
    """The course reads what the panel changed, or why not."""
    telling.tell(
        "correction_answered",
        recipients.course_team(reply.submission),
        reply.submission,
        reverse("fact_reply", args=[reply.submission_id, reply.number]),
        about=reply,
        mark=reply.pk,
        clause=reply.clause,
        changed=bool(reply.changed),
    )
    mail.settle("facts_corrected", about=[reply])


def not_awaited(report: PanelReport, submission: Submission) -> None:
    """The course reads why the chair goes on."""
    path = reverse("shared_report", args=[submission.pk])
    people = recipients.course_team(submission)
    telling.tell("reply_not_awaited", people, submission, path, mark=report.pk, reason=report.went_on_reason)
