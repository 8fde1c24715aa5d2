"""The audit trail's one writer and its checker.

Each event is chained to the one before it: hash = SHA-256(previous hash, newline, canonical body). The database
refuses to change or delete an event (migration 0002), on PostgreSQL and on SQLite. A chain shows edits and gaps; it
cannot show that its end was cut off, so its head is printed on letters and in backups (`head`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accreditation.models import AuditEvent, User

GENESIS = "0" * 64
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
        "actor": event.actor,
        "verb": event.verb,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "object_label": event.object_label,
        "payload": event.payload,
    }


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
    event = AuditEvent(
        seq=last.seq + 1 if last else 1,
        at=at or timezone.now(),
        actor_id=by.pk if by else None,
        actor=by.full_name if by else "System",
        verb=verb,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        object_label=str(obj)[:250] if obj else "",
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
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        if event.seq != expected:
            yield f"Event {expected} is missing: the next one found is {event.seq}."
        if event.previous != previous:
            yield f"Event {event.seq} does not follow the event before it."
        if event.hash != _digest(event.previous, _body(event)):
            yield f"Event {event.seq} was altered: its sum does not match what it says."
        previous, expected = event.hash, event.seq + 1
