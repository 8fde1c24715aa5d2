"""An uploaded file on its way in: held to its kind and its size, looked into, and gone again unless somebody keeps it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from accreditation.uploads import clamav, kinds, limited


class Upload(Protocol):
    """What is needed of an uploaded file: Django's `UploadedFile`, or any `File` with a name and a size."""

    name: str | None
    size: int | None
    file: BinaryIO

    def chunks(self) -> Iterator[bytes]: ...


@contextmanager
def checked(upload: Upload, limit: int, only: Collection[str] = ()) -> Iterator[tuple[Path, kinds.Inspected]]:
    """A temporary file with an upload's bytes, after all checks, and what it is. `only`: the kinds that are taken here.

    Raises `kinds.Refused` with the sentence for the person. The file is gone at the end whatever happens.
    """
    kind = kinds.kind_by_name(upload.name or "")
    if only and kind.code not in only:
        raise kinds.Refused(
            f"This is a {kind.words} file. Choose a {' or '.join(kinds.KINDS[one].words for one in only)} file."
        )
    if not upload.size:
        raise kinds.Refused(
            "The file is empty. Open it to see whether it holds anything, then choose it again."
        )
    if upload.size > limit:
        raise kinds.Refused(
            f"The file is larger than {limit // kinds.MEGABYTE} MB. Split it, or save it with smaller pictures."
        )
    with limited.spooled(upload.chunks(), limit) as path:
        found = limited.inspect(path, kind.code)
        if settings.CLAMAV_URL:
            clamav.check(path, settings.CLAMAV_URL)
        yield path, found
