"""`manage.py verify_audit`: walks the whole audit trail. The exit code is the number of faults (at most 100).

An anchor ("4711-0123456789abcdef", as printed on letters) also shows that the trail's end was cut off or written anew: those
of all letters are compared, and any that are given with --anchor.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from accreditation import audit
from accreditation.models import AuditEvent, Letter

MOST = 100  # exit codes end at 255


class Command(BaseCommand):
    help = "Checks every event of the audit trail and every anchor printed on a letter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            help="an anchor from paper or a backup, such as 4711-0123456789abcdef",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for sentence in (*audit.faults(), *self._anchors(options["anchor"])):
            found += 1
            self.stdout.write(sentence)
        self.stdout.write(f"{AuditEvent.objects.count()} events, end {audit.head()}.")
        self.stdout.write("No faults." if not found else f"{found} fault{'' if found == 1 else 's'}.")
        if found:
            sys.exit(min(found, MOST))

    def _anchors(self, given: list[str]) -> Iterator[str]:
        printed = Letter.objects.values_list("number", "content__basis__anchor")
        for source, anchor in [(f"Letter {number}", anchor) for number, anchor in printed] + [
            ("The given anchor", anchor) for anchor in given
        ]:
            seq, _, start = str(anchor or "").partition("-")
            if not seq.isdigit():
                yield f"{source} has no readable anchor: {anchor!r}."
            elif int(seq) and not AuditEvent.objects.filter(seq=int(seq), hash__startswith=start).exists():
                yield f"{source} is anchored at event {seq}, which is missing or has another sum."
