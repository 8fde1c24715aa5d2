"""A page with one form: saved once per key; a refusal stands beside its field, and nothing that was typed is lost."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accreditation.exceptions import Invalid, Stale
from accreditation.files import StoreUnavailable
from accreditation.forms import keys
from accreditation.forms.layout import set_version, show_problems
from accreditation.models import User
from accreditation.uploads_guard import CUT, TOO_LARGE, is_whole, was_too_large

either = require_http_methods(["GET", "HEAD", "POST"])


def form_page(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[dict[str, Any]], str],
    *,
    title: str,
    crumbs: Sequence[dict[str, str]],
    audience: str,
    template: str,
    caption: str = "",
    lead: str = "",
    label: str = "Save",
    said: str = "Saved.",
    refused: Callable[[forms.Form, Invalid], None] = show_problems,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Saves and goes where `save` says (an address; a second press goes there too). 422 for what cannot be taken, 409 for
    what somebody changed meanwhile: whoever sends it again has seen what it says now.

    `form` is a `KeyedForm`, `refused` shows in it why a service would not have it, `template` extends `form_page.html`.
    """
    user, status = cast(User, request.user), 200
    if request.method == "POST":
        status = 422
        if _arrived(request, form):
            values = dict(form.cleaned_data)
            key = values.pop("form_key")
            if done := keys.result_of(key, user):
                return redirect(done)
            try:
                with transaction.atomic():
                    if keys.claim(key, user):
                        keys.remember(key, save(values))
                messages.success(request, said)
                return redirect(keys.result_of(key, user))
            except Invalid as no:
                refused(form, no)
            except Stale as no:
                form.add_error(None, str(no))
                set_version(form, getattr(no.current, "version", 0))
                status = 409
            except StoreUnavailable as no:
                form.add_error("file", str(no))
    context = {
        "form": form, "title": title, "caption": caption, "lead": lead, "label": label, "audience": audience,
        "crumbs": [*crumbs, {"label": title, "url": ""}], "back": crumbs[-1]["url"], "multipart": form.is_multipart(),
        **(more or {}),
    }  # fmt: skip
    return render(request, template, context, status=status)


def _arrived(request: HttpRequest, form: forms.Form) -> bool:
    """Whether the form came whole and can be read; else its errors say in our words what is wrong."""
    if not form.is_bound:  # a press that brought nothing at all leaves `request.POST or None` empty
        form.data, form.files, form.is_bound = request.POST, request.FILES, True
        form.full_clean()  # a page that drew one of its fields has asked for its errors already
    if form.is_multipart() and not is_whole(request):
        form.add_error(None, CUT)
        return False
    valid = form.is_valid()
    if form.is_multipart() and was_too_large(request, "file"):
        form.errors.pop("file", None)
        form.add_error("file", TOO_LARGE)
        return False
    return valid
