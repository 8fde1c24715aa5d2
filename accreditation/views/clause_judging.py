"""The page on which an assessor judges one clause, and the saving in the background while they type."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accreditation import asked, changes, judging, looks, monitoring, permissions
from accreditation.exceptions import Invalid, Refusal, Stale
from accreditation.forms.reviews import JudgementForm
from accreditation.models import Judgement, Snapshot, Submission
from accreditation.presenters import reviews as present
from accreditation.presenters import rules_findings, viewer
from accreditation.review_selectors import own_judgements
from accreditation.services import looking
from accreditation.services import reviews as service
from accreditation.views.asking import person, place_for, with_value
from accreditation.views.review_frame import frame


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clause_page(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """One clause: its words, the answer, the cited pages beside it, the rules' finding, and one's own judgement."""
    user = person(request)
    reading = request.method != "POST"
    submission, place, snapshot = place_for(user, pk, reading=reading, facts=True)
    try:
        around = present.neighbours(snapshot, clause)
    except KeyError:
        raise Http404("No such clause.") from None
    finding = judging.findings(snapshot).get(clause, "")
    own = own_judgements(place)
    row = own.get(clause)
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
        own = own_judgements(place)
    else:
        form = JudgementForm(row=row, finding=plain)
    sums = looks.sums(snapshot, questions=place.has_questions)
    marks = looks.marks(place, sums)
    lines = present.lines(snapshot, submission, own, marks)
    line = next(one for one in lines if one.clause.id == clause)
    if request.method == "GET":
        looking.look(place=place, clause=clause, now=sums[clause], mark=marks[clause])
    context = {
        **frame(submission, place, snapshot, lines),
        "line": line,
        "mark": marks[clause],
        "flags": monitoring.flags_for(submission, clause) if place.has_flags else (),
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
        "questions": asked.shown_to(user, submission, clause) if place.has_questions else [],
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
    messages.success(request, f"{row.clause} is saved{'' if row.outcome else ', and not judged yet'}.")
    if action == "next" and around.after:
        return redirect("review_clause", pk=submission.pk, clause=around.after.id)
    if action == "stay":
        return redirect(reverse("review_clause", args=[submission.pk, row.clause]) + "#yours")
    return redirect("review_brief", pk=submission.pk)


@login_required
@require_POST
def clause_autosave(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """Saves the judgement in the background and gives the form its new version; 409 where another window saved meanwhile."""
    user = person(request)
    _, _, snapshot = place_for(user, pk)
    if all(known.id != clause for known in judging.clauses(snapshot)):
        raise Http404("No such clause.")
    form = JudgementForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        row = service.save_judgement(by=user, submission_id=pk, clause=clause, **form.cleaned_data)
    except Stale:
        return HttpResponse(status=409)
    except Refusal:
        return HttpResponse(status=422)
    return render(request, "submissions/_version_field.html", {"version": row.version, "out_of_band": True})
