"""The audit trail's one writer and its checker.

Each event is chained to the one before it: hash = SHA-256(previous hash, newline, canonical body). The database
refuses to change or delete an event (migration 0002), on PostgreSQL and on SQLite. A chain shows edits and gaps; it
cannot show that its end was cut off, so its head is printed on letters and in backups (`head`).

Names are in the body as salted sums only. The database lets one change through: a name and its salt taken away
together (`take_names_away`). The sum stays, the chain holds, and the event that says so must be on the trail.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accreditation.models import AuditEvent, User

GENESIS = "0" * 64
ERASED = "names.erased"
LOCK = 0x43415345  # "CASE": the advisory lock that puts writers of the chain in a row


def canonical(body: Mapping[str, Any]) -> str:
    """A body as text that is the same on every machine: keys sorted, no white space, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _digest(previous: str, body: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{previous}\n{canonical(body)}".encode()).hexdigest()


def _body(event: AuditEvent) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": str(event.actor_id) if event.actor_id else None,
        "actor": event.actor_sum or event.actor,
        "verb": event.verb,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "object_label": event.label_sum or event.object_label,
        "payload": event.payload,
    }


def _sum(salt: str, words: str) -> str:
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def record(
    verb: str,
    *,
    by: User | None,
    obj: models.Model | None = None,
    payload: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Appends one event inside the caller's transaction and returns it.

    `verb` is "thing.happened"; `by` is None for the system itself; `payload` holds ids, codes and sums, never free text
    or secrets. Raises `TransactionManagementError` outside a transaction: a change and its event stand or fall together.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An audit event belongs inside the transaction of its change."
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEvent.objects.order_by("-seq").only("seq", "hash").first()
    actor, label = by.full_name if by else "System", str(obj)[:250] if obj else ""
    actor_salt, label_salt = secrets.token_hex(16), secrets.token_hex(16)
    event = AuditEvent(
        seq=last.seq + 1 if last else 1,
        at=at or timezone.now(),
        actor_id=by.pk if by else None,
        actor=actor,
        actor_salt=actor_salt,
        actor_sum=_sum(actor_salt, actor),
        verb=verb,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        object_label=label,
        label_salt=label_salt,
        label_sum=_sum(label_salt, label),
        payload=json.loads(canonical(payload or {})),
        previous=last.hash if last else GENESIS,
    )
    event.hash = _digest(event.previous, _body(event))
    event.save(force_insert=True)
    return event


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many events, and the last one's hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}-{self.hash[:16]}"


def head() -> Head:
    """The chain's end, for anchoring it outside the database."""
    last = AuditEvent.objects.order_by("-seq").only("seq", "hash").first()
    return Head(last.seq, last.hash) if last else Head(0, GENESIS)


def faults() -> Iterator[str]:
    """Walks the whole chain and yields one sentence for each event that is missing, moved or altered."""
    previous, expected = GENESIS, 1
    nameless: set[int] = set()
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        if event.seq != expected:
            yield f"Event {expected} is missing: the next one found is {event.seq}."
        if event.previous != previous:
            yield f"Event {event.seq} does not follow the event before it."
        if event.hash != _digest(event.previous, _body(event)):
            yield f"Event {event.seq} was altered: its sum does not match what it says."
        for words, salt, bound in (
            (event.actor, event.actor_salt, event.actor_sum),
            (event.object_label, event.label_salt, event.label_sum),
        ):
            if bound and not salt and not words:
                nameless.add(event.seq)
            elif bound and _sum(salt, words) != bound:
                yield f"Event {event.seq} was altered: a name in it is not the one that was written."
        if event.verb == ERASED:
            nameless -= set(_numbers(str(event.payload.get("events", ""))))
        previous, expected = event.hash, event.seq + 1
    for seq in sorted(nameless):
        yield f"A name was taken out of event {seq}, and no later event says so."


def take_names_away(
    names: Iterable[str], *, by: User | None, payload: Mapping[str, Any] | None = None
) -> int:
    """Takes every one of `names` out of the trail, as actor or as label, and records that; returns the number of events.

    A label is taken away whole where a name stands anywhere in it. Names of fewer than five letters are left alone.
    Events without sums keep their words. Must be called inside a transaction, as `record`.
    """
    found = [name for name in names if len(name) >= 5]
    touched: set[int] = set()
    bound = AuditEvent.objects.exclude(actor_sum="")
    for name in found:
        for where, blank in (
            ({"actor__iexact": name}, {"actor": "", "actor_salt": ""}),
            ({"object_label__icontains": name}, {"object_label": "", "label_salt": ""}),
        ):
            rows = bound.filter(**where)
            touched.update(rows.values_list("seq", flat=True))
            rows.update(**blank)
    record(ERASED, by=by, payload={**(payload or {}), "events": _ranges(sorted(touched))})
    return len(touched)


def _ranges(numbers: Sequence[int]) -> str:
    """Rising numbers as text: "3-5,9"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in parts)


def _numbers(ranges: str) -> Iterator[int]:
    for part in filter(None, ranges.split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
