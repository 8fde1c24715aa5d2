"""Browsers that somebody has signed in with before: strangers' guesses at their account do not lock them out.

The cookie is signed, holds a random id and sums over the accounts that signed in here, and lets nobody in: it only moves
the counting of wrong passwords from the account, which anybody can fill up, to this browser.
"""

import json
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accreditation.models import User

SECONDS = 180 * 24 * 3600
MOST = 5  # accounts on one browser


def device_of(request: HttpRequest, email: str) -> str:
    """The id of this browser where this address's account signed in with it before, else ""."""
    device, accounts = _read(request)
    return device if _account(email) in accounts else ""


def remember(request: HttpRequest, user: User) -> None:
    """Notes that the person signed in with this browser; the answer to the request carries the cookie."""
    device, accounts = _read(request)
    mine = _account(user.email)
    kept = [one for one in accounts if one != mine][-(MOST - 1) :]
    request._device = {"id": device or secrets.token_urlsafe(12), "accounts": [*kept, mine]}  # type: ignore[attr-defined]


class DeviceMiddleware:
    """Sets the cookie after a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if known := getattr(request, "_device", None):
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                _signer().sign(json.dumps(known)),
                max_age=SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        known = json.loads(
            _signer().unsign(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), max_age=SECONDS)
        )
    except (BadSignature, ValueError):
        return "", []
    return known["id"], known["accounts"]


def _account(email: str) -> str:
    return salted_hmac("accreditation.device", email.strip().lower(), algorithm="sha256").hexdigest()[:24]


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="accreditation.device")
