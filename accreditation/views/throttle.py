"""A limit on how often one network may ask a public page, counted in the database for all processes together."""

from datetime import datetime

from django.http import HttpRequest

from accreditation.limits import Limit, refused_until
from accreditation.signing_in.guessing import address_of


def until(request: HttpRequest, name: str, *, limit: int = 30, seconds: int = 60) -> datetime | None:
    """Counts one request of this network under `name`: None, or the moment until which it is one too many."""
    return refused_until(Limit(f"asked: {name}", limit, seconds), address_of(request))


def allowed(request: HttpRequest, name: str, *, limit: int = 30, seconds: int = 60) -> bool:
    """Counts one request of this network under `name`; False above `limit` in `seconds`."""
    return until(request, name, limit=limit, seconds=seconds) is None
