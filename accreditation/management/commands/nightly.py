"""`manage.py nightly`: every night the checks and, where CASE_BACKUP_DIR names a folder, a backup. --once: now, and end.

Each step runs whatever became of the one before, and leaves a line on the page "Running of the system".
"""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from accreditation import audit, files, pulses
from accreditation.backups import making
from accreditation.services import anchors, bound, reconcile, retention

HOUR = 2
MOST = 1000  # faults are counted up to here


class Command(BaseCommand):
    help = "Checks audit trail, files, sums and promises, looks through retention, and makes a backup, every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do it now, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            if not options["once"]:
                time.sleep((next_night(timezone.localtime()) - timezone.localtime()).total_seconds())
            close_old_connections()
            faults = sum(self._step(name, look) for name, look in STEPS.items())
            call_command("clearsessions")
            self._anchor()
            if settings.BACKUP_DIR:
                faults += self._backup(Path(settings.BACKUP_DIR))
            self.stdout.write("No faults." if not faults else f"{faults} fault{'' if faults == 1 else 's'}.")
            if options["once"]:
                return

    def _step(self, name: str, look: Callable[[], Iterable[object]]) -> int:
        try:
            found = [str(fault) for fault in islice(look(), MOST)]
        except Exception as fault:  # the next step is to run all the same
            found = [f"It could not be checked ({type(fault).__name__})."]
        for sentence in found:
            self.stdout.write(f"{name}: {sentence}")
        counted = 0 if name == pulses.RETENTION else len(found)
        kind = "due" if name == pulses.RETENTION else "fault" if len(found) == 1 else "faults"
        pulses.heard(name, faults=counted, words=f"{len(found) or 'no'} {kind}")
        return counted

    def _anchor(self) -> None:
        """After the trail was walked: its end goes to those who keep it outside."""
        try:
            self.stdout.write(f"end of the audit trail: {anchors.keep()}")
        except Exception as fault:
            self.stdout.write(f"The end of the audit trail could not be kept outside: {fault}")
            pulses.heard(pulses.AUDIT, faults=1, words="its end could not be kept outside: see the logs")

    def _backup(self, target: Path) -> int:
        try:
            _, manifest = making.make(target, say=self.stdout.write)
        except Exception as fault:
            self.stdout.write(f"{pulses.BACKUP}: {fault}")
            pulses.heard(pulses.BACKUP, faults=1, words="it failed: see the logs")
            return 1
        pulses.heard(pulses.BACKUP, words=f"{sum(manifest.rows.values())} rows, {len(manifest.files)} files")
        return 0


STEPS: dict[str, Callable[[], Iterable[object]]] = {
    pulses.AUDIT: lambda: chain(audit.faults(), anchors.faults()),
    pulses.STORE: files.verify,
    pulses.FROZEN: bound.faults,
    pulses.PROMISES: reconcile.faults,
    pulses.RETENTION: retention.due,
}


def next_night(now: datetime) -> datetime:
    """The next moment at two in the morning, London time, after `now`."""
    tonight = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)
