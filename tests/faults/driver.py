"""Makes cases and decides them, as people do: what was refused is pressed again. A process of its own in a fault run.

`python -m tests.faults.driver COUNT`: makes COUNT reported cases and prints "ready"; then for each number read from standard
input it decides that many and prints one line for each that was acknowledged.
"""

import itertools
import logging
import sys
import time
from datetime import date
from typing import Any
from uuid import UUID

import django
from django.conf import settings
from django.db import Error, close_old_connections, connections

django.setup()
# A slow hash protects real people; eleven for each of three hundred places would take twenty minutes.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.COMMITTEE_QUORUM = 2  # the Committee of a world: a member and the chair

from accreditation.enums import DecisionOutcome  # noqa: E402
from accreditation.exceptions import NotNow  # noqa: E402
from accreditation.models import Decision, User  # noqa: E402
from accreditation.services import decisions  # noqa: E402
from tests.accreditation.decided import reported  # noqa: E402
from tests.worlds import make_world  # noqa: E402

PATIENCE_SECONDS = 240  # a server that was restarted is there in a second, on a quiet machine
VALUES: dict[str, Any] = {
    "outcome": DecisionOutcome.ACCREDIT,
    "reasons": "The Committee agreed with the panel.",
    "period_from": date(2026, 9, 1),
    "period_to": date(2031, 8, 31),
    "signed_name": "Chair of the Committee",
}


def prepare(count: int) -> list[tuple[UUID, User]]:
    """Cases before the Committee, each of a university of its own, with the chair who decides."""
    worlds = [make_world(f"Place {number}") for number in range(count)]
    for world in worlds[1:]:
        world.officer.groups.clear()  # CASE has a few officers, not one for each university
    return [(reported(world).submission_id, world.chair) for world in worlds]


def decide(submission_id: UUID, chair: User) -> None:
    """Decides, again and again until it is acknowledged."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            decisions.decide(by=chair, submission_id=submission_id, **VALUES)
            return
        except NotNow:
            if Decision.objects.filter(submission_id=submission_id).exists():
                return  # it was committed, only nobody could be told
            raise
        except Error:
            if time.monotonic() > until:
                raise
            connections.close_all()
            time.sleep(0.2)
        finally:
            close_old_connections()


def main() -> None:
    logging.disable(logging.WARNING)
    waiting = iter(prepare(int(sys.argv[1])))
    print("ready", flush=True)
    for line in sys.stdin:
        for case in itertools.islice(waiting, int(line)):
            decide(*case)
            print(case[0], flush=True)
        print("done", flush=True)


if __name__ == "__main__":
    main()
