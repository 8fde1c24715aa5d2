"""`manage.py verify_frozen`: is what was frozen, signed and sent still what it was? The exit code is the number of faults
(at most 100).
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from accreditation.services import bound

MOST = 100  # exit codes end at 255


class Command(BaseCommand):
    help = (
        "Holds versions, decisions, letters, contracts and passports against their sums and the audit trail."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for sentence in bound.faults():
            found += 1
            self.stdout.write(sentence)
        self.stdout.write("No faults." if not found else f"{found} fault{'' if found == 1 else 's'}.")
        if found:
            sys.exit(min(found, MOST))
