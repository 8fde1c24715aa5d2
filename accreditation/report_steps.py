"""The steps of a signed report before the Committee decides: calibrated with the Committee, then corrected in its facts by
the course. Reads and checks only; no write here.

Each step is a date on the report, not a state of the case. CASE has the lead assessor agree conditions with Committee
members before the programme team sees them; how long that takes, and how long a course has to correct facts, no published
rule says: both are settings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from accreditation import policies
from accreditation.enums import (
    CalibrationVerdict,
    PanelPaperKind,
    PanelRole,
    ReportItemKind,
    SubmissionState,
)
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import (
    CalibrationView,
    Condition,
    FactCitation,
    FactReply,
    PanelPaper,
    PanelReport,
    ReportItem,
    Snapshot,
    Submission,
    User,
)
from accreditation.permissions import check_chair, has_conflict, is_on_team, panel_place
from accreditation.roles import CHAIR, COMMITTEE
from accreditation.rules.dates import spoken
from accreditation.selectors import visible_submissions

AFTER = (SubmissionState.AGREEING, SubmissionState.REPORTED, SubmissionState.DECIDED)


def report_of_case(submission: Submission) -> PanelReport | None:
    """The report on the newest version of a case, None before there is one."""
    return (
        PanelReport.objects.filter(submission=submission)
        .select_related("snapshot", "calibrator", "went_on_by")
        .order_by("-snapshot__number")
        .first()
    )


def released_to(user: User, submission: Submission) -> PanelReport | None:
    """The report that the course was sent, for whoever may see the case; None before, and while a panel is changing it."""
    report = report_of_case(submission)
    if report is None or report.released_at is None or submission.state not in AFTER:
        return None
    if (
        submission.state == SubmissionState.AGREEING
    ):  # being changed: the course reads it again once it is signed
        return None
    return report


# --- calibration ----------------------------------------------------------------------------------------------------


def to_calibrate(report: PanelReport) -> list[ReportItem]:
    """The conditions of a report whose present words the Committee has not agreed yet, in order. Two queries."""
    sent = CalibrationView.objects.filter(sent_at__isnull=False).order_by("created_at")
    items = report.items.filter(kind=ReportItemKind.CONDITION).order_by("number")
    return [
        item
        for item in items.prefetch_related(Prefetch("calibrations", queryset=sent, to_attr="sent"))
        if not _agreed(item)
    ]


def _agreed(item: ReportItem) -> bool:
    views: list[CalibrationView] = getattr(item, "sent", [])
    last = views[-1] if views else None
    return last is not None and last.verdict == CalibrationVerdict.AGREE and last.item_version == item.version


def unanswered_suggestions(report: PanelReport) -> list[CalibrationView]:
    """Suggestions that the panel has not answered, neither by words nor by changing or removing the condition."""
    waiting = report.calibrations.filter(
        verdict=CalibrationVerdict.CHANGE, sent_at__isnull=False, answered_at__isnull=True, item__isnull=False
    ).select_related("item", "by")
    return [one for one in waiting if one.item and one.item.version == one.item_version]


def precedents(item: ReportItem, user: User) -> list[Condition]:
    """How the same clause was conditioned before, the newest first, from decided cases that this person may see."""
    return list(
        Condition.objects.filter(
            clause=item.clause,
            decision__superseded=False,
            decision__submission__in=visible_submissions(user).order_by().values("pk"),
        )
        .exclude(decision__submission=item.report.submission_id)
        .select_related("decision__submission__course__institution")
        .order_by("-decision__decided_on", "number")[:5]
    )


def check_calibrate(user: User, submission: Submission) -> PanelReport:
    """The named member of the Committee, or the chair, looks at the conditions; nobody who assessed or has a conflict."""
    report = report_of_case(submission)
    named = report is not None and report.calibrator_id == user.pk and user.has_role(COMMITTEE)
    if not named and not user.has_role(CHAIR):
        raise NotAllowed(
            "Only the chair, or the member named for it, looks at the conditions for the Committee."
        )
    if has_conflict(user, submission) or is_on_team(user, submission.course) or _on_panel(user, submission):
        raise NotAllowed("You have to do with this case: somebody else must look at its conditions.")
    if reason := policies.move_refusal(submission, "suggest"):
        raise NotNow(reason)
    if report is None:
        raise NotNow("There is no report yet.")
    if report.calibrated_at is not None:
        raise NotNow("The conditions of this report are calibrated. Nothing was changed.")
    return report


def _on_panel(user: User, submission: Submission) -> bool:
    return submission.assignments.filter(user=user).exclude(state="removed").exists()


# --- correcting facts -----------------------------------------------------------------------------------------------


def reply_runs(report: PanelReport, today: date | None = None) -> bool:
    """Whether the course can still correct facts: its time runs until the end of its day, unless it was ended before."""
    day = today or timezone.localdate()
    return (
        report.reply_due_on is not None
        and report.reply_ended_at is None
        and report.went_on_at is None
        and day <= report.reply_due_on
    )


def visible_replies(user: User) -> QuerySet[FactReply]:
    """Corrections on submissions that a person may see: those that were sent and, for the team, its own drafts."""
    cited = FactCitation.objects.select_related("evidence")
    seen = FactReply.objects.filter(submission__in=visible_submissions(user))
    own = Q(sent_at__isnull=False) | Q(submission__course__in=_own_courses(user))
    return (
        seen.filter(own)
        .select_related("submission__course__institution", "report", "sent_by", "answered_by", "updated_by")
        .prefetch_related(Prefetch("citations", queryset=cited))
    )


def _own_courses(user: User) -> QuerySet[Submission]:
    today = timezone.localdate()
    mine = user.course_memberships.filter(since__lte=today).exclude(until__lt=today)
    return mine.values("course")  # type: ignore[return-value]


def check_reply(user: User, submission: Submission, *, leader: bool = False) -> PanelReport:
    """The course's team writes corrections while its time runs; a leader of the course sends them, and ends the time."""
    if not is_on_team(user, submission.course, leader=leader):
        raise NotAllowed(
            "Only a leader of the course can do this. You can ask them to press the button."
            if leader and is_on_team(user, submission.course)
            else "Only the course’s own team can correct facts."
        )
    report = report_of_case(submission)
    if report is None or report.released_at is None or submission.state == SubmissionState.DRAFT:
        raise NotNow("The panel’s report has not been sent to the course yet.")
    if not reply_runs(report):
        raise NotNow(_over(report))
    return report


