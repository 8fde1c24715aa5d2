"""An appeal against a decision, and submitting again after a deferral or a refusal."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accreditation.conditions import reads_private
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.forms.appeals import AppealEndForm, AppealStepForm, GroundsForm
from accreditation.forms.reviews import Crisp
from accreditation.models import Appeal, Submission, User
from accreditation.permissions import is_on_team, refusal
from accreditation.presenters.decisions import outcome_of
from accreditation.roles import CHAIR, OFFICER
from accreditation.rules.dates import spoken
from accreditation.services import appeals as service
from accreditation.services.resubmission import check_resubmit, resubmit
from accreditation.views.submission_parts import person, seen_submission, trail

SAID = {
    "lodge": "Your appeal is lodged. The CASE office reads it; each step stands on this page.",
    "withdraw": "Your appeal is withdrawn.",
    "step": "The step is on record.",
    "end": "The end of the appeal is on record.",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The appeal with its steps; the course lodges or withdraws it, an officer records steps and end."""
    submission = seen_submission(request, pk, working=False)
    user, outcome = person(request), outcome_of(submission)
    on_team = is_on_team(user, submission.course)
    if outcome is None or not (on_team or reads_private(user, submission)):
        raise Http404("No decision to appeal against.")
    found = _appeal(submission)
    action = request.POST.get("action", "")
    forms: dict[str, Crisp] = {
        "lodge": GroundsForm(request.POST if action == "lodge" else None),
        "step": AppealStepForm(
            request.POST if action == "step" else None,
            initial={"on": timezone.localdate()},
            auto_id="id_step_%s",
        ),
        "end": AppealEndForm(request.POST if action == "end" else None, auto_id="id_end_%s"),
    }
    status = 200
    if request.method == "POST":
        if _done(user, pk, action, forms):
            messages.success(request, SAID[action])
            return redirect("appeal", pk=pk)
        status = 422
    last = service.last_day(outcome.decision)
    why_not = refusal(service.check_lodge, user, submission)
    if found is None and why_not and not on_team:
        raise Http404("No appeal.")
    open_now = found is not None and found.state == "lodged"
    context = {
        "submission": submission,
        "outcome": outcome,
        "appeal": found,
        "forms": forms,
        "form": forms.get(action),
        "why_not": why_not,
        "last_day": last,
        "last_words": spoken(last) if last else "",
        "may_record": open_now and user.has_role(OFFICER) and not on_team,
        "may_withdraw": open_now and is_on_team(user, submission.course, leader=True),
        "may_supersede": found is not None
        and found.state == "upheld"
        and user.has_role(CHAIR)
        and found.decision_id == outcome.decision.pk,
        "crumbs": trail(submission, ("Appeal", "")) if on_team else [],
    }
    return render(request, "appeals/appeal.html", context, status=status)


def _appeal(submission: Submission) -> Appeal | None:
    return (
        Appeal.objects.filter(decision__submission=submission)
        .select_related("lodged_by", "ended_by", "decision")
        .prefetch_related("steps__by")
        .order_by("-created_at")
        .first()
    )


def _done(user: User, pk: UUID, action: str, forms: dict[str, Crisp]) -> bool:
    """Does what was pressed; False where the form says what is wrong. Raises `NotAllowed`, `NotNow`."""
    if action == "withdraw":
        service.withdraw(by=user, submission_id=pk)
        return True
    form = forms.get(action)
    if form is None:
        raise NotNow("Nothing was chosen. Nothing was changed.")
    if not form.is_valid():
        return False
    acts = {"lodge": service.lodge, "step": service.add_step, "end": service.end}
    try:
        acts[action](by=user, submission_id=pk, **form.cleaned_data)  # type: ignore[operator]
    except Invalid as no:
        form.blame(no.problems)
        return False
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks first; POST makes a new draft from a deferred or refused case."""
    submission = seen_submission(request, pk, working=False)
    user = person(request)
    if not is_on_team(user, submission.course):
        raise NotAllowed("Only the course’s own team can submit again.")
    if request.method == "POST":
        new = resubmit(by=user, submission_id=pk)
        messages.success(
            request, f"{new.reference} is begun, with the answers and files of {submission.reference}."
        )
        return redirect("submission", pk=new.pk)
    context = {
        "submission": submission,
        "outcome": outcome_of(submission),
        "cannot": refusal(check_resubmit, user, submission),
        "crumbs": trail(submission, ("Submit again", "")),
    }
    return render(request, "submissions/again.html", context)
