"""What both kinds of store share: their faults, and the one pass that copies, counts and sums a stream."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from accreditation.exceptions import Refusal

CHUNK = 256 * 1024
NAME = re.compile(r"[0-9a-f]{64}")


class TooLarge(Refusal):
    """More bytes than the limit allows; nothing was kept."""


class StoreUnavailable(Refusal):
    """The store is full, read-only, silent or gone; nothing was kept and the person can try again."""


class BlobMissing(Exception):
    """A row names bytes that the store does not hold, or holds in another size."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was kept: the sum of the bytes (64 hexadecimal digits) and their number."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a store: `kind` is missing, short, altered, orphaned, foreign or exposed."""

    kind: str
    name: str
    words: str


def place_of(sha256: str) -> str:
    """Where the bytes of a sum lie: "ab/cd/<sum>". Raises `ValueError` for anything that is not a sum."""
    if not NAME.fullmatch(sha256):
        raise ValueError("Not the sum of a file.")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def copy(stream: BinaryIO | Iterable[bytes], target: BinaryIO, limit: int | None) -> Stored:
    """Copies a stream in one pass while it counts and sums. Raises `TooLarge` as soon as the limit is passed."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(stream):
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge(f"The file is larger than {limit // (1024 * 1024)} MB.")
        digest.update(chunk)
        target.write(chunk)
    return Stored(digest.hexdigest(), size)


def _chunks(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if hasattr(stream, "read"):
        while chunk := stream.read(CHUNK):
            yield chunk
    else:
        yield from stream
