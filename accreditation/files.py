"""The one private store of files, named by content: `ab/cd/<sha256>`. No URL leads into it.

It is a folder of this machine (`EVIDENCE_DIR`), or a private bucket (`CASE_STORE_URL`) that web and workers on several
machines share; who stores or reads need not know. A stream is hashed and counted on its way, and gets its name only when it
is whole; only then does the caller write its row. So a row never points at bytes that are missing or short; the worst that
a crash leaves behind is a file without a row, which `verify` names and `prune` takes away after a day. Bytes are never
overwritten. A row that names a blob has the two fields `sha256` and `size`, whichever app it belongs to.
"""

import errno
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages

from accreditation.stores.common import (
    CHUNK,
    NAME,
    BlobMissing,
    Fault,
    Stored,
    StoreUnavailable,
    TooLarge,
)
from accreditation.stores.folder import INCOMING, Folder, sum_of

if TYPE_CHECKING:
    from accreditation.stores.bucket import Bucket

__all__ = [
    "CHUNK",
    "INCOMING",
    "NAME",
    "BlobMissing",
    "Fault",
    "StoreUnavailable",
    "Stored",
    "TooLarge",
    "sum_of",
]
logger = logging.getLogger(__name__)

GRACE_SECONDS = 24 * 3600  # how long a file may lie in the store before its row must be there
ALIAS = "evidence"  # in settings.STORAGES, where a bucket is named


def bucket() -> "Bucket | None":
    """The bucket, where one is named; None where files lie in a folder."""
    if ALIAS not in settings.STORAGES:
        return None
    from accreditation.stores.bucket import Bucket, PrivateBucket  # boto3 takes half a second to import

    storage = storages[ALIAS]
    assert isinstance(storage, PrivateBucket)  # noqa: S101 (the settings name no other)
    return Bucket(storage)


def _place() -> "Bucket | Folder":
    return bucket() or Folder(root())


def root() -> Path:
    """The store's folder on this machine."""
    return Path(settings.EVIDENCE_DIR)


def path_of(sha256: str) -> Path:
    """Where the bytes of a sum lie in the folder. Raises `ValueError` for anything that is not a sum."""
    return Folder(root()).path_of(sha256)


def can_write() -> bool:
    """Whether the store is there and takes a file. Raises `OSError` where it does not."""
    _place().check()
    return True


def store(stream: BinaryIO | Iterable[bytes], *, limit: int | None = None) -> Stored:
    """Keeps a stream's bytes and returns their sum and size; the same bytes twice are kept once.

    Raises `TooLarge` above `limit` bytes and `StoreUnavailable` where the store refuses; then nothing is kept.
    """
    try:
        return _place().store(stream, limit)
    except OSError as fault:
        logger.error("The store refused a file: %s", errno.errorcode.get(fault.errno or 0, "unknown"))
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreUnavailable(
            "The file could not be kept because the store is "
            f"{'full' if full else 'not available'}. Nothing was changed. Try again later, or tell the CASE office."
        ) from fault


def store_bytes(data: bytes) -> Stored:
    """`store` for bytes that are in memory anyway, such as a letter that was just built."""
    return store(iter((data,)))


def open_blob(sha256: str, *, size: int | None = None) -> BinaryIO:
    """Opens a blob for reading. Raises `BlobMissing` where it is not there or (with `size` given) not that long, and
    `StoreUnavailable` where a bucket does not answer.
    """
    return _place().open(sha256, size)


def local(sha256: str) -> AbstractContextManager[Path]:
    """A blob as a file that a program can open, for as long as the context lasts. Raises as `open_blob`."""
    return _place().local(sha256)


def fault_of(sha256: str, size: int | None) -> str:
    """ "missing" where a blob is not there, "altered" where it has other bytes or another number of them, else ""."""
    try:
        with local(sha256) as path:
            return "" if path.stat().st_size == size and sum_of(path) == sha256 else "altered"
    except BlobMissing:
        return "missing"


def remove(sha256: str) -> None:
    """Takes a blob away at once. Only for bytes that no other row can name, because they were made unlike all others
    (`accreditation.imports.keeping`). What is not there is gone already.
    """
    _place().remove(sha256)


def is_empty() -> bool:
    """Whether the store holds nothing at all."""
    return _place().is_empty()


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
    everybody on the machine can read it, or everybody the bucket.
    """
    yield from _place().verify(references(), time.time() - grace_seconds)


def prune(*, grace_seconds: float = GRACE_SECONDS) -> int:
    """Takes away what no row names after the time of grace; returns how many files."""
    return _place().prune(references(), time.time() - grace_seconds)
