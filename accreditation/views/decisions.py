"""Pages of the Committee: what is before it, one case with its report, recording the decision, and sending back."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import committee, permissions, report_steps
from accreditation.enums import DecisionOutcome, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.forms.decisions import DecisionForm
from accreditation.forms.reviews import ReasonForm
from accreditation.models import Appeal, Decision, PanelReport, Submission, User
from accreditation.periods import default_period
from accreditation.presenters import letters as letter_cards
from accreditation.presenters import panels
from accreditation.presenters.decisions import outcome_of, report_for
from accreditation.presenters.meetings import minutes_of
from accreditation.review_selectors import visible_judgements
from accreditation.roles import CHAIR, COMMITTEE, OFFICER
from accreditation.selectors import visible_letters, visible_submissions
from accreditation.services import decisions as service
from accreditation.services.appeals import issued_on
from accreditation.services.supersession import check_correct
from accreditation.views.asking import case_for, person

CURRENT = "decisions"


@login_required
@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """Cases before the Committee, longest first, and those decided, newest first."""
    user = person(request)
    permissions.need_role(user, OFFICER, CHAIR, COMMITTEE)
    seen = visible_submissions(user)
    before = list(seen.filter(state=SubmissionState.REPORTED).order_by("state_since"))
    decided = list(
        Decision.objects.filter(submission__in=seen, superseded=False)
        .select_related("submission__course__institution", "decided_by")
        .order_by("-decided_on", "-created_at")[:200]
    )
    context = {
        "before": before,
        "decided": decided,
        "coming": list(
            committee.visible_meetings(user).filter(held_on__gte=timezone.localdate()).order_by("held_on")[:3]
        ),
    }
    return render(request, "decisions/list.html", context)


@login_required
@require_safe
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One case for the Committee: the report, the agreed judgements, where they part from the rules, the decision."""
    user = person(request)
    submission = _before_committee(user, pk)
    found = report_for(submission)
    if found is None:
        raise Http404("No report.")
    outcome = outcome_of(submission)
    letters = visible_letters(user).filter(decision__submission=submission).order_by("-created_at")
    letters = letters.select_related(
        "superseded_by", "supersedes", "decision__submission__course__institution"
    )
    refusal = permissions.refusal(permissions.check_decide, user, submission)
    context = {
        **_report(user, submission, found),
        "meeting": _meeting_parts(user, submission),
        "minutes": minutes_of(outcome.decision) if outcome else None,
        "outcome": outcome,
        "letters": [letter_cards.card(letter, user) for letter in letters] if outcome else [],
        "refusal": refusal
        or report_steps.decide_refusal(submission, found)
        or permissions.refusal(committee.meeting_for, submission),
        "steps": _steps(user, submission, found),
        "is_chair": user.has_role(CHAIR),
        "may_send_back": submission.state == SubmissionState.REPORTED and user.has_role(CHAIR, OFFICER),
        "capsule": bool(outcome and outcome.decision.capsule),
        "correct": permissions.refusal(check_correct, user, submission) is None,
        "issued": issued_on(outcome.decision) if outcome else None,
        "earlier": list(submission.decisions.filter(superseded=True)),
        "appeal": Appeal.objects.filter(decision__submission=submission).order_by("-created_at").first(),
    }
    return render(request, "decisions/decision.html", context)


def _steps(user: User, submission: Submission, report: PanelReport) -> dict[str, Any]:
    """What `decisions/_steps.html` shows: calibration, and the course's time to correct facts."""
    return {
        "report": report,
        "runs": report_steps.reply_runs(report),
        "replies": list(report.replies.filter(sent_at__isnull=False).order_by("number")),
        "may_go_on": permissions.refusal(report_steps.check_go_on, user, submission) is None,
        "conditions": report.items.filter(kind="condition").count(),
    }


def _meeting_parts(user: User, submission: Submission) -> dict[str, Any]:
    """What `meetings/_of_case.html` shows: the agenda a case stands on, and who takes no part in it."""
    may_keep, office = user.has_role(OFFICER, CHAIR), user.has_role(OFFICER)
    item = committee.open_item(submission)
    coming = committee.visible_meetings(user).filter(held_on__gte=timezone.localdate()).order_by("held_on")
    return {
        "item": item,
        "coming": list(coming[:3]) if may_keep and item is None else [],
        "away": committee.away([submission])[submission.pk],
        "office": office,
        "may_keep": may_keep,
        "member": user.has_role(CHAIR, COMMITTEE),
    }


