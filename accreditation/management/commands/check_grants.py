"""`manage.py check_grants`: does everybody hold the rights that the rows give them, and no other?

The exit code is the number of differences (at most 100). With --mend they are set right, each with its audit event.
"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accreditation.services import grant_check

MOST = 100  # exit codes end at 255


class Command(BaseCommand):
    help = "Compares the grants on courses, submissions and portfolios with what their rows ask for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mend", action="store_true", help="set right what is found; the exit code is 0 then"
        )

    def handle(self, *args: Any, mend: bool, **options: Any) -> None:
        found = (
            grant_check.mend() if mend else [text for one in grant_check.check() for text in one.sentences]
        )
        for sentence in found:
            self.stdout.write(sentence)
        many = f"{len(found)} difference{'' if len(found) == 1 else 's'}"
        self.stdout.write(f"{many}{', set right' if mend and found else ''}." if found else "No differences.")
        if found and not mend:
            sys.exit(min(len(found), MOST))
