"""Each part of the system says when it was last there, and what it found, for the page "Running of the system"."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accreditation.models import Pulse

WORKER, BEAT, BACKUP = "worker", "beat", "backup"
AUDIT, STORE, FROZEN = "verify_audit", "verify_store", "verify_frozen"
PROMISES, RETENTION = "reconcile", "retention"
RECHECK = "recheck"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the system: its name in the rows, what pages call it, and after how long a silence it is late."""

    name: str
    title: str
    late_after: timedelta
    nightly: bool = True


PARTS = (
    Part(WORKER, "Worker: builds letters, sends messages", timedelta(minutes=3), nightly=False),
    Part(BEAT, "Clock: rings for what is due", timedelta(minutes=3), nightly=False),
    Part(BACKUP, "Backup", timedelta(hours=36)),
    Part(AUDIT, "Audit trail checked", timedelta(hours=36)),
    Part(STORE, "Files checked", timedelta(hours=36)),
    Part(FROZEN, "Frozen versions, decisions and signatures checked", timedelta(hours=36)),
    Part(PROMISES, "Letters and promises checked", timedelta(hours=36)),
    Part(RETENTION, "Retention looked through", timedelta(hours=36)),
    Part(RECHECK, "Accredited courses checked again", timedelta(hours=36)),
)


def heard(name: str, *, faults: int = 0, words: str = "") -> None:
    """Notes that a part was there now, with the number of faults that it found and a line about them."""
    Pulse.objects.update_or_create(
        name=name, defaults={"at": timezone.now(), "faults": faults, "words": words[:500]}
    )
