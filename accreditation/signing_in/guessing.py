"""Limits on guessing: passwords, codes of the second step, and the addresses that anybody can ask.

Wrong passwords count under the account, and under the network that they come from. A browser that the account signed in
with before has a count of its own instead: so another's guesses, from wherever, lock nobody out who has been here before,
and a new password by e-mail makes any browser such a one.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from accreditation.limits import Limit, forgive, network, refused_until
from accreditation.models import User
from accreditation.signing_in.devices import device_of

FIVE_MINUTES = 300
ACCOUNT = Limit("sign-in: account", 10, FIVE_MINUTES)
DEVICE = Limit("sign-in: browser", 10, FIVE_MINUTES)
NETWORK = Limit("sign-in: network", 30, FIVE_MINUTES)
CODE = Limit("second step", 10, FIVE_MINUTES)
SIGNATURE = Limit("password at a signature", 10, FIVE_MINUTES)

BY_NETWORK: dict[str, Limit] = {
    "account_reset_password": Limit("reset: network", 10, FIVE_MINUTES),
    "account_reset_password_from_key": Limit("reset link: network", 30, FIVE_MINUTES),
    "invitation": Limit("invitation: network", 30, FIVE_MINUTES),
    "mfa_login_webauthn": Limit("passkey: network", 30, FIVE_MINUTES),
}
"""Address name → how often one network may ask it. The guard counts; reading the forms themselves is free."""
ALSO_READING = frozenset({"account_reset_password_from_key", "invitation"})
"""Addresses with a secret in them: there reading is guessing, too."""

Taken = list[tuple[Limit, str]]


def address_of(request: HttpRequest) -> str:
    """The network that the request comes from."""
    from allauth.account.adapter import get_adapter

    return network(get_adapter().get_client_ip(request) or "")


def try_password(request: HttpRequest, email: str) -> tuple[datetime | None, Taken]:
    """Counts a password about to be tried: the moment until which it may not be, and what to forgive if it is right."""
    email = email.strip().lower()
    device = device_of(request, email)
    wanted: Taken = (
        [(DEVICE, f"{device}:{email}")] if device else [(NETWORK, address_of(request)), (ACCOUNT, email)]
    )
    return _try(wanted)


def try_code(request: HttpRequest, email: str) -> tuple[datetime | None, Taken]:
    """The same for a code of the second step: under the account, or under a browser that it signed in with before."""
    device = device_of(request, email)
    return _try([(CODE, f"{device}:{email}" if device else email)])


def try_at_signature(person: User) -> tuple[datetime | None, Taken]:
    """The same for the password that confirms a signature, by somebody who is signed in: under their account."""
    return _try([(SIGNATURE, str(person.pk))])


def _try(wanted: Taken) -> tuple[datetime | None, Taken]:
    taken: Taken = []
    for limit, key in wanted:
        if until := refused_until(limit, key):
            for one, its in taken:
                forgive(one, its)
            return until, []
        taken.append((limit, key))
    return None, taken


def right(taken: Taken) -> None:
    """What was tried was right: it does not count as a guess."""
    for limit, key in taken:
        forgive(limit, key)


def clock(until: datetime) -> str:
    """A moment as pages say it, rounded up to the minute: "14:05"."""
    return f"{timezone.localtime(until + timedelta(seconds=59)):%H:%M}"


def too_many(request: HttpRequest, name: str) -> HttpResponse | None:
    """Counts a request to an address with a limit; the page that says when to come back, where it is one too many."""
    limit = BY_NETWORK.get(name)
    if limit is None or (request.method in ("GET", "HEAD") and name not in ALSO_READING):
        return None
    until = refused_until(limit, address_of(request))
    return later(request, until) if until else None


def later(request: HttpRequest, until: datetime, sentence: str = "") -> HttpResponse:
    """429, with the clock time from which it works again."""
    said = sentence or gettext(
        "From your network this was tried very often just now. Try again at %(clock)s."
    )
    context = {"title": gettext("Too many tries"), "sentence": said % {"clock": clock(until)}}
    response = render(request, "errors/refused.html", context, status=429)
    response["Retry-After"] = str(max(1, int((until - timezone.now()).total_seconds())))
    return response
