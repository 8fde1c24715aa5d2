"""The course's answer to a condition: one form, so that whichever button is pressed, what was typed is saved first."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accreditation.conditions import check_answer
from accreditation.exceptions import Invalid, Stale
from accreditation.files import StoreUnavailable
from accreditation.forms.layout import prefill, set_version, show_problems
from accreditation.forms.submissions import AnswerForm
from accreditation.models import Condition, ConditionAnswer
from accreditation.permissions import refusal
from accreditation.presenters import library as evidence_views
from accreditation.services import condition_steps as steps
from accreditation.services import conditions as services
from accreditation.services import evidence as library
from accreditation.uploads_guard import is_whole, was_too_large
from accreditation.views.conditions import parts, seen_condition
from accreditation.views.submission_clause import CUT, TOO_LARGE
from accreditation.views.submission_parts import person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """GET shows the draft; POST saves it, then does what the button says: cite, upload, take out, read before sending."""
    condition = seen_condition(request, pk, number)
    check_answer(person(request), condition)
    draft = _draft(condition)
    offered = list(library.current(condition.decision.submission))
    if request.method != "POST":
        initial = {"text": draft.text if draft else "", "version": draft.version if draft else 0}
        return _page(request, condition, AnswerForm(initial=initial, library=offered), draft)
    form = AnswerForm(request.POST, request.FILES, library=offered)
    form.fields["text"].widget.attrs["rows"] = 10
    if not is_whole(request):
        form.add_error(None, CUT)
        return _page(request, condition, form, draft, status=400)
    if not form.is_valid():
        return _page(request, condition, form, draft, status=422)
    common: dict[str, Any] = {"by": person(request), "submission_id": pk, "number": number}
    data = form.cleaned_data
    try:
        saved = services.save_answer(**common, text=data["text"], version=data["version"])
    except Stale as stale:
        assert isinstance(stale.current, ConditionAnswer)  # noqa: S101 (the service's word)
        set_version(form, stale.current.version)
        return _page(request, condition, form, stale.current, stale=stale, status=409)
    except Invalid as no:
        show_problems(form, no)
        return _page(request, condition, form, draft, status=422)
    try:
        told = _files(request, form, common)
    except (Invalid, StoreUnavailable) as no:
        set_version(form, saved.version)  # the answer is saved all the same: the page goes on from there
        form.offer(library.current(condition.decision.submission))
        if isinstance(no, Invalid):
            show_problems(form, no)
        else:
            form.add_error("file", str(no))
        return _page(request, condition, form, _draft(condition), status=422)
    if told:
        messages.success(request, told)
    return redirect(_where(request, pk, number))


def _files(request: HttpRequest, form: AnswerForm, common: dict[str, Any]) -> str:
    """Does what was chosen about files, and says what was done. Raises `Invalid` with this form's field names."""
    data, told = form.cleaned_data, []
    if was_too_large(request, "file"):
        raise Invalid({"file": [TOO_LARGE]})
    if citation := request.POST.get("uncite"):
        services.uncite(**common, citation_id=citation if _is_uuid(citation) else UUID(int=0))
        told.append("The file was taken out of this answer. It is still in the library.")
    if upload := data.get("file"):
        file, is_new = services.add_file(**common, upload=upload, title=data["title"])
        try:
            services.cite(**common, evidence_id=file.pk, pages=data["file_pages"])
        except Invalid as no:
            prefill(form, evidence=str(file.pk), pages=data["file_pages"], file_pages="", title="")
            kept = f"The file is in the library now, as E{file.number}: correct the pages and cite it"
            raise Invalid({"pages": [*no.problems.get("pages", []), kept]}) from no
        told.append(
            f"E{file.number} “{file.title}” was {'added to the library and' if is_new else 'in the library already. It'} "
            "is cited here."
        )
    elif data["title"] or data["file_pages"]:
        raise Invalid({"file": ["Choose the file that you gave a title or pages for"]})
    if evidence := form.evidence_id:
        made = services.cite(**common, evidence_id=evidence, pages=data["pages"])
        told.append(f"{made.evidence} is cited here.")
    elif data["pages"]:
        raise Invalid({"evidence": ["Choose the file that these pages are in"]})
    return " ".join(told)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _where(request: HttpRequest, pk: UUID, number: int) -> str:
    action = request.POST.get("action", "")
    if action == "send":
        return reverse("condition_send", args=[pk, number])
    if action == "later":
        return reverse("condition", args=[pk, number])
    place = "#evidence" if action in ("cite", "upload") or "uncite" in request.POST else ""
    return reverse("condition_answer", args=[pk, number]) + place


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The answer to be read once more; POST sends it for good."""
    condition = seen_condition(request, pk, number)
    user = person(request)
    check_answer(user, condition)
    draft = _draft(condition)
    if draft is None or not draft.text:
        messages.warning(request, "Write your answer first.")
        return redirect("condition_answer", pk=pk, number=number)
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            steps.send(
                by=user,
                submission_id=pk,
                number=number,
                version=int(version) if version.isdecimal() else 0,
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect("condition_send", pk=pk, number=number)
        messages.success(
            request,
            f"Your answer to condition {number} is with CASE. The assessors look at it; you are told what becomes of it.",
        )
        return redirect("condition", pk=pk, number=number)
    context = parts(request, condition, ("Read and send", "")) | {
        "draft": draft,
        "citations": evidence_views.cited_words(draft.citations.select_related("evidence")),
        "cannot_send": refusal(check_answer, user, condition, send=True),
    }
    return render(request, "conditions/send.html", context)


def _draft(condition: Condition) -> ConditionAnswer | None:
    return (
        condition.answers.filter(sent_at__isnull=True)
        .select_related("updated_by")
        .prefetch_related("citations__evidence")
        .first()
    )


def _page(
    request: HttpRequest,
    condition: Condition,
    form: AnswerForm,
    draft: ConditionAnswer | None,
    *,
    stale: Stale | None = None,
    status: int = 200,
) -> HttpResponse:
    context = parts(request, condition, ("Your answer", "")) | {
        "form": form,
        "draft": draft,
        "citations": evidence_views.cited_words(draft.citations.all()) if draft else [],
        "has_library": len(form.fields["evidence"].choices) > 1,  # type: ignore[attr-defined]
        "stale": stale,
        "version": form["version"].value(),
    }
    return render(request, "conditions/answer.html", context, status=status)
