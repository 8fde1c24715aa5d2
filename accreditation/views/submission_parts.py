"""What the pages of a submission share: fetching it by permission, who may change it, and the crumbs above."""

from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accreditation import scopes
from accreditation.enums import SubmissionState
from accreditation.models import Course, Submission, User
from accreditation.permissions import check_edit, check_submit, is_on_team, refusal
from accreditation.roles import CHAIR, COMMITTEE, OFFICER
from accreditation.rules.clauses import Clause, Statement
from accreditation.rules.standards import EDITIONS
from accreditation.selectors import visible_courses, visible_submissions

TEAM = "The course team, and after it is submitted CASE’s officers, the panel and the Committee"
AMONG_US = ". Who looks after a clause, and the team’s own notes: the course team alone"


def person(request: HttpRequest) -> User:
    """The person signed in; views here stand behind `login_required`."""
    return cast(User, request.user)


def seen_submission(request: HttpRequest, pk: UUID, *, working: bool = True) -> Submission:
    """A submission that this person may see, or 404.

    `working`: a page of the work in progress. While a submission is a draft (again), that is the team's alone; a panel
    appointed before it was returned still sees what was frozen.
    """
    user = person(request)
    found = get_object_or_404(visible_submissions(user), pk=pk)
    if working and found.state == SubmissionState.DRAFT and not is_on_team(user, found.course):
        raise Http404
    return found


def seen_course(request: HttpRequest, pk: UUID) -> Course:
    """A course that this person may see, or 404."""
    return get_object_or_404(visible_courses(person(request)), pk=pk)


def base_context(
    request: HttpRequest, submission: Submission, *crumbs: tuple[str, str], among_us: bool = False
) -> dict[str, Any]:
    """What every page of a submission needs: itself, whether it can be changed, and why not. `among_us`: a page that also
    shows what the course's team keeps to itself.
    """
    user, on_team = person(request), is_on_team(person(request), submission.course)
    return {
        "submission": submission,
        "can_edit": refusal(check_edit, user, submission) is None,
        "cannot_submit": refusal(check_submit, user, submission),
        "on_team": on_team,
        "crumbs": trail(submission, *crumbs, course_page=sees_course(user, submission)),
        "audience": TEAM + (AMONG_US if among_us and on_team else ""),
    }


def sees_course(user: User, submission: Submission) -> bool:
    """Whether a person may open the page of the submission's course: its team, the office and the Committee; no assessor."""
    return user.has_role(OFFICER, CHAIR, COMMITTEE) or is_on_team(user, submission.course)


def trail(submission: Submission, *more: tuple[str, str], course_page: bool = True) -> list[dict[str, str]]:
    """The crumbs from the list to a page; the last one has no address, nor has a course whose page one may not open."""
    whole = [
        ("Submissions", reverse("submissions")),
        (submission.course.title, reverse("course", args=[submission.course_id]) if course_page else ""),
        (submission.reference, reverse("submission", args=[submission.pk])),
        *more,
    ]
    return [
        {"label": label, "url": "" if place == len(whole) - 1 else url}
        for place, (label, url) in enumerate(whole)
    ]


def clause_of(submission: Submission, clause_id: str) -> Clause:
    """The clause that the submission is asked about, or 404."""
    for clause in scopes.clauses(submission):
        if clause.id == clause_id:
            return clause
    raise Http404


def statement_of(submission: Submission, statement_id: str) -> Statement:
    """The statement of which the submission is asked about a clause, or 404."""
    asked = {clause.statement for clause in scopes.clauses(submission)}
    for statement in EDITIONS[submission.edition].statements:
        if statement.id == statement_id and statement_id in asked:
            return statement
    raise Http404


def source_of(submission: Submission, clause: Clause) -> str:
    """Where a clause's words stand: "Position statement 4, rationale; April 2023"."""
    edition = EDITIONS[submission.edition]
    origin = ", rationale" if clause.origin == "rationale" else ""
    return f"Position statement {clause.statement.removeprefix('PS')}{origin}; {edition.published}"
