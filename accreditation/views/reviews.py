"""Pages of assessors up to the moment when both have judged: list, invitation, brief, clause, finishing."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import asked, changes, hints, monitoring, permissions, report_steps
from accreditation.enums import InvitationState, PanelRole, SubmissionState
from accreditation.event_selectors import event_of
from accreditation.exceptions import Invalid
from accreditation.forms.reviews import ConflictForm, DeclineForm, InvitationForm
from accreditation.models import Assignment
from accreditation.presenters import events, panel_papers
from accreditation.presenters import reviews as present
from accreditation.review_selectors import desk, in_order, panel, still_judging
from accreditation.services import conflicts as conflict_service
from accreditation.services import panel_reminders
from accreditation.services import reviews as service
from accreditation.views.asking import person, place_for
from accreditation.views.review_frame import frame, lines_of


@login_required
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """An assessor's cases: what needs them first."""
    user = person(request)
    permissions.need_role(user, "assessor", "officer")
    cases = desk(user)
    groups = present.groups(
        cases, still_judging([case.submission for case in cases if present.waits_for_others(case)])
    )
    return render(request, "reviews/list.html", {"groups": groups, "any": any(lines for *_, lines in groups)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An invitation: what it is about, the declaration of interests, accepting or declining. No document is open here."""
    user = person(request)
    place = get_object_or_404(
        Assignment.objects.select_related("submission__course__institution", "assigned_by"), pk=pk, user=user
    )
    form, decline = InvitationForm(prefix="accept"), DeclineForm(prefix="decline")
    if request.method == "POST":
        accept = request.POST.get("answer") != "decline"
        if accept:
            form = InvitationForm(request.POST, prefix="accept")
        else:
            decline = DeclineForm(request.POST, prefix="decline")
        if accept and form.is_valid():
            declared = form.declared()
            place = service.answer_invitation(by=user, assignment_id=pk, accept=True, conflicts=declared)
            if declared:
                messages.info(
                    request,
                    "Thank you. The office decides about what you declared; until then the case stays shut.",
                )
                return redirect("reviews")
            if place.state == InvitationState.WAITING:
                messages.success(
                    request,
                    "You have accepted. The documents open to you once the course has declared its interests, too.",
                )
                return redirect("reviews")
            messages.success(request, "You have accepted. The documents are open to you now.")
            return redirect("review_brief", pk=place.submission_id)
        if not accept and decline.is_valid():
            service.answer_invitation(
                by=user, assignment_id=pk, accept=False, reason=decline.cleaned_data["reason"]
            )
            messages.success(request, "You have declined. The office will ask somebody else.")
            return redirect("reviews")
    elif place.state != InvitationState.INVITED:
        messages.info(request, f"You have answered this invitation: {place.get_state_display().lower()}.")
        return redirect("reviews")
    context = {
        "place": place,
        "submission": place.submission,
        "panel": [other for other in panel(place.submission) if other.pk != place.pk],
        "hints": hints.hints(place.submission, [user]).get(user.pk, ()),
        "answer_by": panel_reminders.answer_by(place),
        "accept_form": form,
        "decline_form": decline,
        "forms": [form, decline],
    }
    return render(request, "reviews/invitation.html", context)


@login_required
@require_safe
def brief(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The twenty-minute brief: what the rules settled, what there is to read, what only a person can judge."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk, reading=True)
    lines = lines_of(submission, place, snapshot, questions=place.has_questions)
    left = [line for line in lines if not line.whole]
    questions = asked.shown_to(user, submission) if place.has_questions else []
    report_steps.read_papers(submission, any_there=place.has_papers)
    context = {
        **frame(submission, place, snapshot, lines),
        "questions": questions,
        "still_since": asked.stands_still_since(submission) if questions else None,
        "changed": changes.changed(submission),
        "brief": present.brief(lines),
        "papers": panel_papers.cards(user, submission, snapshot),
        "flags": [
            flag
            for flag in (monitoring.flags_for(submission) if place.has_flags else ())
            if flag.clause in {line.clause.id for line in lines}
        ],
        "event_line": events.line(event_of(user, submission) if place.has_event else None),
        "next_line": left[0] if left else None,
        "panel": in_order(panel(submission)),
        "waiting": place.done_at is not None and submission.state == SubmissionState.IN_ASSESSMENT,
    }
    return render(request, "reviews/brief.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Finishing one's own judgement: a look at all of it, then one press."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    lines = lines_of(submission, place, snapshot)
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            service.finish(by=user, submission_id=pk)
        except Invalid as no:
            problems = [
                {
                    "text": f"{clause}: {_why_open(lines, clause)}",
                    "href": reverse("review_clause", args=[pk, clause]),
                }
                for clause in no.problems.get("clauses", ())
            ]
        else:
            submission.refresh_from_db()
            if submission.state == SubmissionState.AGREEING and place.role != PanelRole.SHADOW:
                messages.success(request, "Both of you have finished: here are both judgements.")
                return redirect("review_agree", pk=pk)
            messages.success(
                request, "You have finished. The other assessor’s judgement shows once they have, too."
            )
            return redirect("review_brief", pk=pk)
    context = {
        **frame(submission, place, snapshot, lines),
        "lines": lines,
        "problems": problems,
        "refusal": permissions.refusal(permissions.check_judge, user, submission),
    }
    return render(request, "reviews/finish.html", context, status=422 if problems else 200)


def _why_open(lines: list[present.ClauseLine], clause: str) -> str:
    line = next(line for line in lines if line.clause.id == clause)
    if line.judgement is not None and line.judgement.outcome:
        return "your reason for differing from the rules is missing"
    return "not judged yet"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A conflict that an assessor becomes aware of later: it is declared at once, and the case shuts."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for one in form.declared():
            conflict_service.declare_conflict(
                by=user, submission_id=pk, kind=one.kind, description=one.description
            )
        messages.info(
            request, "Thank you. The office decides about what you declared; until then the case stays shut."
        )
        return redirect("reviews")
    context = {**frame(submission, place, snapshot, []), "form": form}
    return render(request, "reviews/conflict.html", context)
