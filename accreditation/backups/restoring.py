"""Restoring a backup: everything is checked first, and only an empty database and an empty store are filled."""

from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from accreditation import audit, files
from accreditation.backups import engines
from accreditation.backups.making import PREFIX, Say, newest
from accreditation.backups.manifest import FILES, NAME, Manifest, Unusable, read, sum_of


def find(given: Path) -> Path:
    """The backup meant: the folder itself, or the newest in it. Raises `Unusable`."""
    if (given / NAME).is_file() or given.name.startswith(PREFIX):
        return given
    found = newest(given)
    if found is None:
        raise Unusable(f"There is no whole backup in {given}.")
    return found


def check(folder: Path, *, foreign: bool = False, say: Say) -> Manifest:
    """Compares a backup with its manifest, byte by byte. Raises `Unusable` naming the first fault; changes nothing."""
    manifest = read(folder, foreign=foreign)
    if manifest.engine != connection.vendor:
        raise Unusable(
            f"The backup is of {manifest.engine}; the database named by DATABASE_URL is {connection.vendor}."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := [name for name in manifest.migrations if name not in known]:
        raise Unusable(
            f"The backup was made by another version of the system: {unknown[0]} is not known here."
        )
    say("Checking the sums …")
    database = folder / manifest.database
    if manifest.database not in engines.NAMES.values() or not database.is_file():
        raise Unusable("The backup lacks its database.")
    if database.stat().st_size != manifest.database_size or sum_of(database) != manifest.database_sha256:
        raise Unusable("The backup’s database is damaged: its sum is not the manifest’s.")
    for sha256, size in manifest.files:
        path = folder / FILES / sha256[:2] / sha256
        if not files.NAME.fullmatch(sha256) or not path.is_file():
            raise Unusable(f"The backup lacks the file {sha256}.")
        if path.stat().st_size != size or sum_of(path) != sha256:
            raise Unusable(f"The backup’s file {sha256} is damaged.")
    wanted = {NAME, manifest.database, *(f"{FILES}/{sha256[:2]}/{sha256}" for sha256, _ in manifest.files)}
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    if strange := sorted(there - wanted):
        raise Unusable(f"{strange[0]} does not belong to the backup.")
    engines.check(database)
    return manifest


def need_empty() -> None:
    """Raises `Unusable` where the database has a table or the store a file: nothing is ever overwritten."""
    if connection.introspection.table_names():
        raise Unusable(
            f"The database {connection.settings_dict['NAME']} is not empty. A backup is restored into an empty one only."
        )
    if not files.is_empty():
        where = "The bucket" if files.bucket() else f"The store {files.root()}"
        raise Unusable(f"{where} is not empty. A backup is restored into an empty one only.")


def fill(folder: Path, manifest: Manifest, *, say: Say) -> None:
    """Fills database and store, and compares both with the manifest. Raises `Unusable`."""
    say("Files …")
    for sha256, size in manifest.files:
        with (folder / FILES / sha256[:2] / sha256).open("rb") as stream:
            stored = files.store(stream)
        if stored != files.Stored(sha256, size):
            raise Unusable(f"The file {sha256} changed while it was restored.")
    say("Database …")
    engines.load(folder / manifest.database)
    rows = engines.count_rows()
    for table in sorted(rows.keys() | manifest.rows.keys()):
        then, now = manifest.rows.get(table, 0), rows.get(table, 0)
        if then != now:
            raise Unusable(f"The table {table} had {then} rows; {now} were restored.")


def note(manifest: Manifest) -> None:
    """Puts the restore on the audit trail, after the trail's end was found to be the manifest's."""
    with transaction.atomic():
        audit.record(
            "backup.restored", by=None, payload={"anchor": manifest.anchor, "made_at": manifest.made_at}
        )