def _before_committee(user: User, pk: UUID) -> Submission:
    """A reported or decided case, for the Committee and the office; 404 for anybody else."""
    submission = case_for(user, pk)
    if not user.has_role(OFFICER, CHAIR, COMMITTEE) or submission.state not in (
        SubmissionState.REPORTED,
        SubmissionState.DECIDED,
    ):
        raise Http404("Not before the Committee.")
    return submission


def _report(user: User, submission: Submission, found: PanelReport) -> dict[str, Any]:
    agreed = list(found.snapshot.agreed_judgements.all())
    rows = panels.rows(found.snapshot, submission, visible_judgements(user, submission), agreed)
    rows.sort(key=lambda row: row.clause.id)
    return {
        "submission": submission,
        "report": found,
        "parts": panels.parts(found, agreed),
        "rows": rows,
        "apart": [row for row in rows if row.differs],
        "dissents": [row for row in rows if row.agreed and row.agreed.dissent],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The decision's form, then a look at all of it, then one press that records it for good."""
    user = person(request)
    submission = _before_committee(user, pk)
    if not user.has_role(CHAIR):
        raise NotAllowed("Only the chair of the Committee can record a decision.")
    found = report_for(submission)
    if found is None:
        raise Http404("No report.")
    step = request.POST.get("step", "")
    meetings = committee.meetings_to_decide_at(submission)
    if request.method != "POST":
        permissions.check_decide(user, submission)
        if waits := report_steps.decide_refusal(submission, found):
            raise NotNow(waits)
        committee.meeting_for(submission)
        form = DecisionForm(initial=_initial(submission), meetings=meetings)
    elif step == "change":
        form = DecisionForm(initial=_typed(request), meetings=meetings)
    else:
        form = DecisionForm(request.POST, meetings=meetings)
        if form.is_valid():
            values = form.values()
            meeting_id = values.pop("meeting_id")
            try:
                if step == "record":
                    made = service.decide(
                        by=user,
                        submission_id=pk,
                        seen_state=form.cleaned_data["seen_state"],
                        meeting_id=meeting_id,
                        **values,
                    )
                    messages.success(
                        request,
                        f"Recorded: {made.get_outcome_display()}. The letter and the report are being built.",
                    )
                    return redirect("decision", pk=pk)
                permissions.check_decide(user, submission)
                if waits := report_steps.decide_refusal(submission, found):
                    raise NotNow(waits)
                meeting = committee.meeting_for(submission, meeting_id)
                proposed = service.propose(report=found, **values)
            except Invalid as no:
                form.blame(no.problems)
            else:
                context = {**_report(user, submission, found), "proposed": proposed, "form": form}
                context |= {"outcome_words": DecisionOutcome(proposed.outcome).label}
                context |= {"hidden": _hidden(request), "at": committee.at_words(meeting)}
                return render(request, "decisions/check.html", context)
    context = {**_report(user, submission, found), "form": form}
    return render(request, "decisions/record.html", context, status=422 if form.is_bound else 200)


def _initial(submission: Submission) -> dict[str, Any]:
    """What the form starts with: the usual period from today."""
    start, end = default_period(timezone.localdate())
    return {"period_from": start, "period_to": end, "seen_state": submission.state}


NAMES = ("outcome", "meeting_id", "reasons", "signed_name", "seen_state")
DATES = ("period_from", "period_to")


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, for the check page's own form."""
    names = (*NAMES, *(f"{name}_{part}" for name in DATES for part in ("day", "month", "year")))
    return [(name, request.POST.get(name, "")) for name in names]


def _typed(request: HttpRequest) -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in NAMES}
    for name in DATES:
        parts = [request.POST.get(f"{name}_{part}", "") for part in ("day", "month", "year")]
        typed[name] = "/".join(parts) if any(parts) else ""
    return typed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sends a report back to its panel, with a reason."""
    user = person(request)
    submission = _before_committee(user, pk)
    permissions.need_role(user, CHAIR, OFFICER)
    form = ReasonForm(
        request.POST or None,
        label="What should the panel change?",
        help_text="Lead and co-assessor read this. Their signatures are removed; nothing else is.",
        initial={"seen_state": submission.state},
    )
    if request.method == "POST" and form.is_valid():
        service.send_back(by=user, submission_id=pk, **form.cleaned_data)
        messages.success(request, f"{submission.reference} is with its panel again.")
        return redirect("decisions")
    context = {"submission": submission, "form": form}
    return render(request, "decisions/send_back.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def capsule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything needed to replay a decision, as one file."""
    user = person(request)
    submission = _before_committee(user, pk)
    found = service.current_decision(submission)
    if found is None or not found.capsule:
        raise Http404("No capsule.")
    text = json.dumps(service.capsule_file(found), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    answer = HttpResponse(text.encode(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{submission.reference}-decision.json"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
