"""`manage.py restore DIR`: a backup into an empty database and store, then every check that there is.

With --check the backup is only compared with its manifest. The exit code is 0 where it was restored and every check passed.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accreditation import audit, files
from accreditation.backups import restoring
from accreditation.backups.manifest import Manifest, Unusable
from accreditation.models import AuditEvent, Decision
from accreditation.rules import capsule
from accreditation.services import bound, reconcile


class Command(BaseCommand):
    help = "Restores a backup into an empty database and an empty store, and verifies the whole of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "directory", metavar="DIR", type=Path, help="a backup, or the folder with its newest"
        )
        parser.add_argument(
            "--check", action="store_true", help="compare the backup with its manifest, change nothing"
        )
        parser.add_argument(
            "--foreign",
            action="store_true",
            help="the backup was sealed with another secret key, and you know whose",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = restoring.find(options["directory"].resolve())
            manifest = restoring.check(folder, foreign=options["foreign"], say=self.stdout.write)
            if options["check"]:
                self.stdout.write(f"{folder} is whole: {_words(manifest)}.")
                return
            restoring.need_empty()
        except Unusable as fault:
            raise CommandError(f"Nothing was restored. {fault}") from fault
        try:
            restoring.fill(folder, manifest, say=self.stdout.write)
        except (Unusable, files.StoreUnavailable) as fault:
            raise CommandError(
                f"The restore ended half way: empty the database and the store, then try again. {fault}"
            ) from fault
        faults = 0
        self.stdout.write("Verifying …")
        for sentence in self._verify(manifest):
            faults += 1
            self.stdout.write(f"  {sentence}")
        if faults:
            raise CommandError(f"Restored, with {faults} fault{'' if faults == 1 else 's'}: see above.")
        restoring.note(manifest)
        owed = list(reconcile.faults())
        for sentence in owed:
            self.stdout.write(f"  Was open when the backup was made: {sentence}")
        self.stdout.write(
            f"Restored from {folder}: {_words(manifest)}; every check passed, {len(owed)} promises or letters to look at."
        )

    def _verify(self, manifest: Manifest) -> Iterator[str]:
        """Each fault, in words: the trail and its end, the store, every capsule; after every migration made since."""
        call_command("migrate", interactive=False, verbosity=0)
        yield from audit.faults()
        end = AuditEvent.objects.filter(seq=manifest.audit_seq).values_list("hash", flat=True).first()
        if manifest.audit_seq and end != manifest.audit_hash:
            yield f"The audit trail does not end as it did: {manifest.anchor} is not on it."
        yield from (f"{fault.kind}: {fault.name}. {fault.words}" for fault in files.verify())
        yield from bound.faults()
        for decision in Decision.objects.exclude(capsule=None).select_related("submission").iterator():
            try:
                if not (again := capsule.replay(decision.capsule)).same:
                    yield f"The decision on {decision.submission.reference} replays otherwise: {again}."
            except capsule.InvalidCapsule as fault:
                yield f"The capsule of the decision on {decision.submission.reference} cannot be read: {fault}."


def _words(manifest: Manifest) -> str:
    rows, files_held = sum(manifest.rows.values()), len(manifest.files)
    return (
        f"{rows} rows, {files_held} files, made {manifest.made_at}, end of the audit trail {manifest.anchor}"
    )
