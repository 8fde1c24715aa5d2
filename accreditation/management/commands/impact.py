"""`manage.py impact EDITION`: what an edition of the standard, also a draft one, would change."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.module_loading import import_string

from accreditation.rules.clauses import Edition
from accreditation.rules.standards import EDITIONS
from accreditation.services.impact import CaseImpact, impact_on_all

MOST_ROWS = 12


class Command(BaseCommand):
    help = "Runs an edition over all open submissions and past decisions, and lists which clause outcomes change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "edition", help=f"one of {', '.join(EDITIONS)}, or a draft's Python name (package.module.EDITION)"
        )
        parser.add_argument("--rows", action="store_true", help="name every row behind a change")

    def handle(self, *args: Any, edition: str, rows: bool, **options: Any) -> None:
        seen = changed = 0
        for case in impact_on_all(self.edition(edition), timezone.localdate()):
            seen += 1
            if case.changes:
                changed += 1
                self.show(case, rows)
        self.stdout.write(f"{changed} of {seen} would change under {edition}.")

    def edition(self, name: str) -> Edition:
        """The edition of that name. Raises `CommandError` where there is none."""
        if name in EDITIONS:
            return EDITIONS[name]
        try:
            found = import_string(name)
        except ImportError as error:
            raise CommandError(f"There is no edition {name}. Known: {', '.join(EDITIONS)}.") from error
        if not isinstance(found, Edition):
            raise CommandError(f"{name} is not an edition.")
        return found

    def show(self, case: CaseImpact, rows: bool) -> None:
        self.stdout.write(f"{case.reference}  {case.course}  ({case.what})")
        for change in case.changes:
            before = change.before.plain if change.before else "no such clause"
            after = change.after.plain if change.after else "no such clause"
            self.stdout.write(
                f"  {change.clause} {change.subject.kind} {change.subject.id}: {before} -> {after}"
            )
            if change.reason:
                self.stdout.write(f"    {change.reason}")
            shown = change.rows if rows else change.rows[:MOST_ROWS]
            if shown:
                more = len(change.rows) - len(shown)
                self.stdout.write(f"    rows: {', '.join(shown)}" + (f" and {more} more" if more else ""))
