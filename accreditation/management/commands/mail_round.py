"""`manage.py mail_round`: the hourly round by hand. Safe to run at any time: each summary is sent once a day."""

from typing import Any

from django.core.management import BaseCommand

from accreditation.services import digests, sending


class Command(BaseCommand):
    help = "Promises the daily summaries that are owed, and tries again what the mail server could not take."

    def handle(self, *args: Any, **options: Any) -> None:
        summaries, again = digests.run(), sending.try_again_unreachable()
        self.stdout.write(f"{summaries} daily summaries promised, {again} messages tried again.")