def _over(report: PanelReport) -> str:
    if report.went_on_at:
        return "The chair went on to the decision: facts can no longer be corrected. Nothing was changed."
    if report.reply_ended_at:
        return "Your course said that there is nothing more to correct. Nothing was changed."
    day = spoken(report.reply_due_on) if report.reply_due_on else ""
    return f"Facts could be corrected until {day}. Nothing was changed."


def check_write(user: User, reply: FactReply, *, send: bool = False) -> None:
    """`check_reply` for one correction that is not sent yet."""
    check_reply(user, reply.submission, leader=send)
    if reply.sent_at is not None:
        raise NotNow(f"Correction {reply.number} was sent: it is kept as it is. Nothing was changed.")


def check_settle(user: User, reply: FactReply) -> None:
    """Lead or co-assessor says what the panel changed, or why not, once."""
    place = panel_place(user, reply.submission)
    if place is None or place.role == PanelRole.SHADOW:
        raise NotAllowed("Only the lead assessor and the co-assessor answer a correction.")
    if reply.sent_at is None:
        raise NotNow("This correction has not been sent yet.")
    if reply.answered_at is not None:
        raise NotNow(f"Correction {reply.number} was answered. Nothing was changed.")
    if reply.submission.state not in (SubmissionState.AGREEING, SubmissionState.REPORTED):
        raise NotNow("The Committee has decided: corrections are no longer answered.")


def check_revise(user: User, submission: Submission) -> PanelReport:
    """The lead takes the report back while a correction that was sent is not answered yet."""
    place = panel_place(user, submission)
    if place is None or place.role != PanelRole.LEAD:
        raise NotAllowed("Only the lead assessor can take the report back.")
    if reason := policies.move_refusal(submission, "revise"):
        raise NotNow(reason)
    report = report_of_case(submission)
    if report is None or not unsettled(report).exists():
        raise NotNow("There is no correction by the course that waits for an answer.")
    return report


def check_go_on(user: User, submission: Submission) -> PanelReport:
    """The chair goes on to the decision while the course's time runs, or before the panel has answered."""
    check_chair(user, submission)
    if reason := policies.move_refusal(submission, "decide"):
        raise NotNow(reason)
    report = report_of_case(submission)
    if report is None or report.released_at is None:
        raise NotNow("The report has not been sent to the course yet.")
    if report.went_on_at is not None or decide_refusal(submission, report) is None:
        raise NotNow("Nothing stands in the way of the decision. Nothing was changed.")
    return report


def unsettled(report: PanelReport) -> QuerySet[FactReply]:
    """Corrections that were sent and that the panel has not answered."""
    return report.replies.filter(sent_at__isnull=False, answered_at__isnull=True)


def cited_in_replies(submission: Submission) -> set[int]:
    """The numbers of the files that corrections which were sent cite."""
    return set(
        FactCitation.objects.filter(reply__submission=submission, reply__sent_at__isnull=False).values_list(
            "evidence__number", flat=True
        )
    )


# --- before the decision --------------------------------------------------------------------------------------------


