"""`make demo-reset`: throw the demo world away and make it afresh."""

import shutil
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from accreditation.management.commands.dev import hold_lock


class Command(BaseCommand):
    help = "Removes the embedded database, its files and its queue, and fills the demo world again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.EMBEDDED and settings.DEMO):
            raise CommandError("Only the demo world on the embedded database is thrown away. Unset DATABASE_URL.")
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with hold_lock(settings.DATA_DIR) as lock:
            connections.close_all()
            for path in settings.DATA_DIR.iterdir():
                if str(path) == lock.name:
                    continue
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            for folder in ("queue", "control"):
                (settings.BROKER_DIR / folder).mkdir(parents=True)
            call_command("migrate", interactive=False, verbosity=0)
            call_command("seed_demo", if_empty=True, stdout=self.stdout)
        self.stdout.write("The demo world is new. Start it with: make run")
