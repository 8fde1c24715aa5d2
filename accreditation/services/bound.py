"""What a sum binds, held against what lies in the rows now and against the sum that the audit trail recorded then.

A row can be altered together with its sum by whoever has the database; the trail is chained and anchored outside. Modules of
`settings.BOUND_SOURCES` tell their app's part. Used by `manage.py verify_frozen`, every night, and after a restore.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings

from accreditation.models import AuditEvent


class Source(Protocol):
    """An app's part: one sentence for each row that is not what it was."""

    def faults(self) -> Iterator[str]: ...


def faults() -> Iterator[str]:
    """One sentence for each frozen, signed or sent thing that is not what its sums say."""
    for name in settings.BOUND_SOURCES:
        yield from cast(Source, import_module(name)).faults()


def compared(what: str, holds: str, says: str, known: str | None) -> Iterator[str]:
    """The fault of one thing: the sum of what it holds now, the sum that its row says, the one on the trail (None: the trail
    tells of none, as of rows that are older than it).
    """
    if holds != says:
        yield f"{what} was altered: its sum is not the one that its row says."
    if known is not None and says != known:
        yield f"{what} was altered: the audit trail has another sum of it."


def told(*verbs: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The object's id and the payload of each event of these verbs, the oldest first."""
    rows = AuditEvent.objects.filter(verb__in=verbs).order_by("seq")
    yield from rows.values_list("object_id", "payload").iterator()