def decide_refusal(submission: Submission, report: PanelReport | None = None) -> str | None:
    """Why the Committee cannot decide yet: conditions not calibrated, the course's time to correct facts, or corrections
    that the panel has not answered. None where it can. The chair may go on without the last two, with a reason.
    """
    report = report or report_of_case(submission)
    if report is None:
        return "There is no report yet."
    if report.released_at is None:
        return (
            "The conditions have to be calibrated with the Committee first; then the course reads the report."
        )
    if report.went_on_at is not None:
        return None
    if reply_runs(report) and report.reply_due_on:
        return f"The course can correct facts in the report until {spoken(report.reply_due_on)}."
    left = unsettled(report).count()
    if left:
        what = "a correction" if left == 1 else f"{left} corrections"
        return f"The panel has not answered {what} by the course yet."
    return None


@dataclass(frozen=True, slots=True)
class Line:
    """What a case with the Committee waits for: words for the course, words for CASE, who acts, by when."""

    course: str
    office: str
    who: str
    by: date | None = None


def line(submission: Submission) -> Line | None:
    """What a case before the Committee waits for before it can be decided; None where it can be, or for other states."""
    if submission.state != SubmissionState.REPORTED:
        return None
    report = report_of_case(submission)
    if report is None:
        return None
    if report.released_at is None:
        who = report.calibrator.full_name if report.calibrator else "Chair of the Committee"
        return Line(
            "The Committee looks at the panel’s report; then you read it and can correct facts.",
            "The conditions are calibrated with the Committee before the course reads the report.",
            who,
            report.calibrate_by,
        )
    if reply_runs(report):
        return Line(
            "Read the panel’s report, and correct what is not right in its facts.",
            "The course can correct facts in the report.",
            "Course team",
            report.reply_due_on,
        )
    if report.went_on_at is None and unsettled(report).exists():
        return Line(
            "The panel answers your corrections.",
            "The panel answers the corrections of the course.",
            "Lead and co-assessor",
        )
    return None


# --- the panel's papers before the report ---------------------------------------------------------------------------

WRITTEN_IN: dict[str, tuple[SubmissionState, ...]] = {
    PanelPaperKind.ISSUES: (SubmissionState.IN_ASSESSMENT,),
    PanelPaperKind.HEADLINE: (SubmissionState.IN_ASSESSMENT, SubmissionState.AGREEING),
}
"""When the lead writes each paper: the issues before the event, the headline report after it and before the report."""


def visible_paper(user: User, submission: Submission, kind: str) -> PanelPaper | None:
    """A paper on the newest version that has one: once sent, for whoever may see the case; its draft for the lead alone."""
    paper = next(iter(papers_of(submission, kind)), None)
    if paper is None or paper.sent_at is not None:
        return paper
    place = panel_place(user, submission)
    return paper if place is not None and place.role == PanelRole.LEAD else None


def sent_papers(submission: Submission) -> list[PanelPaper]:
    """The papers that were sent, the last one first."""
    return list(submission.panel_papers.filter(sent_at__isnull=False).order_by("-sent_at"))


def read_papers(submission: Submission, *, any_there: bool) -> None:
    """Reads the papers of a case once, for `papers_of`. No query where it is known that there are none."""
    rows = PanelPaper.objects.select_related("sent_by", "snapshot").order_by("-snapshot__number")
    if any_there:
        prefetch_related_objects([submission], Prefetch("panel_papers", queryset=rows))
    else:
        submission.__dict__.setdefault("_prefetched_objects_cache", {})["panel_papers"] = rows.none()


def papers_of(submission: Submission, kind: str) -> Iterable[PanelPaper]:
    """The papers of a kind, that of the newest version first, with who sent them."""
    if "panel_papers" in submission.__dict__.get("_prefetched_objects_cache", {}):
        return [paper for paper in submission.panel_papers.all() if paper.kind == kind]
    rows = PanelPaper.objects.filter(submission=submission, kind=kind).select_related("sent_by", "snapshot")
    return rows.order_by("-snapshot__number")


def check_paper(user: User, submission: Submission, kind: str, newest: Snapshot | None = None) -> None:
    """The lead writes and sends a paper in its time, once for each version of the submission (`newest`, where known)."""
    place = panel_place(user, submission)
    if place is None or place.role != PanelRole.LEAD:
        raise NotAllowed("Only the lead assessor writes this.")
    if kind not in WRITTEN_IN:
        raise NotNow("There is no such paper.")
    name = PanelPaperKind(kind).label.lower()
    if submission.state not in WRITTEN_IN[kind]:
        raise NotNow(
            f"The {name} is written before; {submission.reference} is now “{submission.get_state_display()}”."
        )
    last = newest or submission.snapshots.defer("facts").order_by("-number").first()
    if any(paper.snapshot == last and paper.sent_at is not None for paper in papers_of(submission, kind)):
        raise NotNow(f"The {name} was sent: it is kept as it is. Nothing was changed.")
