"""The page of one clause: its words, what is asked, the answer, and the files that it cites. One form, so that whichever
button is pressed, what was typed is saved first.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accreditation import clause_team, permissions, questions
from accreditation.exceptions import Invalid, Refusal, Stale
from accreditation.files import StoreUnavailable
from accreditation.forms.layout import prefill, set_version, show_problems
from accreditation.forms.submissions import AnswerForm
from accreditation.models import Answer, Submission
from accreditation.permissions import is_on_team
from accreditation.presenters import library as evidence_views
from accreditation.presenters import submissions as present
from accreditation.rules.clauses import Clause
from accreditation.services import clause_team as team
from accreditation.services import evidence as library
from accreditation.services import submissions as services
from accreditation.uploads_guard import CUT, TOO_LARGE, is_whole, was_too_large
from accreditation.views.submission_parts import (
    base_context,
    clause_of,
    person,
    seen_submission,
    source_of,
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_clause(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """GET shows the clause; POST saves the answer, then does what the button says: cite, upload, take out, go on."""
    found = seen_submission(request, pk)
    asked = clause_of(found, clause)
    if request.method == "POST":
        return _post(request, found, asked)
    answer = _answer(found, clause)
    held = clause_team.carers(found).get(clause) if is_on_team(person(request), found.course) else None
    form = AnswerForm(
        initial={
            "text": answer.text if answer else "",
            "version": answer.version if answer else 0,
            "carer": str(held.pk) if held else "",
        },
        library=list(library.current(found)),
        team=clause_team.choices(found.course, held),
    )
    return _page(request, found, asked, form, answer)


def _post(request: HttpRequest, found: Submission, asked: Clause) -> HttpResponse:
    if "drop_note" in request.POST and permissions.refusal(permissions.check_edit, person(request), found):
        _drop_note(request, found)  # a note can go also when nothing else can be changed any more
        return redirect(_where(request, found, asked))
    form = AnswerForm(
        request.POST,
        request.FILES,
        library=list(library.current(found)),
        team=clause_team.choices(found.course, clause_team.carers(found).get(asked.id)),
    )
    if not is_whole(request):
        form.add_error(None, CUT)
        return _page(request, found, asked, form, _answer(found, asked.id), status=400)
    if not form.is_valid():
        return _page(request, found, asked, form, _answer(found, asked.id), status=422)
    data = form.cleaned_data
    common: dict[str, Any] = {"by": person(request), "submission_id": found.pk}
    try:
        saved = services.save_answer(**common, clause=asked.id, text=data["text"], version=data["version"])
    except Stale as stale:
        return _page(request, found, asked, form, _answer(found, asked.id), stale=stale, status=409)
    except Invalid as refusal:
        show_problems(form, refusal)
        return _page(request, found, asked, form, _answer(found, asked.id), status=422)
    try:
        told = _files(request, form, common, asked.id)
        _within_team(request, form, common, found, asked.id)
    except (Invalid, StoreUnavailable) as refusal:
        # The answer is saved all the same: the page goes on from its new version.
        set_version(form, saved.version)
        form.offer(library.current(found))
        if isinstance(refusal, Invalid):
            show_problems(form, refusal)
        else:
            form.add_error("file", str(refusal))
        return _page(request, found, asked, form, _answer(found, asked.id), status=422, saved=saved)
    if told:
        messages.success(request, told)
    return redirect(_where(request, found, asked))


def _files(request: HttpRequest, form: AnswerForm, common: dict[str, Any], clause: str) -> str:
    """Does what was chosen about files, and says what was done. Raises `Invalid` with this form's field names."""
    data, told = form.cleaned_data, []
    if was_too_large(request, "file"):
        raise Invalid({"file": [TOO_LARGE]})
    if citation := request.POST.get("uncite"):
        library.uncite(**common, citation_id=_uuid(citation))
        told.append("The file was taken out of this clause. It is still in the library.")
    if upload := data.get("file"):
        file, is_new = library.add_or_find(**common, upload=upload, title=data["title"])
        try:
            library.cite(**common, clause=clause, evidence_id=file.pk, pages=data["file_pages"])
        except Invalid as refusal:
            # The file is in the library now, so that nobody has to choose it again: it stands ready to be cited.
            prefill(form, evidence=str(file.pk), pages=data["file_pages"], file_pages="", title="")
            kept = f"The file is in the library now, as E{file.number}: correct the pages and cite it"
            raise Invalid({"pages": [*refusal.problems.get("pages", []), kept]}) from refusal
        told.append(
            f"E{file.number} “{file.title}” was added to the library and is cited here."
            if is_new
            else f"This file was in the library already, as E{file.number} “{file.title}”. It is cited here now"
            + (" and keeps that title." if data["title"] not in ("", file.title) else ".")
        )
    elif data["title"] or data["file_pages"]:
        raise Invalid({"file": ["Choose the file that you gave a title or pages for"]})
    if evidence := form.evidence_id:
        citation_made = library.cite(**common, clause=clause, evidence_id=evidence, pages=data["pages"])
        told.append(f"{citation_made.evidence} is cited here.")
    elif data["pages"]:
        raise Invalid({"evidence": ["Choose the file that these pages are in"]})
    return " ".join(told)


