"""Pages of assessors up to the moment when both have judged: list, invitation, brief, clause, finishing."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import asked, changes, judging, permissions
from accreditation.enums import InvitationState, PanelRole, SubmissionState
from accreditation.event_selectors import event_of
from accreditation.exceptions import Invalid, Stale
from accreditation.forms.reviews import ConflictForm, DeclineForm, InvitationForm, JudgementForm
from accreditation.models import Assignment, Judgement, Snapshot, Submission
from accreditation.presenters import events, rules_findings, viewer
from accreditation.presenters import reviews as present
from accreditation.review_selectors import in_order, invitations, own_judgements, panel, places
from accreditation.rules.clauses import Clause
from accreditation.rules.standards import EDITIONS
from accreditation.services import conflicts as conflict_service
from accreditation.services import reviews as service
from accreditation.views.asking import person, place_for, with_value

SEEN_BY = {
    True: "Only you, until both assessors have finished. Comments for CASE only are never shown to the course.",
    False: "Lead and co-assessor, the CASE office, and the Committee once it has the report.",
}


@login_required
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """An assessor's cases: what needs them first."""
    user = person(request)
    permissions.need_role(user, "assessor", "officer")
    totals = {name: len(edition.clauses) for name, edition in EDITIONS.items()}
    groups = present.groups(invitations(user), places(user), totals)
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
            service.answer_invitation(by=user, assignment_id=pk, accept=True, conflicts=declared)
            if declared:
                messages.info(
                    request,
                    "Thank you. The office decides about what you declared; until then the case stays shut.",
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
    submission, place, snapshot = place_for(user, pk)
    lines = present.lines(snapshot, submission, own_judgements(place))
    left = [line for line in lines if not line.whole]
    context = {
        **_frame(submission, place, snapshot, lines),
        "questions": asked.shown_to(user, submission),
        "still_since": asked.stands_still_since(submission),
        "changed": changes.changed(submission),
        "brief": present.brief(lines),
        "event_line": events.line(event_of(user, submission)),
        "next_line": left[0] if left else None,
        "panel": in_order(panel(submission)),
        "waiting": place.done_at is not None and submission.state == SubmissionState.IN_ASSESSMENT,
    }
    return render(request, "reviews/brief.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clause_page(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """One clause: its words, the answer, the cited pages beside it, the rules' finding, and one's own judgement."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    try:
        around = present.neighbours(snapshot, clause)
    except KeyError:
        raise Http404("No such clause.") from None
    finding = judging.findings(snapshot).get(clause, "")
    row = place.judgements.filter(clause=clause).first()
    plain = rules_findings.outcome_words(finding)
    saved: Judgement | None = None
    if request.method == "POST":
        form = JudgementForm(request.POST, finding=plain)
        if form.is_valid():
            try:
                row = service.save_judgement(by=user, submission_id=pk, clause=clause, **form.cleaned_data)
                return _after_saving(request, submission, snapshot, row, around)
            except Stale as stale:
                assert isinstance(stale.current, Judgement)  # noqa: S101 (the service's word)
                saved = stale.current
                form = JudgementForm(with_value(request.POST, "version", saved.version), finding=plain)
                form.full_clean()
            except Invalid as no:
                form.blame(no.problems)
    else:
        form = JudgementForm(row=row, finding=plain)
    lines = present.lines(snapshot, submission, own_judgements(place))
    line = next(one for one in lines if one.clause.id == clause)
    context = {
        **_frame(submission, place, snapshot, lines),
        "line": line,
        "clause": line.clause,
        "source": present.source(snapshot, line.clause),
        "answer": next((one for one in snapshot.answers if one["clause"] == clause), {}),
        "findings": rules_findings.cards(snapshot, clause),
        "around": around,
        "form": form,
        "saved": saved,
        "row": row,
        "needs_reason": row is not None and not judging.is_whole(row) and bool(row.outcome),
        "open": present.is_open(place),
        "questions": asked.shown_to(user, submission, clause),
        "may_ask": permissions.refusal(asked.check_ask, user, submission) is None,
        "before": changes.before(submission).get(clause),
        "shelf": viewer.shelf(
            submission, clause, line.cited, request.GET.get("open", ""), request.GET.get("page", "")
        ),
    }
    status = 409 if saved else 422 if request.method == "POST" else 200
    return render(request, "reviews/clause.html", context, status=status)


def _after_saving(
    request: HttpRequest,
    submission: Submission,
    snapshot: Snapshot,
    row: Judgement,
    around: present.Neighbours,
) -> HttpResponse:
    action = request.POST.get("action", "")
    if row.outcome and not judging.is_whole(row):
        messages.warning(request, f"{row.clause} is saved, but your reason is still needed.")
        return redirect("review_clause", pk=submission.pk, clause=row.clause)
    if action == "next" and around.after:
        messages.success(request, f"{row.clause} is saved.")
        return redirect("review_clause", pk=submission.pk, clause=around.after.id)
    messages.success(request, f"{row.clause} is saved.")
    if action == "stay":
        return redirect("review_clause", pk=submission.pk, clause=row.clause)
    return redirect("review_brief", pk=submission.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Finishing one's own judgement: a look at all of it, then one press."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    lines = present.lines(snapshot, submission, own_judgements(place))
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
        **_frame(submission, place, snapshot, lines),
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
    context = {**_frame(submission, place, snapshot, []), "form": form}
    return render(request, "reviews/conflict.html", context)


def _frame(
    submission: Submission, place: Assignment, snapshot: Snapshot, lines: list[present.ClauseLine]
) -> dict[str, object]:
    """What every page of a review shows around its matter."""
    clauses: tuple[Clause, ...] = judging.clauses(snapshot)
    alone = submission.state in (SubmissionState.SUBMITTED, SubmissionState.IN_ASSESSMENT)
    return {
        "submission": submission,
        "place": place,
        "snapshot": snapshot,
        "all_lines": lines,
        "judged": sum(line.whole for line in lines),
        "total": len(clauses),
        "may_judge": present.is_open(place),
        "seen_by": SEEN_BY[alone],
    }
