"""Letters: the list, one letter with its progress, its file, and what the office may do where something went wrong."""

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import files, notices, selectors
from accreditation.enums import BuildState
from accreditation.exceptions import Invalid, NotNow
from accreditation.forms.keys import KeyedForm, claim, remember, result_of
from accreditation.models import Letter, LetterApproval, User
from accreditation.permissions import is_on_team
from accreditation.presenters import letter_chain
from accreditation.presenters import letters as present
from accreditation.roles import ASSESSOR, CHAIR, OFFICER
from accreditation.services import letters as service

PAGE = 30
PAGES_SHOWN = 1


class SupersedeForm(KeyedForm):
    """Why a letter is replaced; the new letter quotes it."""

    reason = forms.CharField(
        label="Why is the letter replaced?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One or two sentences. They are printed on the new letter.",
        error_messages={"required": "Say why the letter is replaced"},
    )


@login_required
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """All letters that the person may see, newest first."""
    user = _user(request)
    rows = Paginator(_visible(user).order_by("-created_at"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": rows,
        "cards": [present.card(row, user) for row in rows],
        "office": user.has_role(OFFICER, CHAIR),
        "writes": user.has_role(OFFICER),
    }
    return render(request, "letters/pages/list.html", context)


@login_required
@never_cache
@require_safe
def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One letter: where it stands, its facts, its file."""
    context = _context(request, pk)
    card = cast(present.LetterCard, context["card"])
    user = _user(request)
    inside = user.has_role(OFFICER, CHAIR, ASSESSOR) and not is_on_team(user, card.letter.case.course)
    more = {
        "sent": notices.sending_of(user, card.letter).filter(kind="letter_issued"),
        "chain": letter_chain.of(card.letter, user) if inside else None,
        "pages": range(1, PAGES_SHOWN + 1) if card.letter.state == BuildState.BUILT else (),
    }
    return render(request, "letters/pages/letter.html", {**context, **more})


@login_required
@never_cache
@require_safe
def letter_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What changes while a letter is built, for asking again every two seconds: part of its page, or its line in a list."""
    name = "letters/_line.html" if "line" in request.GET else "letters/pages/_state.html"
    context = _context(request, pk)
    answer = render(request, name, context)
    card = cast(present.LetterCard, context["card"])
    if card.waits and "line" not in request.GET:
        answer["HX-Refresh"] = "true"  # it is built: now the page asks for approvals, too
    return answer


@login_required
@never_cache
@require_safe
def letter_download(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """The file, as an attachment; each download is recorded."""
    user = _user(request)
    found = get_object_or_404(_visible(user), pk=pk)
    if found.state != BuildState.BUILT:
        raise NotNow(f"Letter {found.number} is not there yet: it is “{found.get_state_display()}”.")
    try:
        stream = files.open_blob(found.sha256, size=found.size)
    except files.BlobMissing:
        raise NotNow(
            f"The file of letter {found.number} is not in the store. Tell the CASE office."
        ) from None
    service.record_download(by=user, letter=found)
    answer = FileResponse(
        stream, as_attachment=True, filename=f"{found.number}.pdf", content_type="application/pdf"
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_POST
def letter_rebuild(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Builds a failed letter again."""
    user = _user(request)
    found = get_object_or_404(_visible(user), pk=pk)
    service.rebuild(by=user, letter_id=found.pk)
    messages.success(request, f"Letter {found.number} is being built again.")
    return redirect("letter", pk=found.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letter_supersede(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Replaces a letter by a new one, with a reason."""
    user = _user(request)
    old = get_object_or_404(_visible(user), pk=pk)
    form = SupersedeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_supersede(request, user, old, form))
        except Invalid as no:
            form.add_error("reason", no.problems["reason"])
    else:
        present.may_supersede(user, old)
    return render(request, "letters/pages/supersede.html", {"form": form, "card": present.card(old, user)})


def _supersede(request: HttpRequest, user: User, old: Letter, form: SupersedeForm) -> str:
    """Does it once per rendered form and returns the new letter's address; a second press gets the same one."""
    key = form.cleaned_data["form_key"]
    with transaction.atomic():
        if not claim(key, user):
            return result_of(key, user) or reverse("letters")
        new = service.supersede(by=user, letter_id=old.pk, reason=form.cleaned_data["reason"])
        address = reverse("letter", args=[new.pk])
        remember(key, address)
    messages.success(request, f"Letter {new.number} replaces {old.number}.")
    return address


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _visible(user: User) -> QuerySet[Letter]:
    found = selectors.visible_letters(user).select_related("superseded_by", "supersedes")
    return found.prefetch_related(Prefetch("approvals", LetterApproval.objects.select_related("by")))


def _context(request: HttpRequest, pk: UUID) -> dict[str, object]:
    user = _user(request)
    found = get_object_or_404(_visible(user), pk=pk)
    return {"card": present.card(found, user), "submission": found.case}
