"""Asks the table of `accreditation.access` before any view runs."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accreditation import audit
from accreditation.access import LEFT_TO_DJANGO, table
from accreditation.models import User
from accreditation.roles import ROLES


class AccessMiddleware:
    """Lets a request through to its view only where the table says so; a denial is on the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or LEFT_TO_DJANGO & set(match.namespaces):
            return None
        name = match.url_name or match.route
        user = request.user if request.user.is_authenticated else None
        access = table().get(name)
        if access is None:
            return self.deny(request, user, name, "This page is closed: nobody has said yet who may open it.")
        if access.admits(user):
            return None
        if user is None:
            return redirect_to_login(request.get_full_path())
        titles = " or ".join(ROLES[code].title.lower() for code in sorted(access.roles))
        return self.deny(
            request, user, name, f"This page is for the {titles}. You are signed in as {user.full_name}."
        )

    def deny(self, request: HttpRequest, user: User | None, name: str, sentence: str) -> HttpResponse:
        """A page that says why; the event holds the address's name and method, never what was typed."""
        with transaction.atomic():
            audit.record("access.denied", by=user, payload={"address": name, "method": request.method or ""})
        context = {"title": "You cannot open this page", "sentence": sentence}
        return render(request, "errors/refused.html", context, status=403)
