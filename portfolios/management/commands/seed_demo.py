"""`manage.py seed_demo [--if-empty]`: fills the demo world, through the services. Only in the demo setting."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from accreditation.models import Institution, User
from portfolios.demo.world import seed


class Command(BaseCommand):
    help = (
        "Fills the demo world: two universities, four courses, their people, and cases in different states."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are people already"
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if User.objects.exists() or Institution.objects.exists():
            if if_empty:
                return
            raise CommandError(
                "There are people in this database: the demo world is made in an empty one only."
            )
        self.stdout.write(
            "Making the demo world: two universities, four courses, 58 students. Half a minute, please."
        )
        began = time.monotonic()
        seed()
        self.stdout.write(f"The demo world is there ({time.monotonic() - began:.0f} s).")
