"""`manage.py erase EMAIL`: what is held about a person, how long each part is kept and why. --apply erases what is due."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accreditation import personal
from accreditation.exceptions import NotNow
from accreditation.models import User
from accreditation.retention import AS_OF, CONFIRMED
from accreditation.rules.dates import spoken
from accreditation.services import retention


class Command(BaseCommand):
    help = "Lists what is held about a person and what of it is due; erases only with --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--apply", action="store_true", help="erase it")
        parser.add_argument(
            "--on-request", action="store_true", help="before its time, because the person may ask for it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email: str = options["email"]
        user = User.objects.filter(email__iexact=email).first()
        parts = personal.everything(user, email)
        if not parts:
            raise CommandError("Nothing is held under this address.")
        if not CONFIRMED:
            self.stdout.write(f"The periods are proposals of {spoken(AS_OF)}, to be confirmed by CASE.")
        today = timezone.localdate()
        for part in parts:
            kept = retention.verdict(part, today, on_request=options["on_request"])
            self.stdout.write(f"{part.title} ({part.count} rows): {kept or 'to be erased'}")
        names = personal.all_names(user, email)
        for mention in retention.mentions(names):
            bound = ", bound by a sum: it stays as long as its case" if mention.bound else ""
            self.stdout.write(f"Named in {mention.model}.{mention.column}: {mention.count} rows{bound}")
        if not options["apply"]:
            self.stdout.write("Nothing was changed. With --apply, what is to be erased is erased.")
            return
        try:
            gone = retention.erase(user=user, email=email, on_request=options["on_request"])
        except NotNow as no:
            raise CommandError(str(no)) from no
        self.stdout.write(f"Erased: {'; '.join(gone)}.")
        left = retention.mentions(names)
        self.stdout.write(
            "No text in the database names the person."
            if not left
            else f"{sum(mention.count for mention in left)} rows still name the person: run this again to see which."
        )
