"""Pages of the panel after both have judged: agreeing clause by clause, the report, its entries, and the signatures."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import judging, permissions, phrases
from accreditation.enums import PanelRole, ReportItemKind, SubmissionState
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Refusal, Stale
from accreditation.forms.keys import claim
from accreditation.forms.reviews import AgreedDraftForm, AgreedForm, ItemForm, SummaryForm
from accreditation.forms.widgets import DayMonthYearWidget
from accreditation.models import AgreedDraft, AgreedJudgement, PanelReport, ReportItem, Submission
from accreditation.periods import months_after
from accreditation.presenters import panels as present
from accreditation.presenters import rules_findings
from accreditation.report_steps import unanswered_suggestions
from accreditation.review_selectors import REVEALED, visible_judgements
from accreditation.services import agreeing
from accreditation.services import reports as service
from accreditation.views.asking import person, place_for, with_value


@login_required
@require_safe
def agree_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Both judgements of every clause side by side, those on which the two part first."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    _need_revealed(submission)
    agreed = list(snapshot.agreed_judgements.all())
    may_agree = permissions.refusal(permissions.check_agree, user, submission) is None
    drafts = agreeing.open_drafts(snapshot, agreed) if may_agree else {}
    rows = present.rows(snapshot, submission, visible_judgements(user, submission), agreed, drafts)
    context = {
        "submission": submission,
        "place": place,
        "snapshot": snapshot,
        "rows": rows,
        "apart": sum(not row.equal for row in rows),
        "agreed": len(agreed),
        "total": len(rows),
        "equal_left": sum(row.equal and row.agreed is None and row.typed is None for row in rows),
        "may_agree": may_agree,
        "report": PanelReport.objects.filter(snapshot=snapshot).first(),
        "notes": submission.notes.filter(kind="sent_back").select_related("by")[:1],
    }
    return render(request, "reviews/agree.html", context)


@login_required
@require_POST
def agree_equal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agrees every clause that both judged alike."""
    user = person(request)
    place_for(user, pk)
    agreed = agreeing.agree_equal(by=user, submission_id=pk)
    if agreed:
        messages.success(request, f"Agreed: {', '.join(agreed)}.")
    else:
        messages.info(request, "There was no clause left that both judged alike.")
    return redirect("review_agree", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agree_clause(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """One clause: both judgements with their comments, the rules' finding, and the judgement to agree."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    _need_revealed(submission)
    agreed = list(snapshot.agreed_judgements.all())
    rows = present.rows(snapshot, submission, visible_judgements(user, submission), agreed)
    ids = [row.clause.id for row in rows]
    if clause not in ids:
        raise Http404("No such clause.")
    at = ids.index(clause)
    row = rows[at]
    refusal = permissions.refusal(permissions.check_agree, user, submission)
    draft = AgreedDraft.objects.filter(snapshot=snapshot, clause=clause).select_related("saved_by").first()
    typed = draft if draft and not (row.agreed and draft.says(row.agreed)) else None
    saved: AgreedJudgement | AgreedDraft | None = None
    if request.method == "POST":
        form = AgreedForm(request.POST, prefill={})
        if form.is_valid():
            try:
                agreeing.agree(by=user, submission_id=pk, clause=clause, **form.cleaned_data)
            except Stale as stale:
                assert isinstance(stale.current, AgreedJudgement | AgreedDraft)  # noqa: S101 (the service's word)
                saved = stale.current
                seen = with_value(request.POST, "version", row.agreed.version if row.agreed else 0)
                seen = with_value(seen, "draft_version", draft.version if draft else 0)
                form = AgreedForm(seen, prefill={})
                form.full_clean()
            except Invalid as no:
                form.blame(no.problems)
            else:
                messages.success(request, f"{clause} is agreed.")
                if request.POST.get("action") == "next":
                    left = [other for other in rows[at + 1 :] if other.agreed is None]
                    if left:
                        return redirect("review_agree_clause", pk=pk, clause=left[0].clause.id)
                return redirect("review_agree", pk=pk)
    else:
        form = AgreedForm(row=row.agreed, draft=draft, prefill=_prefill(row))
    context: dict[str, Any] = {
        "submission": submission,
        "place": place,
        "row": row,
        "clause": row.clause,
        "form": form,
        "saved": saved,
        "typed": typed if refusal is None else None,
        "refusal": refusal,
        "findings": rules_findings.cards(snapshot, clause),
        "before": rows[at - 1].clause if at else None,
        "after": rows[at + 1].clause if at + 1 < len(rows) else None,
        "position": at + 1,
        "total": len(rows),
        "answer": next((one for one in snapshot.answers if one["clause"] == clause), {}),
    }
    status = 409 if saved else 422 if request.method == "POST" else 200
    return render(request, "reviews/agree_clause.html", context, status=status)


@login_required
@require_POST
def agree_autosave(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """Saves what is being agreed in the background and gives the form its new version; 409: somebody saved meanwhile."""
    user = person(request)
    submission, _, snapshot = place_for(user, pk)
    _need_revealed(submission)
    if all(known.id != clause for known in judging.clauses(snapshot)):
        raise Http404("No such clause.")
    form = AgreedDraftForm(request.POST, prefill={})
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        draft = agreeing.save_draft(by=user, submission_id=pk, clause=clause, **form.cleaned_data)
    except Stale:
        return HttpResponse(status=409)
    except NotAllowed:
        raise
    except Refusal:
        return HttpResponse(status=422)
    field = {"name": "draft_version", "version": draft.version, "out_of_band": True}
    return render(request, "submissions/_version_field.html", field)


def _prefill(row: present.Row) -> dict[str, Any]:
    """What the form starts with: the common judgement where there is one, and both comments as one."""
    if row.lead is None or row.co is None:
        return {}
    return {
        "outcome": row.lead.outcome if row.equal else None,
        "comment": agreeing.joined(row.lead.comment, row.co.comment),
        "reason": agreeing.joined(row.lead.reason, row.co.reason) if row.equal else "",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The panel's report: the lead writes, everybody on the panel reads."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    _need_revealed(submission)
    found = service.report_of(submission)
    refusal = permissions.refusal(permissions.check_agree, user, submission, lead=True)
    saved: PanelReport | None = None
    form = SummaryForm(report=found)
    if request.method == "POST":
        form = SummaryForm(request.POST, report=found)
        if form.is_valid():
            try:
                service.save_report(by=user, submission_id=pk, **form.cleaned_data)
            except Stale as stale:
                assert isinstance(stale.current, PanelReport)  # noqa: S101 (the service's word)
                saved = stale.current
                data = with_value(request.POST, "version", saved.version)
                form = SummaryForm(data, report=saved)
                form.full_clean()
            except Invalid as no:
                form.blame(no.problems)
            else:
                messages.success(request, "The summary is saved.")
                return redirect("review_report", pk=pk)
    status = 409 if saved else 422 if request.method == "POST" else 200
    context = {**_report_context(submission, found), "place": place, "form": form, "saved": saved}
    context |= {"refusal": refusal, "may_write": refusal is None}
    return render(request, "reviews/report.html", context, status=status)


def _report_context(submission: Submission, found: PanelReport) -> dict[str, Any]:
    agreed = list(found.snapshot.agreed_judgements.all())
    return {
        "submission": submission,
        "report": found,
        "parts": present.parts(found, agreed),
        "suggestions": unanswered_suggestions(found),
        "agreed": agreed,
        "total": len(judging.clauses(found.snapshot)),
        "notes": submission.notes.filter(kind="sent_back").select_related("by")[:1],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: UUID, kind: str, item_id: UUID | None = None) -> HttpResponse:
    """Adds or changes one entry of the report; a phrase from the bank goes into the box and is then made one's own."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    if kind not in ReportItemKind.values:
        raise Http404("No such kind of entry.")
    permissions.check_agree(user, submission, lead=True)
    row = get_object_or_404(ReportItem, pk=item_id, report__snapshot=snapshot) if item_id else None
    clauses = judging.clauses(snapshot)
    saved: ReportItem | None = None
    if request.method == "POST" and request.POST.get("action") == "phrase":
        form = ItemForm(initial=_with_phrase(request), kind=kind, clauses=clauses)
    elif request.method == "POST":
        form = ItemForm(request.POST, kind=kind, clauses=clauses)
        if form.is_valid():
            try:
                _save_item(request, submission, form, kind=kind, item_id=item_id)
            except Stale as stale:
                assert isinstance(stale.current, ReportItem)  # noqa: S101 (the service's word)
                saved = stale.current
                data = with_value(request.POST, "version", saved.version)
                form = ItemForm(data, kind=kind, clauses=clauses)
                form.full_clean()
            except Invalid as no:
                form.blame(no.problems)
            else:
                messages.success(request, f"The {ReportItemKind(kind).label.lower()} is saved.")
                return redirect("review_report", pk=pk)
    elif row is not None:
        form = ItemForm(kind=kind, clauses=clauses, row=row)
    else:
        initial = {"clause": request.GET.get("clause", ""), "due_on": _default_due()}
        form = ItemForm(initial=initial, kind=kind, clauses=clauses)
    failed = request.method == "POST" and request.POST.get("action") != "phrase"
    chosen = str(form["clause"].value() or "")
    context = {
        "submission": submission,
        "place": place,
        "kind": ReportItemKind(kind),
        "row": row,
        "form": form,
        "saved": saved,
        "phrases": phrases.phrases_for(kind, chosen),
        "months": settings.CONDITION_MONTHS,
    }
    return render(request, "reviews/item.html", context, status=409 if saved else 422 if failed else 200)


def _default_due() -> Any:
    """The day `settings.CONDITION_MONTHS` after today, the last of the month where that month is shorter."""
    return months_after(timezone.localdate(), settings.CONDITION_MONTHS)


def _with_phrase(request: HttpRequest) -> dict[str, Any]:
    """What was typed so far, with the chosen phrase added to it."""
    typed: dict[str, Any] = {
        name: request.POST.get(name, "")
        for name in ("clause", "text", "satisfied_when", "rules_decide", "version", "form_key")
    }
    typed["due_on"] = DayMonthYearWidget().value_from_datadict(request.POST, request.FILES, "due_on")
    phrase = phrases.BY_CODE.get(request.POST.get("phrase", ""))
    if phrase is not None:
        typed["text"] = agreeing.joined(typed["text"], phrase.text)
        typed["satisfied_when"] = agreeing.joined(typed["satisfied_when"], phrase.satisfied_when)
        typed["clause"] = typed["clause"] or phrase.clause
    return typed


def _save_item(
    request: HttpRequest, submission: Submission, form: ItemForm, *, kind: str, item_id: UUID | None
) -> None:
    user = person(request)
    values = dict(form.cleaned_data)
    key = values.pop("form_key")
    with transaction.atomic():
        if item_id is None and not claim(key, user):
            return
        service.save_item(by=user, submission_id=submission.pk, kind=kind, item_id=item_id, **values)


@login_required
@require_POST
def item_remove(request: HttpRequest, pk: UUID, item_id: UUID) -> HttpResponse:
    """Takes an entry out of the report."""
    user = person(request)
    place_for(user, pk)
    service.remove_item(by=user, submission_id=pk, item_id=item_id)
    messages.success(request, "The entry is removed.")
    return redirect("review_report", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole report as the Committee will read it, and the signature below it."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    _need_revealed(submission)
    found = service.report_of(submission)
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            found = service.sign_report(
                by=user, submission_id=pk, version=int(version) if version.isdecimal() else 0
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect("review_sign", pk=pk)
        submission.refresh_from_db()
        if submission.state == SubmissionState.REPORTED:
            messages.success(request, "Both have signed: the report is with the Committee.")
            return redirect("review_report", pk=pk)
        other = "co-assessor" if place.role == PanelRole.LEAD else "lead assessor"
        messages.success(
            request, f"You have signed. The report goes to the Committee once the {other} has, too."
        )
        return redirect("review_sign", pk=pk)
    refusal = permissions.refusal(permissions.check_agree, user, submission) or service.sign_refusal(
        submission
    )
    mine = found.lead_signed_at if place.role == PanelRole.LEAD else found.co_signed_at
    if refusal is None and mine:
        refusal = "You have signed this text. Your signature goes if anybody changes it."
    rows = present.rows(
        snapshot, submission, visible_judgements(user, submission), list(snapshot.agreed_judgements.all())
    )
    context = {**_report_context(submission, found), "place": place, "refusal": refusal}
    context |= {"rows": sorted(rows, key=lambda row: row.clause.id)}
    return render(request, "reviews/sign.html", context)


def _need_revealed(submission: Submission) -> None:
    if submission.state not in REVEALED:
        raise NotNow(
            "Judgements are compared after lead and co-assessor have both finished their own. "
            f"{submission.reference} is “{submission.get_state_display()}”."
        )
