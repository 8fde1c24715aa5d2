"""`manage.py remind`: promises the reminders of yearly confirmations that are owed today. Safe to run at any time."""

from typing import Any

from django.core.management import BaseCommand

from mentors.services import reminders


class Command(BaseCommand):
    help = "Promises the reminders of mentors' yearly confirmations that are owed; each is sent once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{reminders.run()} reminders promised.")
