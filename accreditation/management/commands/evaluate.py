"""`manage.py evaluate FACTS.json`: the report on a facts file. Needs no database."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accreditation.rules import door


class Command(BaseCommand):
    help = "Decides every clause of the standard for the facts in a file and prints the report."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        door.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        raise SystemExit(door.run(options["facts"], lines=options["lines"], form=options["format"]))
