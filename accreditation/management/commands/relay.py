"""`manage.py relay`: rings for every promise that nobody holds, every ten seconds; what beat does where there is no beat."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from accreditation import queue

PAUSE_SECONDS = 10


class Command(BaseCommand):
    help = "Rings Celery for every open promise that nobody holds. Without --once it goes on until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="ring once and end")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            rung = queue.relay()
            if options["once"]:
                self.stdout.write(f"{rung} rung")
                return
            close_old_connections()
            time.sleep(PAUSE_SECONDS)