def _within_team(
    request: HttpRequest, form: AnswerForm, common: dict[str, Any], found: Submission, clause: str
) -> None:
    """What the team says to itself: who looks after the clause, a note more, a note less. Raises `Invalid`."""
    if "carer" in request.POST:
        key = clause_team.as_key(form.cleaned_data["carer"])
        team.look_after(**common, clause=clause, user_id=key)
    if form.cleaned_data["note"].strip():
        team.add_note(**common, clause=clause, text=form.cleaned_data["note"])
    if "drop_note" in request.POST:
        _drop_note(request, found)


def _drop_note(request: HttpRequest, found: Submission) -> None:
    if team.remove_note(by=person(request), submission_id=found.pk, note_id=_uuid(request.POST["drop_note"])):
        messages.success(request, "The note is removed.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _where(request: HttpRequest, found: Submission, asked: Clause) -> str:
    """Where the pressed button leads."""
    here = reverse("submission_clause", args=[found.pk, asked.id])
    back = _back(request)
    action = request.POST.get("action", "")
    if action == "later":
        return back or reverse("submission", args=[found.pk])
    if action == "next":
        if back:
            return back
        _, following = present.clause_neighbours(found, asked.id)
        if following.partition(".")[0] == asked.statement:
            return reverse("submission_clause", args=[found.pk, following])
        return f"{reverse('submission_statement', args=[found.pk, asked.statement])}#complete"
    place = "#evidence" if action in ("cite", "upload") or "uncite" in request.POST else ""
    place = "#team" if action == "team" or "drop_note" in request.POST else place
    return f"{here}?back={back}{place}" if back else here + place


def _back(request: HttpRequest) -> str:
    """A page of ours that this one was opened from, to come back to; empty for anything else."""
    back = request.POST.get("back") or request.GET.get("back") or ""
    own = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if own else ""


@login_required
@require_POST
def submission_autosave(request: HttpRequest, pk: UUID, clause: str) -> HttpResponse:
    """Saves the answer in the background and gives the form its new version; 409 where somebody saved meanwhile."""
    found = seen_submission(request, pk)
    asked = clause_of(found, clause)
    try:
        version = int(request.POST.get("version", ""))
        saved = services.save_answer(
            by=person(request),
            submission_id=pk,
            clause=asked.id,
            text=request.POST.get("text", ""),
            version=version,
        )
    except ValueError:
        return HttpResponse(status=400)
    except Stale:
        return HttpResponse(status=409)
    except Refusal:
        return HttpResponse(status=422)
    return render(request, "submissions/_version_field.html", {"version": saved.version, "out_of_band": True})


def _answer(found: Submission, clause: str) -> Answer | None:
    return (
        found.answers.filter(clause=clause)
        .select_related("updated_by")
        .prefetch_related("citations__evidence")
        .first()
    )


def _page(
    request: HttpRequest,
    found: Submission,
    asked: Clause,
    form: AnswerForm,
    answer: Answer | None,
    *,
    stale: Stale | None = None,
    status: int = 200,
    saved: Answer | None = None,
) -> HttpResponse:
    previous, following = present.clause_neighbours(found, asked.id)
    statement_url = reverse("submission_statement", args=[found.pk, asked.statement])
    if stale and answer:
        # To save over the other text after having read it, the form now carries that text's version.
        set_version(form, answer.version)
    context = base_context(
        request,
        found,
        (f"Position statement {asked.statement.removeprefix('PS')}", statement_url),
        (asked.id, ""),
        among_us=True,
    )
    context |= {
        "clause": asked,
        "source": source_of(found, asked),
        "question": questions.QUESTIONS[asked.id],
        "form": form,
        "answer": answer,
        "saved_at": saved.updated_at if saved else None,
        "citations": evidence_views.cited_words(answer.citations.all()) if answer else [],
        "has_library": len(form.fields["evidence"].choices) > 1,  # type: ignore[attr-defined]
        "stale": stale,
        "notes": clause_team.notes(person(request), found, asked.id),
        "carer": clause_team.carers(found).get(asked.id) if context["on_team"] else None,
        "leads": is_on_team(person(request), found.course, leader=True),
        "previous": previous,
        "following": following,
        "back": _back(request),
        "version": form["version"].value(),
    }
    return render(request, "submissions/clause.html", context, status=status)
