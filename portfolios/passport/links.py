"""The link of a passport: `/passport/<token>/`, 256 bits that stand in no table.

The token is worked out from the passport's id with the server's secret key, so that its owner can see the link again; the
database holds its sum only, by which a token that somebody brings is looked up.
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from portfolios import tokens
from portfolios.models import Passport

SALT = "portfolios.passport.token"
OPENED = "portfolios.passport.opened"
OPEN_SECONDS = 2 * 3600
"""How long a link that was followed stays open in that browser."""


def token_of(passport_id: UUID, secret: str | None = None) -> str:
    """The token of a passport; `secret`: an older key of the server."""
    return tokens.token(SALT, passport_id, secret)


def address_of(passport: Passport) -> str:
    """The whole link for its owner; empty where the key it was made with is gone (the link itself still opens)."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_of(passport.pk, secret)
        if tokens.sum_of(token) == passport.token_sha256:
            return settings.SITE_ORIGIN + reverse("passport_open", args=[token])
    return ""


def opened(passport: Passport, opening: UUID) -> str:
    """What the browser keeps after the link was followed: which passport, and which opening. Not the token."""
    return signing.dumps([str(passport.pk), str(opening)], salt=OPENED)


def read_opened(text: str, passport_id: UUID) -> UUID | None:
    """The opening that a browser's cookie names; None where it is of another passport, altered or too old."""
    try:
        pk, opening = signing.loads(text, salt=OPENED, max_age=OPEN_SECONDS)
        return UUID(opening) if UUID(pk) == passport_id else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
