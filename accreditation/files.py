"""The one private store of files, named by content: `EVIDENCE_DIR/ab/cd/<sha256>`. No URL leads into it.

`store` streams into a temporary file on the same filesystem while it hashes and counts, makes it durable, and renames
it into place; only then does the caller write its row. So a row never points at bytes that are missing or short; the
worst that a crash leaves behind is a file without a row, which `verify` names and `prune` takes away after a day. Bytes
are never overwritten. A row that names a blob has the two fields `sha256` and `size`, whichever app it belongs to.
"""

import errno
import hashlib
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.conf import settings

from accreditation.exceptions import Refusal

logger = logging.getLogger(__name__)

CHUNK = 256 * 1024
INCOMING = "incoming"
GRACE_SECONDS = 24 * 3600  # how long a file may lie in the store before its row must be there
NAME = re.compile(r"[0-9a-f]{64}")


class TooLarge(Refusal):
    """More bytes than the limit allows; nothing was kept."""


class StoreUnavailable(Refusal):
    """The disk is full, read-only or gone; nothing was kept and the person can try again."""


class BlobMissing(Exception):
    """A row names bytes that the store does not hold, or holds in another size."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What `store` kept: the sum of the bytes (64 hexadecimal digits) and their number."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the store: `kind` is missing, short, altered, orphaned, foreign or exposed."""

    kind: str
    name: str
    words: str


def can_write() -> bool:
    """Whether the store's folder takes a file. Raises `OSError` where it does not."""
    incoming = root() / INCOMING
    incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tempfile.TemporaryFile(dir=incoming) as probe:
        return probe.write(b"x") == 1


def path_of(sha256: str) -> Path:
    """Where the bytes of a sum lie. Raises `ValueError` for anything that is not a sum."""
    if not NAME.fullmatch(sha256):
        raise ValueError("Not the sum of a file.")
    return root() / sha256[:2] / sha256[2:4] / sha256


def root() -> Path:
    """The store's folder."""
    return Path(settings.EVIDENCE_DIR)


def store(stream: BinaryIO | Iterable[bytes], *, limit: int | None = None) -> Stored:
    """Keeps a stream's bytes and returns their sum and size; the same bytes twice are kept once.

    Raises `TooLarge` above `limit` bytes and `StoreUnavailable` where the disk refuses; then nothing is kept.
    """
    try:
        return _store(stream, limit)
    except OSError as fault:
        logger.error("The store refused a file: %s", errno.errorcode.get(fault.errno or 0, "unknown"))
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreUnavailable(
            "The file could not be kept because the store is "
            f"{'full' if full else 'not available'}. Nothing was changed. Try again later, or tell the CASE office."
        ) from fault


