"""Making a backup: database first, then the files that it names, then the manifest; the folder gets its name at the end."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from accreditation import audit, files
from accreditation.backups import engines
from accreditation.backups.manifest import FILES, NAME, Manifest, Unusable, sum_of

Say = Callable[[str], None]
PREFIX = "case-"


def make(target: Path, *, say: Say) -> tuple[Path, Manifest]:
    """Writes one backup into a new folder inside `target` and returns the folder and its manifest.

    A file that the newest earlier backup in `target` holds unaltered is linked, not copied. Every file is read and its
    sum compared while it is taken. A damaged or missing one raises `Unusable`, as does whatever else fails; then
    `target` is as it was.
    """
    now = timezone.now()
    folder = target / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}"
    partial = target / f".{folder.name}.partial"
    earlier = newest(target)
    try:
        partial.mkdir(parents=True, mode=0o700)
    except OSError as fault:
        raise Unusable(f"The folder {target} cannot be written: {fault.strerror}.") from fault
    try:
        manifest = _fill(partial, earlier, now.isoformat(timespec="seconds"), say)
        manifest.write(partial)
        _make_durable(partial)
        partial.rename(folder)
    except OSError as fault:
        raise Unusable(f"The backup could not be written: {fault.strerror}.") from fault
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    with transaction.atomic():
        payload = {
            "anchor": manifest.anchor,
            "files": len(manifest.files),
            "database": manifest.database_sha256,
        }
        audit.record("backup.made", by=None, payload=payload)
    return folder, manifest


def newest(target: Path) -> Path | None:
    """The newest whole backup in a folder; None where there is none."""
    return max((path.parent for path in target.glob(f"{PREFIX}*/{NAME}")), default=None)


def _fill(partial: Path, earlier: Path | None, made_at: str, say: Say) -> Manifest:
    database = partial / engines.NAMES[connection.vendor]
    with engines.standing_still() as snapshot:
        say("Database …")
        engines.dump(snapshot, database)
        rows, head, wanted = engines.count_rows(), audit.head(), files.references()
        migrations = sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        )
        engine_version = engines.version()
    database.chmod(0o600)
    say(f"Database: {sum(rows.values())} rows in {len(rows)} tables.")
    for count, (sha256, size) in enumerate(sorted(wanted.items()), 1):
        _take(sha256, size, partial, earlier)
        if count % 500 == 0:
            say(f"Files: {count} of {len(wanted)} …")
    say(f"Files: {len(wanted)}.")
    return Manifest(
        made_at=made_at,
        engine=connection.vendor,
        engine_version=engine_version,
        migrations=migrations,
        rows=rows,
        audit_seq=head.seq,
        audit_hash=head.hash,
        database=database.name,
        database_size=database.stat().st_size,
        database_sha256=sum_of(database),
        files=sorted(wanted.items()),
    )


def _take(sha256: str, size: int, partial: Path, earlier: Path | None) -> None:
    place = Path(FILES, sha256[:2], sha256)
    target = partial / place
    target.parent.mkdir(parents=True, exist_ok=True)
    known = earlier / place if earlier else None
    if known and known.is_file() and known.stat().st_size == size and sum_of(known) == sha256:
        os.link(known, target)
        return
    try:
        with files.open_blob(sha256, size=size) as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy, files.CHUNK)
            copy.flush()
            os.fsync(copy.fileno())
    except files.BlobMissing:
        raise Unusable(
            f"The store lacks the file {sha256}, or has it in another size: see verify_store."
        ) from None
    if sum_of(target) != sha256:
        raise Unusable(f"The store’s file {sha256} is not what it was: see verify_store.")


def _make_durable(folder: Path) -> None:
    for path in (folder / NAME, folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
