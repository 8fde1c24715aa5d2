"""Answers that a course gives after it has submitted, to a condition or to a question: one form, so that whichever button is
pressed, what was typed is saved first; then a page to read it once more, which sends it for good.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accreditation.exceptions import Invalid, Stale
from accreditation.files import StoreUnavailable
from accreditation.forms.layout import prefill, set_version, show_problems
from accreditation.forms.submissions import AnswerForm
from accreditation.models import Submission, User
from accreditation.permissions import refusal
from accreditation.presenters import library as evidence_views
from accreditation.services import evidence as library
from accreditation.uploads_guard import CUT, TOO_LARGE, is_whole, was_too_large
from accreditation.views.submission_parts import person


class Draft(Protocol):
    """An answer being written: a row with text, version and citations."""

    text: str
    version: int
    citations: Any


@dataclass(frozen=True, slots=True)
class Door:
    """What is answered: the thing asked, its draft (None before the first word), its services and its pages.

    `services` has save_answer, add_file, cite and uncite, `send` sends; all take by, submission_id and number. `names` are
    those of the addresses: the thing itself, its answer, its sending. `context` is what its own templates need.
    """

    asked: Any
    draft: Draft | None
    submission: Submission
    number: int
    check: Callable[..., object]
    services: ModuleType
    send: Callable[..., object]
    names: tuple[str, str, str]
    templates: tuple[str, str]
    sent: str
    context: Callable[[HttpRequest, str], dict[str, Any]]


def answer_page(request: HttpRequest, door: Door) -> HttpResponse:
    """GET shows the draft; POST saves it, then does what the button says: cite, upload, take out, read before sending."""
    door.check(person(request), door.asked)
    draft = door.draft
    offered = list(library.current(door.submission))
    if request.method != "POST":
        initial = {"text": draft.text if draft else "", "version": draft.version if draft else 0}
        return _page(request, door, AnswerForm(initial=initial, library=offered))
    form = AnswerForm(request.POST, request.FILES, library=offered)
    if not is_whole(request):
        form.add_error(None, CUT)
        return _page(request, door, form, status=400)
    if not form.is_valid():
        return _page(request, door, form, status=422)
    common: dict[str, Any] = {
        "by": person(request),
        "submission_id": door.submission.pk,
        "number": door.number,
    }
    data = form.cleaned_data
    try:
        saved = door.services.save_answer(**common, text=data["text"], version=data["version"])
    except Stale as stale:
        current: Any = stale.current
        set_version(form, current.version)
        return _page(request, door, form, draft=current, stale=stale, status=409)
    except Invalid as no:
        show_problems(form, no)
        return _page(request, door, form, status=422)
    try:
        told = _files(request, form, common, door.services)
    except (Invalid, StoreUnavailable) as no:
        set_version(form, saved.version)  # the answer is saved all the same: the page goes on from there
        form.offer(library.current(door.submission))
        if isinstance(no, Invalid):
            show_problems(form, no)
        else:
            form.add_error("file", str(no))
        return _page(request, door, form, draft=saved, status=422)
    if told:
        messages.success(request, told)
    return redirect(_where(request, door))


def _files(request: HttpRequest, form: AnswerForm, common: dict[str, Any], services: ModuleType) -> str:
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


def _where(request: HttpRequest, door: Door) -> str:
    action, at = request.POST.get("action", ""), [door.submission.pk, door.number]
    thing, answer, sending = door.names
    if action == "send":
        return reverse(sending, args=at)
    if action == "later":
        return reverse(thing, args=at)
    place = "#evidence" if action in ("cite", "upload") or "uncite" in request.POST else ""
    return reverse(answer, args=at) + place


def send_page(request: HttpRequest, door: Door) -> HttpResponse:
    """The answer to be read once more; POST sends it for good."""
    user: User = person(request)
    door.check(user, door.asked)
    draft, at = door.draft, (door.submission.pk, door.number)
    if draft is None or not draft.text:
        messages.warning(request, "Write your answer first.")
        return redirect(door.names[1], *at)
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            door.send(
                by=user,
                submission_id=door.submission.pk,
                number=door.number,
                version=int(version) if version.isdecimal() else 0,
            )
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect(door.names[2], *at)
        messages.success(request, door.sent)
        return redirect(door.names[0], *at)
    context = door.context(request, "Read and send") | {
        "draft": draft,
        "citations": evidence_views.cited_words(draft.citations.select_related("evidence")),
        "cannot_send": refusal(door.check, user, door.asked, send=True),
    }
    return render(request, door.templates[1], context)


def _page(
    request: HttpRequest,
    door: Door,
    form: AnswerForm,
    *,
    draft: Any = None,
    stale: Stale | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = draft or door.draft
    cited = shown.citations.select_related("evidence") if shown else ()
    context = door.context(request, "Your answer") | {
        "form": form,
        "draft": shown,
        "citations": evidence_views.cited_words(cited),
        "has_library": len(form.fields["evidence"].choices) > 1,  # type: ignore[attr-defined]
        "stale": stale,
        "version": form["version"].value(),
    }
    return render(request, door.templates[0], context, status=status)
