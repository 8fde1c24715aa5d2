"""Holds the file of a table between its two presses, and no longer.

Its bytes lie in the private store behind a few random ones, so that they are unlike all others and can be taken away at
once when nobody needs them: the store keeps the same bytes once only, and would not know whose they are.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from accreditation import files
from accreditation.exceptions import Invalid
from accreditation.uploads import kinds, names, taken

KINDS: Final = ("csv", "xlsx")
ACCEPT: Final = ".csv,.xlsx"
SALT: Final = 16


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A table that was checked and lies in the store: `sha256` and `size` of the blob, `file_sha256` of the file itself."""

    name: str
    sha256: str
    size: int
    file_sha256: str


def keep(upload: taken.Upload, *, limit: int, look: Callable[[str, BinaryIO], None]) -> KeptTable:
    """Checks an upload, lets `look` read it, and only then keeps it; the caller then writes the row that names it.

    `look` raises `Invalid` where the table must not be kept. Raises `Invalid` (field `file`) and `files.StoreUnavailable`;
    then nothing was kept.
    """
    given = upload.name or ""
    try:
        with taken.checked(upload, limit, KINDS) as (path, found):
            name = names.clean_name(given, kinds.extension_of(given))
            with path.open("rb") as stream:
                look(name, stream)
            stored = files.store(_salted(path))
            return KeptTable(name, stored.sha256, stored.size, files.sum_of(path))
    except (kinds.Refused, files.TooLarge) as no:
        raise Invalid({"file": [str(no)]}) from no


def _salted(path: Path) -> Iterator[bytes]:
    yield os.urandom(SALT)
    with path.open("rb") as stream:
        while chunk := stream.read(files.CHUNK):
            yield chunk


@contextmanager
def opened(sha256: str, size: int) -> Iterator[BinaryIO]:
    """A kept table's own bytes, as a temporary file that can be sought. Raises `files.BlobMissing`."""
    with tempfile.TemporaryFile(prefix="case-table-") as own, files.open_blob(sha256, size=size) as stream:
        stream.read(SALT)
        while chunk := stream.read(files.CHUNK):
            own.write(chunk)
        own.seek(0)
        yield own


def forget(sha256: str) -> None:
    """Takes a kept table away."""
    if sha256:
        files.remove(sha256)
