"""What course teams, officers and the chair have to do about questions and appeals."""

from collections.abc import Iterator

from django.urls import reverse

from accreditation.asked import visible_questions
from accreditation.enums import AppealState
from accreditation.home.items import HomeItem, Kind
from accreditation.models import Appeal, Submission, User
from accreditation.roles import CHAIR, COURSE_LEADER, OFFICER
from accreditation.selectors import led_courses, visible_submissions

MOST = 50


def items_for(user: User) -> list[HomeItem]:
    """Questions to answer, appeals to deal with, and decisions to supersede; one query for each kind of person."""
    items: list[HomeItem] = []
    if user.has_role(COURSE_LEADER):
        items += _questions(user)
    if user.has_role(OFFICER):
        items += _appeals(user, AppealState.LODGED, "Deal with the appeal", "appeal", OFFICER)
    if user.has_role(CHAIR):
        items += _appeals(
            user, AppealState.UPHELD, "Record a superseding decision", "decision_supersede", CHAIR
        )
    return items


def _what(submission: Submission) -> str:
    return f"{submission.course.title}, {submission.course.institution.short_name}"


def _questions(user: User) -> Iterator[HomeItem]:
    waiting = visible_questions(user).filter(
        answered_at__isnull=True, submission__course__in=led_courses(user).values("pk")
    )
    for question in waiting.order_by("created_at")[:MOST]:
        yield HomeItem(
            Kind.TODO,
            f"Answer the question about {question.clause}",
            reverse("question", args=[question.submission_id, question.number]),
            _what(question.submission),
            since=question.created_at.date(),
            role=COURSE_LEADER,
        )


def _appeals(user: User, state: str, title: str, address: str, role: str) -> Iterator[HomeItem]:
    found = Appeal.objects.filter(
        state=state, decision__superseded=False, decision__submission__in=visible_submissions(user)
    ).select_related("decision__submission__course__institution")
    for appeal in found.order_by("created_at")[:MOST]:
        submission = appeal.decision.submission
        yield HomeItem(
            Kind.TODO,
            title,
            reverse(address, args=[submission.pk]),
            _what(submission),
            since=appeal.created_at.date(),
            role=role,
        )
