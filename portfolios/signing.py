"""The links and codes of mentors without an account: what they are, and what their browser keeps in between.

Like a passport's link (portfolios.passport.links), nothing that lets somebody in stands in a table.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from portfolios import tokens
from portfolios.models import SigningLink, SigningSession

LINK, CHECK, CODE, KEPT = (f"portfolios.signing.{name}" for name in ("link", "check", "code", "kept"))
DIGITS = 8
KEPT_SECONDS = 2 * 3600


def link_token(link_id: UUID) -> str:
    """The token of a link."""
    return tokens.token(LINK, link_id)


def link_address(link: SigningLink) -> str:
    """The whole address, for the mail."""
    return settings.SITE_ORIGIN + reverse("signing_open", args=[link_token(link.pk)])


def check_token(session_id: UUID) -> str:
    """The token of the page on which a mentor says whether it was they."""
    return tokens.token(CHECK, session_id)


def check_address(session: SigningSession) -> str:
    """The whole address, for the mail."""
    return settings.SITE_ORIGIN + reverse("signed_open", args=[check_token(session.pk)])


def code_of(link: SigningLink) -> str:
    """The newest code of a link, eight digits: another for each time that one is asked for."""
    return tokens.digits(CODE, f"{link.pk}:{link.codes}", DIGITS)


def spoken_code(link: SigningLink) -> str:
    """The code as the mail writes it: "1234 5678"."""
    code = code_of(link)
    return f"{code[:4]} {code[4:]}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the browser keeps: the row whose link was followed, and after the code the key of the session."""

    row: UUID
    key: str = ""


def keep(kept: Kept) -> str:
    """The text of the cookie."""
    return signing.dumps([str(kept.row), kept.key], salt=KEPT)


def read(text: str, row: UUID) -> Kept | None:
    """What the cookie holds for this row; None where it is of another one, altered or too old."""
    try:
        pk, key = signing.loads(text, salt=KEPT, max_age=KEPT_SECONDS)
        return Kept(row, str(key)) if UUID(pk) == row else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
