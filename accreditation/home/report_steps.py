"""What course teams, assessors and the Committee have to do between a report's signatures and the decision."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accreditation.enums import InvitationState, PanelRole, SubmissionState
from accreditation.home.items import HomeItem, Kind
from accreditation.models import Assignment, FactReply, PanelReport, Submission, User
from accreditation.report_steps import visible_replies
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, COURSE_LEADER
from accreditation.selectors import led_courses, visible_submissions

MOST = 50


def items_for(user: User) -> list[HomeItem]:
    """Conditions to look at, reports to read, corrections to answer; one query for each kind of person."""
    items: list[HomeItem] = []
    if user.has_role(CHAIR, COMMITTEE):
        items += _to_calibrate(user)
    if user.has_role(COURSE_LEADER):
        items += _to_read(user)
    if user.has_role(ASSESSOR):
        items += _to_settle(user)
    return items


def _what(submission: Submission) -> str:
    return f"{submission.course.title}, {submission.course.institution.short_name}"


def _to_calibrate(user: User) -> Iterator[HomeItem]:
    mine = Q(calibrator=user) | (Q(calibrator__isnull=True) if user.has_role(CHAIR) else Q(pk__in=()))
    waiting = PanelReport.objects.filter(
        mine,
        co_signed_at__isnull=False,
        calibrated_at__isnull=True,
        submission__state=SubmissionState.REPORTED,
        submission__in=visible_submissions(user).order_by().values("pk"),
    ).select_related("submission__course__institution")
    for report in waiting[:MOST]:
        yield HomeItem(
            Kind.TODO,
            "Look at the conditions of a report",
            reverse("calibration", args=[report.submission_id]),
            _what(report.submission),
            due=report.calibrate_by,
            role=CHAIR if user.has_role(CHAIR) else COMMITTEE,
        )


def _to_read(user: User) -> Iterator[HomeItem]:
    running = PanelReport.objects.filter(
        submission__course__in=led_courses(user).values("pk"),
        submission__in=visible_submissions(user).order_by().values("pk"),
        submission__state=SubmissionState.REPORTED,
        reply_due_on__gte=timezone.localdate(),
        reply_ended_at__isnull=True,
        went_on_at__isnull=True,
    ).select_related("submission__course__institution")
    for report in running[:MOST]:
        yield HomeItem(
            Kind.TODO,
            "Read the panel’s report, and correct its facts",
            reverse("shared_report", args=[report.submission_id]),
            _what(report.submission),
            due=report.reply_due_on,
            role=COURSE_LEADER,
        )


def _to_settle(user: User) -> Iterator[HomeItem]:
    mine = Assignment.objects.filter(
        submission=OuterRef("submission"),
        user=user,
        state=InvitationState.ACCEPTED,
        role__in=(PanelRole.LEAD, PanelRole.CO),
    )
    waiting = visible_replies(user).filter(
        Exists(mine),
        sent_at__isnull=False,
        answered_at__isnull=True,
        submission__state__in=(SubmissionState.AGREEING, SubmissionState.REPORTED),
    )
    reply: FactReply
    for reply in waiting.order_by("sent_at")[:MOST]:
        yield HomeItem(
            Kind.TODO,
            f"Answer the correction about {reply.clause}",
            reverse("fact_reply", args=[reply.submission_id, reply.number]),
            _what(reply.submission),
            since=timezone.localtime(reply.sent_at).date() if reply.sent_at else None,
            role=ASSESSOR,
        )