def _store(stream: BinaryIO | Iterable[bytes], limit: int | None) -> Stored:
    incoming = root() / INCOMING
    incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, name = tempfile.mkstemp(dir=incoming)
    temporary = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as kept:
            for chunk in _chunks(stream):
                size += len(chunk)
                if limit is not None and size > limit:
                    raise TooLarge(f"The file is larger than {limit // (1024 * 1024)} MB.")
                digest.update(chunk)
                kept.write(chunk)
            kept.flush()
            os.fchmod(kept.fileno(), settings.FILE_UPLOAD_PERMISSIONS or 0o640)
            os.fsync(kept.fileno())
        _place(temporary, digest.hexdigest(), size)
        return Stored(digest.hexdigest(), size)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _chunks(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if hasattr(stream, "read"):
        while chunk := stream.read(CHUNK):
            yield chunk
    else:
        yield from stream


def _place(temporary: Path, sha256: str, size: int) -> None:
    """Renames a finished file to its sum, unless the same bytes are there; sound bytes are never replaced."""
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    if target.exists():
        if target.stat().st_size == size and sum_of(target) == sha256:
            os.utime(
                target
            )  # its time of grace begins anew, so that `prune` cannot take it from under a new row
            return
        # What lies there is not what its name says. It is kept aside, where `verify` names it.
        logger.error("The blob %s was damaged and has been restored from a new upload.", sha256)
        target.rename(target.with_name(f"{sha256}.damaged-{time.time_ns()}"))
    temporary.rename(target)
    for folder in (target.parent, target.parent.parent, root()):
        _make_durable(folder)


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store_bytes(data: bytes) -> Stored:
    """`store` for bytes that are in memory anyway, such as a letter that was just built."""
    return store(iter((data,)))


def open_blob(sha256: str, *, size: int | None = None) -> BinaryIO:
    """Opens a blob for reading. Raises `BlobMissing` where it is not there or (with `size` given) not that long."""
    try:
        stream = path_of(sha256).open("rb")
    except OSError as fault:
        raise BlobMissing(sha256) from fault
    if size is not None and os.fstat(stream.fileno()).st_size != size:
        stream.close()
        raise BlobMissing(sha256)
    return stream


def remove(sha256: str) -> None:
    """Takes a blob away at once. Only for bytes that no other row can name, because they were made unlike all others
    (`accreditation.imports.keeping`). What is not there is gone already.
    """
    with suppress(FileNotFoundError):
        path_of(sha256).unlink()


def sum_of(path: Path) -> str:
    """The SHA-256 of a file's bytes as they are on the disk now."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def references() -> dict[str, int]:
    """Every sum that a row of any app names, with the size it says."""
    found: dict[str, int] = {}
    for model in apps.get_models():
        if {"sha256", "size"} <= {field.name for field in model._meta.fields}:
            rows = model._default_manager.exclude(sha256="").values_list("sha256", "size")
            found.update((sha256, size) for sha256, size in rows.iterator())
    return found


def verify(*, grace_seconds: float = GRACE_SECONDS) -> Iterator[Fault]:
    """Compares the store with the rows, reading every byte, and yields each fault.

    missing: a row's bytes are not there; short: fewer or more bytes than the row says; altered: other bytes than the
    name says; orphaned: no row after the time of grace; foreign: a file that the store did not put there; exposed:
    everybody on the machine can read it.
    """
    wanted = references()
    for sha256, size in sorted(wanted.items()):
        path = path_of(sha256)
        if not path.is_file():
            yield Fault("missing", sha256, "A row names this file; it is not in the store.")
        elif path.stat().st_size != size:
            yield Fault("short", sha256, f"The row says {size} bytes; the file has {path.stat().st_size}.")
    oldest = time.time() - grace_seconds
    for path in _files():
        name, state = path.name, path.stat()
        if path.parent.name == INCOMING:
            if state.st_mtime < oldest:
                yield Fault("orphaned", name, "An upload that never ended lies in the incoming folder.")
            continue
        if not NAME.fullmatch(name) or path != path_of(name):
            yield Fault("foreign", str(path.relative_to(root())), "The store did not put this file here.")
            continue
        if sum_of(path) != name:
            yield Fault("altered", name, "The file’s bytes are not those it was stored with.")
        if name not in wanted and state.st_mtime < oldest:
            yield Fault("orphaned", name, "No row names this file.")
        if state.st_mode & 0o007:
            yield Fault("exposed", name, "Everybody on the machine can read this file.")


def _files() -> Iterator[Path]:
    if root().is_dir():
        yield from (path for path in sorted(root().rglob("*")) if path.is_file() or path.is_symlink())


def prune(*, grace_seconds: float = GRACE_SECONDS) -> int:
    """Takes away what no row names after the time of grace; returns how many files."""
    wanted, oldest, gone = references(), time.time() - grace_seconds, 0
    for path in _files():
        ours = path.parent.name == INCOMING or (NAME.fullmatch(path.name) and path == path_of(path.name))
        if ours and path.name not in wanted and path.stat().st_mtime < oldest:
            path.unlink()
            gone += 1
    return gone
