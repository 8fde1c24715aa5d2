"""`manage.py verify_store`: is every file that a row names in the store, whole and unaltered, and nothing else?"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accreditation import files

MOST = 100  # an exit code has eight bits, and 126 upwards mean something else to a shell


class Command(BaseCommand):
    """Exit code: the number of faults, at most 100; 0 means that the store is as the rows say."""

    help = "Compares the evidence store with the database, byte by byte, and names every fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prune", action="store_true", help="take away files that no row names")
        parser.add_argument("--json", action="store_true", help="one fault a line, as JSON")
        parser.add_argument(
            "--grace-hours",
            type=float,
            default=files.GRACE_SECONDS / 3600,
            help="how old a file without a row may be",
        )

    def handle(self, *args: Any, prune: bool, json: bool, grace_hours: float, **options: Any) -> None:
        grace = grace_hours * 3600
        if prune:
            gone = files.prune(grace_seconds=grace)
            self.stderr.write(f"Taken away: {gone} file{'' if gone == 1 else 's'} that no row named.")
        faults = 0
        for fault in files.verify(grace_seconds=grace):
            faults += 1
            self.stdout.write(_line(fault) if json else f"{fault.kind}: {fault.name}. {fault.words}")
        named = len(files.references())
        if faults:
            raise CommandError(
                f"{faults} fault{'' if faults == 1 else 's'} in the evidence store.",
                returncode=min(faults, MOST),
            )
        self.stdout.write(f"The evidence store is sound: {named} files, each as its rows say.")


def _line(fault: files.Fault) -> str:
    return json.dumps({"kind": fault.kind, "name": fault.name, "words": fault.words}, ensure_ascii=False)
