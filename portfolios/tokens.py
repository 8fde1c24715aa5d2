"""Secrets of links that stand in no table: worked out from a row's id with the server's secret key. Rows keep sums only."""

import base64
import hashlib
from uuid import UUID

from django.utils.crypto import salted_hmac


def token(salt: str, row: UUID, secret: str | None = None) -> str:
    """256 bits for a row, as 43 characters of base64 for addresses. `salt` tells uses apart; `secret`: an older key."""
    return base64.urlsafe_b64encode(_digest(salt, str(row), secret)).rstrip(b"=").decode()


def digits(salt: str, what: str, number: int) -> str:
    """A code of so many digits for whatever `what` names."""
    return str(int.from_bytes(_digest(salt, what, None)) % 10**number).zfill(number)


def sum_of(text: str) -> str:
    """What a row keeps of a token: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _digest(salt: str, what: str, secret: str | None) -> bytes:
    return salted_hmac(salt, what, secret=secret, algorithm="sha256").digest()
