"""Sessions: ending them, and what the audit trail keeps of signing in and of doors that stayed shut.

A session carries a sum over the password and `User.session_version` (models.people). Counting the version up ends every
session of a person at their next request, in whichever process.
"""

from django.db import transaction
from django.db.models import F

from accreditation import audit
from accreditation.limits import tally
from accreditation.models import User

HOUR = 3600
KEPT_AT = frozenset({1, 10, 100, 1_000, 10_000, 100_000})
"""Of what may be repeated at will the trail keeps these in an hour, with their number: nobody fills it by knocking."""


def end_sessions(user: User) -> None:
    """Ends every session of the person; the caller's row then carries the version that stands."""
    User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
    user.refresh_from_db(fields=["session_version"])


@transaction.atomic
def note(verb: str, *, user: User, about: User | None = None, **payload: object) -> None:
    """One event about somebody's account. Never a password, never what was typed."""
    audit.record(verb, by=user, obj=about or user, payload=payload)


@transaction.atomic
def note_denied(*, user: User | None, network: str, address: str, method: str, status: int) -> None:
    """Keeps that a door stayed shut: the address's name, the method, and which time within the hour it was."""
    times = tally("denied", f"{user.pk if user else network}:{address}:{status}", HOUR)
    if times in KEPT_AT:
        payload = {"address": address, "method": method, "status": status, "times": times}
        audit.record("access.denied", by=user, payload=payload)


@transaction.atomic
def note_failed(*, email: str, network: str, step: str) -> None:
    """Keeps a failed attempt to sign in under the account it was for, if there is one; the address typed is not kept."""
    account = User.objects.filter(email__iexact=email.strip()).first() if email else None
    times = tally(f"failed: {step}", str(account.pk) if account else network, HOUR)
    if times in KEPT_AT:
        audit.record("account.sign_in_failed", by=None, obj=account, payload={"step": step, "times": times})
