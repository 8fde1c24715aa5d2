"""What the register's pages share: who asks, and a page with one form."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accreditation.exceptions import Invalid
from accreditation.forms import keys
from accreditation.forms.layout import show_problems
from accreditation.models import User

either = require_http_methods(["GET", "HEAD", "POST"])


def person(request: HttpRequest) -> User:
    """The person signed in: the access table lets nobody else here."""
    return cast(User, request.user)


def form_page(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[dict[str, Any]], str],
    *,
    title: str,
    crumbs: Sequence[dict[str, str]],
    caption: str = "",
    lead: str = "",
    label: str = "Save",
    said: str = "Saved.",
) -> HttpResponse:
    """One form: saves once per key and goes where `save` says. A refusal stands beside its field; what was typed stays."""
    user = person(request)
    if request.method == "POST" and form.is_valid():
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
        except Invalid as refusal:
            show_problems(form, refusal)
    context = {
        "form": form,
        "title": title,
        "caption": caption,
        "lead": lead,
        "label": label,
        "crumbs": [*crumbs, {"label": title, "url": ""}],
        "back": crumbs[-1]["url"],
        "multipart": form.is_multipart(),
    }
    return render(request, "mentors/form.html", context, status=422 if form.errors else 200)
