"""Asks the table of `accreditation.access` before any view runs, and for the second step where the person's roles ask."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accreditation.access import Access, name_of, table
from accreditation.models import User
from accreditation.roles import ROLES
from accreditation.services.sessions import note_denied
from accreditation.signing_in.guessing import address_of, too_many
from accreditation.signing_in.second_step import (
    OPEN_BEFORE,
    lacks_second_step,
    lately_confirmed,
    seconds_left_of_all,
)

SHUT = frozenset({403, 404})


def _holds_nul(request: HttpRequest, values: dict[str, Any]) -> bool:
    """Whether the address holds a NUL, which no page of ours ever wrote into one."""
    asked = (word for name, words in request.GET.lists() for word in (name, *words))
    return any("\0" in word for word in (*asked, *(one for one in values.values() if isinstance(one, str))))


class AccessMiddleware:
    """Lets a request through to its view only where the table says so; what stayed shut is on the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in SHUT:
            self.note(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None:
            return None
        if _holds_nul(request, kwargs):  # PostgreSQL stores and compares no such text
            return render(request, "errors/400.html", status=400)
        name = name_of(match)
        if later := too_many(request, name):
            return later
        user = request.user if request.user.is_authenticated else None
        access = table().get(name)
        if access is None:
            return self.deny(request, "This page is closed: nobody has said yet who may open it.")
        if not access.admits(user):
            return (
                redirect_to_login(request.get_full_path())
                if user is None
                else self.wrong(request, user, access)
            )
        return self.hold(request, user, name, access) if user is not None else None

    def hold(self, request: HttpRequest, user: User, name: str, access: Access) -> HttpResponse | None:
        """Holds a session that is too old, or has not shown a second step, or has not been confirmed lately."""
        if seconds_left_of_all(request, user) == 0:
            logout(request)
            messages.info(request, "You have been signed in for eight hours: please sign in again.")
            return redirect_to_login(request.get_full_path())
        if lacks_second_step(request, user):
            request.held = True  # type: ignore[attr-defined]  # no menus: see views.navigation
            if name not in OPEN_BEFORE:
                return redirect(f"{reverse('mfa_index')}?{urlencode({'next': request.get_full_path()})}")
        if access.fresh and self.must_confirm(request, user):
            return suspend_request(request, reverse("account_reauthenticate"))
        return None

    @staticmethod
    def must_confirm(request: HttpRequest, user: User) -> bool:
        """Whether the person has to confirm that it is them. Not in the demo, whose password everybody knows."""
        return settings.REQUIRE_TWO_STEP and not lately_confirmed(request, user)

    def wrong(self, request: HttpRequest, user: User, access: Access) -> HttpResponse:
        """A page of another role says whose it is."""
        if access.staff:
            whose = "people who look after the system itself"
        else:
            whose = " or ".join(ROLES[code].title.lower() for code in sorted(access.roles))
        sentence = f"This page is for the {whose}. You are signed in as {user.full_name}."
        return self.deny(request, sentence)

    def deny(self, request: HttpRequest, sentence: str) -> HttpResponse:
        """A page that says why."""
        context = {"title": "You cannot open this page", "sentence": sentence}
        return render(request, "errors/refused.html", context, status=403)

    def note(self, request: HttpRequest, response: HttpResponse) -> None:
        """The event holds the address's name and method, never what was typed. Strangers who find nothing leave no trace."""
        match = request.resolver_match
        user = request.user if request.user.is_authenticated else None
        if match is None or (user is None and response.status_code == 404):
            return
        note_denied(
            user=user,
            network=address_of(request),
            address=name_of(match),
            method=request.method or "",
            status=response.status_code,
        )
