"""`manage.py backup DIR`: database, files and manifest in a new folder inside DIR. Exit code 0 only for a whole backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accreditation import files
from accreditation.backups import making
from accreditation.backups.manifest import Unusable


class Command(BaseCommand):
    help = "Makes a backup of the database and of every file that it names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path, help="where backups lie, one folder each")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["directory"].resolve()
        if target.is_relative_to(files.root().resolve()):
            raise CommandError("A backup inside the store would be lost with it. Choose another folder.")
        try:
            folder, manifest = making.make(target, say=self.stdout.write)
        except (Unusable, files.StoreUnavailable) as fault:
            raise CommandError(f"No backup was made. {fault}") from fault
        megabytes = (manifest.database_size + sum(size for _, size in manifest.files)) / 1_000_000
        self.stdout.write(
            f"Backed up into {folder}: {sum(manifest.rows.values())} rows, {len(manifest.files)} files, "
            f"{megabytes:.1f} MB, end of the audit trail {manifest.anchor}."
        )
