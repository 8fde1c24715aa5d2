"""The chair corrects a decision: recalled while its letter is not issued, superseded in the open afterwards."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accreditation.committee import meeting_for, meetings_to_decide_at
from accreditation.exceptions import Invalid, NotAllowed
from accreditation.forms.appeals import RecallForm, SupersedeDecisionForm
from accreditation.models import Appeal, Decision, Submission, User
from accreditation.roles import CHAIR
from accreditation.services import supersession as service
from accreditation.services.decisions import current_decision
from accreditation.views.asking import case_for, person


def _decided(user: User, pk: UUID) -> tuple[Submission, Decision]:
    submission = case_for(user, pk)
    decision = current_decision(submission)
    if decision is None:
        raise Http404("No decision.")
    if not user.has_role(CHAIR):
        raise NotAllowed("Only the chair of the Committee can correct a decision.")
    return submission, decision


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a decision back while its letter is not issued."""
    user = person(request)
    submission, decision = _decided(user, pk)
    form = RecallForm(request.POST or None, initial={"seen_decision": decision.pk})
    if request.method == "POST" and form.is_valid():
        try:
            service.recall(by=user, submission_id=pk, **form.cleaned_data)
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(
                request, f"The decision is recalled: {submission.reference} is before the Committee again."
            )
            return redirect("decision", pk=pk)
    elif request.method != "POST":
        service.check_correct(user, submission)
    context = {"submission": submission, "decision": decision, "form": form}
    return render(request, "decisions/recall.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def supersede(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Records a decision in the place of the one that holds."""
    user = person(request)
    submission, decision = _decided(user, pk)
    appeal = Appeal.objects.filter(decision=decision).first()
    if request.method == "POST":
        form = SupersedeDecisionForm(request.POST, meetings=meetings_to_decide_at(submission))
        if form.is_valid():
            try:
                made = service.supersede(by=user, submission_id=pk, **form.values())
            except Invalid as no:
                form.blame(no.problems)
            else:
                messages.success(
                    request,
                    f"Recorded: {made.get_outcome_display()}. It supersedes the one before; new letters are being built.",
                )
                return redirect("decision", pk=pk)
    else:
        service.check_correct(user, submission)
        meeting_for(submission)
        form = SupersedeDecisionForm(
            initial=_initial(submission, decision, appeal), meetings=meetings_to_decide_at(submission)
        )
    context = {
        "submission": submission,
        "decision": decision,
        "appeal": appeal,
        "form": form,
        "conditions": service.proposable(decision),
    }
    return render(request, "decisions/supersede.html", context, status=422 if form.is_bound else 200)


def _initial(submission: Submission, decision: Decision, appeal: Appeal | None) -> dict[str, object]:
    upheld = appeal is not None and appeal.state == "upheld"
    return {
        "reason": f"The appeal of the course was upheld. {appeal.outcome}" if upheld and appeal else "",
        "outcome": "" if upheld else decision.outcome,
        "period_from": decision.period_from,
        "period_to": decision.period_to,
        "reasons": "" if upheld else decision.reasons,
        "seen_state": submission.state,
        "seen_decision": decision.pk,
    }
