"""`manage.py facts COURSE [--as-of DATE]`: the facts file of a course, as the rules see it."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accreditation.facts import gather
from accreditation.models import Course
from accreditation.rules.dates import parse_day
from accreditation.rules.facts_writing import canonical, write


class Command(BaseCommand):
    help = "Prints the facts of a course in canonical form (standard/facts.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("course", help="the course's reference")
        parser.add_argument(
            "--as-of", type=parse_day, default=None, help="the day that counts (YYYY-MM-DD); today"
        )

    def handle(self, *args: Any, course: str, as_of: date | None, **options: Any) -> None:
        found = Course.objects.select_related("institution").filter(reference=course).first()
        if found is None:
            raise CommandError(f"There is no course with the reference {course}.")
        facts = gather(found, as_of or timezone.localdate())
        self.stdout.write(canonical(write(facts)).decode())
