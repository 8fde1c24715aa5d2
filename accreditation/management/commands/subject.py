"""`manage.py subject EMAIL --output FILE.zip`: everything held about one person, for a request under UK GDPR Article 15."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accreditation import personal
from accreditation.models import User
from accreditation.services import subject


class Command(BaseCommand):
    help = "Writes everything held about a person into a ZIP: a page to read, and the same as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--output", type=Path, required=True, help="a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        email: str = options["email"]
        user = User.objects.filter(email__iexact=email).first()
        if not personal.everything(user, email):
            raise CommandError("Nothing is held under this address.")
        try:
            with options["output"].open("xb") as file:
                file.write(subject.export(user=user, email=email, by=None))
        except FileExistsError:
            raise CommandError(f"{options['output']} is there already. Nothing was written.") from None
        self.stdout.write(
            f"Written: {options['output']}. It holds personal data: hand it over safely, then delete it."
        )
