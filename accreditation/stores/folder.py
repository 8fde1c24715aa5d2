"""A store in a folder of this machine: `ab/cd/<sum>`, made durable before it gets its name.

A stream goes into a temporary file on the same filesystem and is renamed into place only when it is whole; the worst that a
crash leaves behind is a file in `incoming`.
"""

import hashlib
import logging
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from accreditation.stores.common import NAME, BlobMissing, Fault, Stored, copy, place_of

logger = logging.getLogger(__name__)
INCOMING = "incoming"


class Folder:
    """The store below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def check(self) -> None:
        """Raises `OSError` where the folder takes no file."""
        self._incoming().mkdir(parents=True, exist_ok=True, mode=0o750)
        with tempfile.TemporaryFile(dir=self._incoming()) as probe:
            probe.write(b"x")

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of a sum lie. Raises `ValueError` for anything that is not a sum."""
        return self.root / place_of(sha256)

    def store(self, stream: BinaryIO | Iterable[bytes], limit: int | None) -> Stored:
        """Keeps a stream's bytes. Raises `TooLarge`, or `OSError` where the disk refuses; then nothing is kept."""
        self._incoming().mkdir(parents=True, exist_ok=True, mode=0o750)
        handle, name = tempfile.mkstemp(dir=self._incoming())
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as kept:
                stored = copy(stream, kept, limit)
                kept.flush()
                os.fchmod(kept.fileno(), settings.FILE_UPLOAD_PERMISSIONS or 0o640)
                os.fsync(kept.fileno())
            self._place(temporary, stored)
            return stored
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()

    def _place(self, temporary: Path, stored: Stored) -> None:
        """Renames a finished file to its sum, unless the same bytes are there; sound bytes are never replaced."""
        target = self.path_of(stored.sha256)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        if target.exists():
            if target.stat().st_size == stored.size and sum_of(target) == stored.sha256:
                os.utime(
                    target
                )  # its time of grace begins anew, so that `prune` cannot take it from under a new row
                return
            # What lies there is not what its name says. It is kept aside, where `verify` names it.
            logger.error("The blob %s was damaged and has been restored from a new upload.", stored.sha256)
            target.rename(target.with_name(f"{stored.sha256}.damaged-{time.time_ns()}"))
        temporary.rename(target)
        for folder in (target.parent, target.parent.parent, self.root):
            _make_durable(folder)

    def open(self, sha256: str, size: int | None) -> BinaryIO:
        """Opens a blob. Raises `BlobMissing` where it is not there or not that long."""
        try:
            stream = self.path_of(sha256).open("rb")
        except OSError as fault:
            raise BlobMissing(sha256) from fault
        if size is not None and os.fstat(stream.fileno()).st_size != size:
            stream.close()
            raise BlobMissing(sha256)
        return stream

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """The blob as a file that a program can open. Raises `BlobMissing`."""
        self.open(sha256, None).close()
        yield self.path_of(sha256)

    def remove(self, sha256: str) -> None:
        """Takes a blob away; what is not there is gone already."""
        with suppress(FileNotFoundError):
            self.path_of(sha256).unlink()

    def is_empty(self) -> bool:
        """Whether there is no file at all."""
        return next(self.files(), None) is None

    def files(self) -> Iterator[Path]:
        """Every file, in order of its path."""
        if self.root.is_dir():
            yield from (path for path in sorted(self.root.rglob("*")) if path.is_file() or path.is_symlink())

    def verify(self, wanted: Mapping[str, int], oldest: float) -> Iterator[Fault]:
        """Each fault of the folder, all bytes read; `oldest`: older files must have a row."""
        for sha256, size in sorted(wanted.items()):
            path = self.path_of(sha256)
            if not path.is_file():
                yield Fault("missing", sha256, "A row names this file; it is not in the store.")
            elif path.stat().st_size != size:
                yield Fault(
                    "short", sha256, f"The row says {size} bytes; the file has {path.stat().st_size}."
                )
        for path in self.files():
            name, state = path.name, path.stat()
            if path.parent.name == INCOMING:
                if state.st_mtime < oldest:
                    yield Fault("orphaned", name, "An upload that never ended lies in the incoming folder.")
                continue
            if not NAME.fullmatch(name) or path != self.path_of(name):
                strange = str(path.relative_to(self.root))
                yield Fault("foreign", strange, "The store did not put this file here.")
                continue
            if sum_of(path) != name:
                yield Fault("altered", name, "The file’s bytes are not those it was stored with.")
            if name not in wanted and state.st_mtime < oldest:
                yield Fault("orphaned", name, "No row names this file.")
            if state.st_mode & 0o007:
                yield Fault("exposed", name, "Everybody on the machine can read this file.")

    def prune(self, wanted: Mapping[str, int], oldest: float) -> int:
        """Takes away what no row names and is older than `oldest`; returns how many files."""
        gone = 0
        for path in self.files():
            ours = path.parent.name == INCOMING or (
                NAME.fullmatch(path.name) and path == self.path_of(path.name)
            )
            if ours and path.name not in wanted and path.stat().st_mtime < oldest:
                path.unlink()
                gone += 1
        return gone

    def _incoming(self) -> Path:
        return self.root / INCOMING


def sum_of(path: Path) -> str:
    """The SHA-256 of a file's bytes as they are on the disk now."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
