"""`manage.py rebuild_letter NUMBER --by E-MAIL`: asks for a failed letter to be built again, as an officer or the chair."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accreditation.exceptions import Refusal
from accreditation.models import Letter, User
from accreditation.services import letters


class Command(BaseCommand):
    help = "Asks for a failed letter to be built again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--by", required=True, help="the e-mail address of the officer or chair who asks")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        letter = Letter.objects.filter(number=options["number"]).first()
        if person is None or letter is None:
            raise CommandError("There is no such person." if person is None else "There is no such letter.")
        try:
            letters.rebuild(by=person, letter_id=letter.pk)
        except Refusal as no:
            raise CommandError(str(no)) from None
        self.stdout.write(f"{letter.number} is being built again.")
