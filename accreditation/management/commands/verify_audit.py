"""`manage.py verify_audit`: walks the whole audit trail. The exit code is the number of faults (at most 100).

An anchor ("4711-0123456789abcdef", as printed on letters) also shows that the trail's end was cut off or written anew: those
of all letters and passports are compared, those that were kept every night (CASE_ANCHOR_FILE), and any that are given with
--anchor or stand in a text given with --anchors.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accreditation import audit
from accreditation.models import AuditEvent
from accreditation.services import anchors

MOST = 100  # exit codes end at 255


class Command(BaseCommand):
    help = "Checks every event of the audit trail and every anchor that is known outside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            help="an anchor from paper or a backup, such as 4711-0123456789abcdef",
        )

        parser.add_argument(
            "--anchors",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="a text with anchors, such as the mails that were kept",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        given = list(options["anchor"])
        for path in options["anchors"]:
            try:
                given += anchors.of_file(path)
            except OSError as fault:
                raise CommandError(f"{path} cannot be read: {fault.strerror}.") from fault
        found = 0
        for sentence in (*audit.faults(), *anchors.faults(given)):
            found += 1
            self.stdout.write(sentence)
        self.stdout.write(f"{AuditEvent.objects.count()} events, end {audit.head()}.")
        self.stdout.write("No faults." if not found else f"{found} fault{'' if found == 1 else 's'}.")
        if found:
            sys.exit(min(found, MOST))
