"""The panel's report as the course reads it before the decision, and corrections of its facts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accreditation import report_steps
from accreditation.enums import SubmissionState
from accreditation.exceptions import Invalid, NotAllowed
from accreditation.forms.report_steps import SettleForm
from accreditation.forms.reviews import ReasonForm
from accreditation.models import FactReply, PanelReport, Submission
from accreditation.permissions import is_on_team, refusal
from accreditation.presenters import library as evidence_views
from accreditation.presenters import panels
from accreditation.roles import CHAIR
from accreditation.rules.standards import EDITIONS
from accreditation.services import replies as service
from accreditation.views.answering import Door, answer_page, send_page
from accreditation.views.asking import case_for, person, place_for
from accreditation.views.form_page import either
from accreditation.views.submission_parts import sees_course, trail


def _released(request: HttpRequest, pk: UUID) -> tuple[Submission, PanelReport]:
    user = person(request)
    submission = case_for(user, pk)
    report = report_steps.released_to(user, submission)
    if report is None:
        raise Http404("Not sent to the course yet.")
    return submission, report


@login_required
@require_safe
def shared_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The report as the course has it: no dissent, nothing for CASE only; with the corrections and the time for them."""
    user = person(request)
    submission, report = _released(request, pk)
    agreed = {row.clause: row for row in report.snapshot.agreed_judgements.all()}
    replies = [
        one
        for one in report_steps.visible_replies(user).filter(report=report).order_by("number")
        if one.sent_at
        or one.text
        or one.citations.all()  # begun beside a wrong clause, and left: nothing is there
    ]
    told: dict[str, list[FactReply]] = {}
    for reply in replies:
        told.setdefault(reply.clause, []).append(reply)
    on_team = is_on_team(user, submission.course)
    context = {
        "submission": submission,
        "report": report,
        "parts": panels.parts(report, agreed.values()),
        "rows": [
            {"clause": clause, "agreed": agreed.get(clause.id), "replies": told.get(clause.id, [])}
            for clause in EDITIONS[submission.edition].clauses
        ],
        "replies": replies,
        "runs": report_steps.reply_runs(report) and submission.state == SubmissionState.REPORTED,
        "may_reply": refusal(report_steps.check_reply, user, submission) is None,
        "may_end": refusal(report_steps.check_reply, user, submission, leader=True) is None,
        "drafts": any(reply.sent_at is None for reply in replies),
        "on_team": on_team,
        "crumbs": trail(submission, ("The panel’s report", ""), course_page=sees_course(user, submission)),
    }
    return render(request, "replies/report.html", context)


@login_required
@require_POST
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A correction about one clause: its draft, begun or gone on with."""
    user = person(request)
    _released(request, pk)
    try:
        reply = service.begin(by=user, submission_id=pk, clause=request.POST.get("clause", ""))
    except Invalid:
        raise Http404("No such clause.") from None
    return redirect("fact_reply_write", pk=pk, number=reply.number)


@login_required
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A leader of the course says that there is nothing more to correct."""
    _released(request, pk)
    service.end(by=person(request), submission_id=pk)
    messages.success(request, "CASE knows that your course has nothing more to correct.")
    return redirect("shared_report", pk=pk)


def _seen(request: HttpRequest, pk: UUID, number: int) -> FactReply:
    return get_object_or_404(report_steps.visible_replies(person(request)), submission=pk, number=number)


def _parts(request: HttpRequest, reply: FactReply, *more: tuple[str, str]) -> dict[str, Any]:
    submission, user = reply.submission, person(request)
    labels = {clause.id: clause.label for clause in EDITIONS[submission.edition].clauses}
    here = (f"Correction {reply.number}", reverse("fact_reply", args=[submission.pk, reply.number]))
    shared = report_steps.released_to(user, submission) is not None
    up = (("The panel’s report", reverse("shared_report", args=[submission.pk])),) if shared else ()
    return {
        "reply": reply,
        "submission": submission,
        "clause": f"{reply.clause} {labels.get(reply.clause, '')}".strip(),
        "agreed": reply.report.snapshot.agreed_judgements.filter(clause=reply.clause).first()
        if shared
        else None,
        "on_team": is_on_team(user, submission.course),
        "crumbs": trail(submission, *up, here, *more, course_page=sees_course(user, submission)),
    }


@login_required
@require_safe
def reply(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """One correction with what it cites, and the panel's answer."""
    found = _seen(request, pk, number)
    user = person(request)
    context = _parts(request, found) | {
        "citations": evidence_views.cited_words(found.citations.all()),
        "may_write": refusal(report_steps.check_write, user, found) is None,
        "may_settle": refusal(report_steps.check_settle, user, found) is None,
        "may_revise": refusal(report_steps.check_revise, user, found.submission) is None
        and found.answered_at is None,
    }
    return render(request, "replies/reply.html", context)


def _door(request: HttpRequest, pk: UUID, number: int) -> Door:
    found = _seen(request, pk, number)
    return Door(
        asked=found,
        draft=found,
        submission=found.submission,
        number=number,
        check=report_steps.check_write,
        services=service,
        send=service.send,
        names=("fact_reply", "fact_reply_write", "fact_reply_send"),
        templates=("replies/write.html", "replies/send.html"),
        sent="Your correction is with the panel, and is kept as it is.",
        context=lambda asking, crumb: _parts(asking, found, (crumb, "")),
    )


@login_required
@either
def write(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The draft of a correction, with its files."""
    return answer_page(request, _door(request, pk, number))


@login_required
@either
def send(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The correction to be read once more, then sent for good."""
    return send_page(request, _door(request, pk, number))


@login_required
@either
def settle(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The panel says what it changed, or why not."""
    user = person(request)
    submission, place, _ = place_for(user, pk)
    found = _seen(request, pk, number)
    report_steps.check_settle(user, found)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.settle(by=user, submission_id=pk, number=number, **form.cleaned_data)
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(request, "The course reads your answer.")
            return redirect("fact_reply", pk=pk, number=number)
    context = _parts(request, found, ("The panel’s answer", "")) | {
        "form": form,
        "place": place,
        "citations": evidence_views.cited_words(found.citations.all()),
        "may_revise": refusal(report_steps.check_revise, user, submission) is None,
    }
    return render(request, "replies/settle.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def revise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lead takes the report back to change it."""
    user = person(request)
    place_for(user, pk)
    service.revise(by=user, submission_id=pk)
    messages.success(request, "The report is yours to change. Both of you sign it again afterwards.")
    return redirect("review_report", pk=pk)


@login_required
@either
def go_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The chair goes on to the decision without waiting, with a reason."""
    user = person(request)
    submission = case_for(user, pk)
    if not user.has_role(CHAIR):
        raise NotAllowed("Only the chair of the Committee can go on without waiting.")
    report = report_steps.check_go_on(user, submission)
    form = ReasonForm(
        request.POST or None,
        label="Why does the Committee not wait?",
        help_text="The course reads it.",
    )
    if request.method == "POST" and form.is_valid():
        try:
            service.go_on(by=user, submission_id=pk, reason=form.cleaned_data["reason"])
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(
                request, "Your reason is kept: the Committee does not wait for the course’s answer."
            )
            return redirect("decision", pk=pk)
    context = {
        "submission": submission,
        "form": form,
        "waits": report_steps.decide_refusal(submission, report),
    }
    return render(request, "replies/go_on.html", context, status=422 if form.is_bound else 200)
