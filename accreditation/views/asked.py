"""Questions to the course during the assessment: asking, the course's answer, and reading it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import asked as rules
from accreditation import judging
from accreditation.exceptions import Invalid
from accreditation.forms.asked import AskForm
from accreditation.models import ClauseQuestion
from accreditation.permissions import is_on_team, refusal
from accreditation.presenters import library as evidence_views
from accreditation.rules.standards import EDITIONS
from accreditation.services import asked as service
from accreditation.views.answering import Door, answer_page, send_page
from accreditation.views.asking import place_for
from accreditation.views.submission_parts import person, trail


def _seen(request: HttpRequest, pk: UUID, number: int) -> ClauseQuestion:
    return get_object_or_404(rules.visible_questions(person(request)), submission=pk, number=number)


def _parts(request: HttpRequest, question: ClauseQuestion, *more: tuple[str, str]) -> dict[str, Any]:
    submission, user = question.submission, person(request)
    here = (f"Question {question.number}", reverse("question", args=[submission.pk, question.number]))
    on_team = is_on_team(user, submission.course)
    crumbs = trail(submission, here, *more)
    frozen: dict[str, Any] = next(
        (row for row in question.snapshot.answers if row["clause"] == question.clause), {}
    )
    labels = {clause.id: clause.label for clause in EDITIONS[submission.edition].clauses}
    return {
        "question": question,
        "submission": submission,
        "clause": f"{question.clause} {labels.get(question.clause, '')}".strip(),
        "submitted": frozen,
        "on_team": on_team,
        "crumbs": crumbs if on_team else crumbs[2:],
    }


@login_required
@require_safe
def question(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """One question with what was submitted and the answer; what the team is still writing is the team's alone."""
    found = _seen(request, pk, number)
    user = person(request)
    context = _parts(request, found) | {
        "citations": evidence_views.cited_words(found.citations.all()) if found.answered_at else [],
        "may_answer": refusal(rules.check_answer, user, found) is None,
    }
    return render(request, "asked/question.html", context)


def _door(request: HttpRequest, pk: UUID, number: int) -> Door:
    found = _seen(request, pk, number)
    return Door(
        asked=found,
        draft=found,
        submission=found.submission,
        number=number,
        check=rules.check_answer,
        services=service,
        send=service.send,
        names=("question", "question_answer", "question_send"),
        templates=("asked/answer.html", "asked/send.html"),
        sent="Your answer is with the assessors, and is kept as it is.",
        context=lambda asking, crumb: _parts(asking, found, (crumb, "")),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The draft of the answer, with its files."""
    return answer_page(request, _door(request, pk, number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The answer to be read once more, then sent for good."""
    return send_page(request, _door(request, pk, number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """The lead asks the course about a clause."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    rules.check_ask(user, submission)
    found = next((one for one in judging.clauses(snapshot) if one.id == clause), None)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.ask(by=user, submission_id=pk, clause=clause, **form.cleaned_data)
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(
                request, f"The course is asked about {clause}. Its time to answer does not count as yours."
            )
            return redirect("review_clause", pk=pk, clause=clause)
    context = {"submission": submission, "place": place, "clause": found, "form": form}
    return render(request, "asked/ask.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The lead takes an open question back."""
    found = _seen(request, pk, number)
    service.take_back(by=person(request), submission_id=pk, number=number)
    messages.success(request, f"The question about {found.clause} is taken back.")
    return redirect("review_clause", pk=pk, clause=found.clause)
