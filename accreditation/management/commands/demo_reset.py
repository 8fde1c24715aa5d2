"""`make demo-reset`: throw the demo world away and make it afresh."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from accreditation.management.commands.dev import hold_lock


class Command(BaseCommand):
    help = "Removes the embedded database, its files and its queue, and fills the demo world again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.EMBEDDED and settings.DEMO):
            raise CommandError(
                "Only the demo world on the embedded database is thrown away. Unset DATABASE_URL."
            )
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with hold_lock(settings.DATA_DIR):
            connections.close_all()
            for path in demo_files():
                path.unlink()
            call_command("migrate", interactive=False, verbosity=0)
            call_command("seed_demo", if_empty=True, stdout=self.stdout)
        self.stdout.write("The demo world is new. Start it with: make run")


def demo_files() -> Iterator[Path]:
    """Every file that the embedded default writes, and no other that may lie in the data folder. Folders stay."""
    yield from settings.DATA_DIR.glob(f"{Path(settings.DATABASES['default']['NAME']).name}*")
    yield from settings.DATA_DIR.glob("celery-beat*")
    for folder in (
        settings.EVIDENCE_DIR,
        settings.BROKER_DIR,
        settings.DATA_DIR / "mail",
        settings.DATA_DIR / "log",
    ):
        yield from (path for path in folder.rglob("*") if path.is_file())
