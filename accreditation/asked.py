"""Questions to the course during the assessment: who may do what, which are open, and the clock that stands still.

While a question is open the assessors' days are not counted: when the last one is answered, each unfinished deadline is
moved by the whole days that the clock stood still (`services.asked`).
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accreditation import policies
from accreditation.enums import PanelRole
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.models import Assignment, ClauseQuestion, QuestionCitation, Submission, User
from accreditation.permissions import is_on_team, panel_place
from accreditation.selectors import visible_submissions


def visible_questions(user: User) -> QuerySet[ClauseQuestion]:
    """Questions on submissions that a person may see, without those that were taken back."""
    cited = QuestionCitation.objects.select_related("evidence")
    return (
        ClauseQuestion.objects.filter(submission__in=visible_submissions(user), withdrawn_at__isnull=True)
        .select_related("submission__course__institution", "asked_by", "answered_by", "updated_by")
        .prefetch_related(Prefetch("citations", queryset=cited))
    )


def shown_to(user: User, submission: Submission, clause: str = "") -> list[ClauseQuestion]:
    """The questions on a submission (or on one clause) as a person may read them: what the team is still writing is the
    team's alone.
    """
    found = visible_questions(user).filter(submission=submission).order_by("number")
    rows = list(found.filter(clause=clause) if clause else found)
    unanswered = [row for row in rows if row.answered_at is None]
    if unanswered and not is_on_team(user, submission.course):
        for row in unanswered:
            row.text = ""
    return rows


def open_questions(submission: Submission) -> QuerySet[ClauseQuestion]:
    """Those that wait for the course."""
    return ClauseQuestion.objects.filter(
        submission=submission, answered_at__isnull=True, withdrawn_at__isnull=True
    )


def stands_still_since(submission: Submission) -> date | None:
    """The day since which the clock stands still, None while it runs. Questions that overlap stop it once."""
    return stopped_since(submission) if open_questions(submission).exists() else None


def stopped_since(submission: Submission) -> date | None:
    """The day on which the newest stretch of open questions began, whether it has ended or not; None without questions."""
    now = timezone.now()
    start, end = None, None
    for asked_at, answered_at, withdrawn_at in (
        ClauseQuestion.objects.filter(submission=submission)
        .order_by("created_at")
        .values_list("created_at", "answered_at", "withdrawn_at")
    ):
        until = answered_at or withdrawn_at or now
        if end is None or asked_at > end:
            start, end = asked_at, until
        else:
            end = max(end, until)
    return timezone.localtime(start).date() if start else None


def check_ask(user: User, submission: Submission) -> Assignment:
    """The lead assessor asks while the submission is in assessment. Returns their place."""
    place = panel_place(user, submission)
    if place is None or place.role != PanelRole.LEAD:
        raise NotAllowed("Only the lead assessor can ask the course.")
    if reason := policies.judge_refusal(submission):
        raise NotNow(reason)
    return place


def check_answer(user: User, question: ClauseQuestion, *, send: bool = False) -> None:
    """The course's team answers while the question is open; a leader of the course sends the answer."""
    course = question.submission.course
    if not is_on_team(user, course, leader=send):
        raise NotAllowed(
            "Only a leader of the course can send an answer. You can ask them to press the button."
            if send and is_on_team(user, course)
            else "Only the course’s own team can answer a question."
        )
    if question.withdrawn_at is not None:
        raise NotNow(f"Question {question.number} was taken back. Nothing was changed.")
    if question.answered_at is not None:
        raise NotNow(
            f"Question {question.number} is answered: its answer is kept as it is. Nothing was changed."
        )
    if reason := policies.judge_refusal(question.submission):
        raise NotNow(reason)


def cited_numbers(submission: Submission) -> set[int]:
    """The numbers of the files that answers which were sent cite."""
    return set(
        QuestionCitation.objects.filter(
            question__submission=submission, question__answered_at__isnull=False
        ).values_list("evidence__number", flat=True)
    )


def sentence(rows: Iterable[ClauseQuestion]) -> str:
    """Which clauses are asked about: "PS1.2 and PS4.1"."""
    clauses = sorted({row.clause for row in rows})
    return " and ".join([", ".join(clauses[:-1]), clauses[-1]]) if len(clauses) > 1 else "".join(clauses)
