"""How often something may be tried: counted in the database, so that all processes share the count, also on SQLite.

A limit is a number of tries in a span of seconds under a key: an account, a browser, a network. Keys are stored as keyed
sums. A refused try is not counted, so nobody pushes the end of a refusal back by trying on, and each refusal can say when
it ends. Rows older than a day are removed as new ones come.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accreditation.models import Tally

KEPT = timedelta(days=1)
PARTS = 5  # a span is counted in parts, so that it slides


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `number` tries of `name` in any `seconds` under one key."""

    name: str
    number: int
    seconds: int


def refused_until(limit: Limit, key: str) -> datetime | None:
    """Counts one try. None: it may be made; else the moment from which one may be tried again, and it is not counted."""
    if until := _full(limit, key, limit.number):
        return until
    _add(limit.name, key, _part(limit))
    if until := _full(limit, key, limit.number + 1):  # others tried in the same moment
        forgive(limit, key)
        return until
    return None


def forgive(limit: Limit, key: str) -> None:
    """Takes back the newest try that was counted: it was right."""
    newest = Tally.objects.filter(key=_sum(limit.name, key), number__gt=0).order_by("-window").first()
    if newest is not None:
        Tally.objects.filter(pk=newest.pk, number__gt=0).update(number=F("number") - 1)


def tally(name: str, key: str, seconds: int) -> int:
    """Counts one more in the present window of `seconds` (windows begin at fixed moments); which one it is."""
    return _add(name, key, _begin(seconds))


def network(address: str) -> str:
    """The network that an address is counted under: itself for IPv4, its /64 for IPv6, where one person holds many."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)
    return str(found)


def _full(limit: Limit, key: str, number: int) -> datetime | None:
    """Where `number` tries stand in the span: the moment at which fewer do."""
    part = timedelta(seconds=limit.seconds / PARTS)
    span = timedelta(seconds=limit.seconds)
    rows = list(
        Tally.objects.filter(key=_sum(limit.name, key), window__gt=timezone.now() - span - part)
        .order_by("window")
        .values_list("window", "number")
    )
    total = sum(many for _, many in rows)
    if total < number:
        return None
    for window, many in rows:
        total -= many
        if total < number:
            return window + part + span
    return timezone.now() + span  # number 0: never


def _add(name: str, key: str, window: datetime) -> int:
    row = {"key": _sum(name, key), "window": window}
    if not Tally.objects.filter(**row).update(number=F("number") + 1):
        try:
            with transaction.atomic():
                Tally.objects.create(**row, number=1)
        except IntegrityError:  # another process opened the window just now
            Tally.objects.filter(**row).update(number=F("number") + 1)
        else:
            Tally.objects.filter(window__lt=window - KEPT).delete()
    return Tally.objects.filter(**row).values_list("number", flat=True).first() or 1


def _part(limit: Limit) -> datetime:
    return _begin(max(1, limit.seconds // PARTS))


def _begin(seconds: int) -> datetime:
    now = int(timezone.now().timestamp())
    return datetime.fromtimestamp(now - now % seconds, UTC)


def _sum(name: str, key: str) -> str:
    return salted_hmac(f"accreditation.limits.{name}", key, algorithm="sha256").hexdigest()
