"""`manage.py replay CAPSULE`: makes a decision's report again from its capsule. Needs no database."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accreditation.rules import door


class Command(BaseCommand):
    help = "Says `same`, or names the first difference between a decision's capsule and its replay."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("capsule", metavar="CAPSULE.json", help="a capsule; - reads standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        raise SystemExit(door.run_replay(options["capsule"]))
