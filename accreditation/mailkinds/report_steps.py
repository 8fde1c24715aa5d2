"""The kinds of message about a report between its signatures and the decision (see `accreditation.mail`)."""

from accreditation.enums import SubmissionState as S
from accreditation.mail import MailKind
from accreditation.mailkinds.cases import MOVED_ON, PANEL, TEAM, while_in
from accreditation.models import FactReply, Message, PanelReport
from accreditation.report_steps import reply_runs


def _calibrated(message: Message) -> str:
    waits = PanelReport.objects.filter(
        submission=message.submission, calibrated_at__isnull=True, co_signed_at__isnull=False
    ).exists()
    return "" if waits else MOVED_ON


def _settled(message: Message) -> str:
    waits = FactReply.objects.filter(pk=message.about_id, answered_at__isnull=True).exists()
    return "" if waits else "The correction had been answered when it was to be sent."


def _over(message: Message) -> str:
    reports = PanelReport.objects.filter(submission=message.submission, released_at__isnull=False)
    return "" if any(reply_runs(one) for one in reports) else MOVED_ON


KINDS = (
    MailKind(
        "calibration_wanted",
        "Conditions to look at for the Committee",
        "You get this because you look at the conditions for the Committee.",
        "Look at the conditions",
        moot=_calibrated,
    ),
    MailKind(
        "changes_suggested",
        "The Committee suggests changes to conditions",
        PANEL,
        "Read the suggestions",
        moot=while_in(S.AGREEING),
    ),
    MailKind("report_released", "The panel’s report on your course", TEAM, "Read the report", moot=_over),
    MailKind("report_changed", "The panel changed its report", TEAM, "Read the report", duty=False),
    MailKind("facts_corrected", "A course corrects a fact", PANEL, "Answer the correction", moot=_settled),
    MailKind("correction_answered", "The panel answered a correction", TEAM, "Read the answer", duty=False),
    MailKind("reply_not_awaited", "The Committee goes on to its decision", TEAM, "Read why", duty=False),
    MailKind("paper_sent", "Before the panel’s report", TEAM, "Read it"),
)
