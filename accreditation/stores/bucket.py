"""A store in a private bucket of an S3-compatible server, so that web and workers on any machine share it.

A stream goes into a temporary file of this machine while it is counted and summed; then it is sent in one piece with its
sum, which the server compares, on the condition that nothing has this name yet. So a blob is there whole or not at all, and
never overwritten. What is read is fetched whole and summed again before anybody sees a byte. Pictures of pages are kept in
the same bucket, below `pages/`, where they may be thrown away at any time.
"""

import base64
import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from accreditation.stores.common import NAME, BlobMissing, Fault, Stored, StoreUnavailable, copy, place_of

logger = logging.getLogger(__name__)
PAGES = "pages/"
EVERYBODY = "AllUsers", "AuthenticatedUsers"
SILENT = "The files cannot be reached just now: their store does not answer. Nothing was changed. Try again in a moment."
NOT_THERE = {"404", "NoSuchKey", "NotFound"}
TAKEN = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}


class PrivateBucket(S3Storage):
    """django-storages' S3 with our limits: nobody waits for ever, and nothing has an address."""

    def __init__(self, **options: Any) -> None:
        limits = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
            signature_version="s3v4",
            s3={"addressing_style": "path"},
        )
        super().__init__(client_config=limits, default_acl=None, querystring_auth=True, **options)

    def url(self, *args: Any, **kwargs: Any) -> str:
        """No file has an address: one view checks, records and sends."""
        raise NotImplementedError("Files are sent by our own views only.")


class Bucket:
    """The store in the bucket of `storage`."""

    def __init__(self, storage: PrivateBucket) -> None:
        self.storage = storage

    @property
    def _client(self) -> Any:
        return self.storage.connection.meta.client

    @property
    def _where(self) -> dict[str, str]:
        return {"Bucket": str(self.storage.bucket_name)}

    def check(self) -> None:
        """Raises `OSError` where the bucket does not answer."""
        try:
            self._client.head_bucket(**self._where)
        except (BotoCoreError, ClientError) as fault:
            raise OSError("The bucket does not answer.") from fault

    def store(self, stream: BinaryIO | Iterable[bytes], limit: int | None) -> Stored:
        """Keeps a stream's bytes. Raises `TooLarge`, `StoreUnavailable`, or `OSError` of the temporary file."""
        with tempfile.TemporaryFile(prefix="case-blob-") as kept:
            stored = copy(stream, kept, limit)
            try:
                self._place(kept, stored)
            except (BotoCoreError, ClientError) as fault:
                logger.exception("The bucket refused a file.")
                raise StoreUnavailable(SILENT) from fault
        return stored

    def _place(self, kept: BinaryIO, stored: Stored) -> None:
        if self._put(kept, stored):
            return
        key = place_of(stored.sha256)
        try:
            self.open(stored.sha256, stored.size).close()
        except BlobMissing:
            # What lies there is not what its name says. It is kept aside, where `verify` names it.
            logger.error("The blob %s was damaged and has been restored from a new upload.", stored.sha256)
            self._copy(key, f"{key}.damaged-{time.time_ns()}")
            self._client.delete_object(**self._where, Key=key)
            self._put(kept, stored)
            return
        self._copy(key, key)  # its time of grace begins anew

    def _put(self, kept: BinaryIO, stored: Stored) -> bool:
        """Sends a blob, unless something has its name already; whether it did."""
        kept.seek(0)
        try:
            self._client.put_object(
                **self._where,
                Key=place_of(stored.sha256),
                Body=kept,
                ContentLength=stored.size,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(stored.sha256)).decode(),
                IfNoneMatch="*",
            )
        except ClientError as fault:
            if _code(fault) in TAKEN:
                return False
            raise
        return True

    def _copy(self, key: str, target: str) -> None:
        self._client.copy_object(
            **self._where,
            Key=target,
            CopySource={"Bucket": self.storage.bucket_name, "Key": key},
            MetadataDirective="REPLACE",
        )

    def open(self, sha256: str, size: int | None) -> BinaryIO:
        """A blob, fetched whole into a temporary file and summed. Raises `BlobMissing` where it is not there, not that long,
        or not what its name says; `StoreUnavailable` where the server does not answer.
        """
        kept = cast(BinaryIO, tempfile.TemporaryFile(prefix="case-blob-"))  # noqa: SIM115 - the caller closes it
        try:
            found = self._fetch(place_of(sha256), kept)
        except BaseException:
            kept.close()
            raise
        if found is None or found.sha256 != sha256 or (size is not None and found.size != size):
            kept.close()
            raise BlobMissing(sha256)
        kept.seek(0)
        return kept

    def _fetch(self, key: str, target: BinaryIO) -> Stored | None:
        """Copies what lies under a key and sums it; None where nothing does."""
        try:
            body = self._client.get_object(**self._where, Key=key)["Body"]
            with body:
                return copy(body, target, None)
        except ClientError as fault:
            if _code(fault) in NOT_THERE:
                return None
            raise StoreUnavailable(SILENT) from fault
        except (BotoCoreError, OSError) as fault:
            raise StoreUnavailable(SILENT) from fault

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """The blob as a file of this machine for as long as this lasts. Raises as `open`."""
        with tempfile.TemporaryDirectory(prefix="case-blob-") as folder:
            path = Path(folder) / "blob"
            with self.open(sha256, None) as stream, path.open("xb") as copied:
                copy(stream, copied, None)
            yield path

    def remove(self, sha256: str) -> None:
        """Takes a blob away; what is not there is gone already."""
        self._client.delete_object(**self._where, Key=place_of(sha256))

    def is_empty(self) -> bool:
        """Whether there is no blob at all."""
        return next(self._objects(), None) is None

    def get_page(self, name: str, target: Path) -> bool:
        """Fetches the picture of a page that another machine has drawn; whether there was one."""
        part = target.with_name(f".{target.name}.{time.time_ns()}")
        try:
            with part.open("xb") as stream:
                if not self._fetch(PAGES + name, stream):
                    return False
            part.rename(target)
            return True
        finally:
            part.unlink(missing_ok=True)

    def put_page(self, name: str, drawn: Path) -> None:
        """Keeps the picture of a page for the other machines; where that fails, each draws its own."""
        try:
            with drawn.open("rb") as stream:
                self._client.put_object(**self._where, Key=PAGES + name, Body=stream)
        except (BotoCoreError, ClientError):
            logger.warning("A picture of a page could not be kept in the bucket.")

    def verify(self, wanted: Mapping[str, int], oldest: float) -> Iterator[Fault]:
        """Each fault of the bucket, all bytes read; `oldest`: older blobs must have a row."""
        there: set[str] = set()
        for key, size, modified in self._objects():
            name = key.rpartition("/")[2]
            if not NAME.fullmatch(name) or key != place_of(name):
                yield Fault("foreign", key, "The store did not put this file here.")
                continue
            there.add(name)
            if name in wanted and wanted[name] != size:
                yield Fault("short", name, f"The row says {wanted[name]} bytes; the file has {size}.")
            if self._sum_of(key) != name:
                yield Fault("altered", name, "The file’s bytes are not those it was stored with.")
            if name not in wanted and modified < oldest:
                yield Fault("orphaned", name, "No row names this file.")
        for name in sorted(wanted.keys() - there):
            yield Fault("missing", name, "A row names this file; it is not in the store.")
        if self._is_public():
            yield Fault("exposed", str(self.storage.bucket_name), "Everybody can read the bucket.")

    def prune(self, wanted: Mapping[str, int], oldest: float) -> int:
        """Takes away what no row names and is older than `oldest`; returns how many blobs."""
        gone = 0
        for key, _, modified in self._objects():
            name = key.rpartition("/")[2]
            if NAME.fullmatch(name) and key == place_of(name) and name not in wanted and modified < oldest:
                self._client.delete_object(**self._where, Key=key)
                gone += 1
        return gone

    def _objects(self) -> Iterator[tuple[str, int, float]]:
        """Key, size and time of change (seconds) of every object but the pictures, in order of the keys."""
        for page in self._client.get_paginator("list_objects_v2").paginate(**self._where):
            for found in page.get("Contents", ()):
                if not found["Key"].startswith(PAGES):
                    changed = cast(datetime, found["LastModified"])
                    yield found["Key"], found["Size"], changed.timestamp()

    def _sum_of(self, key: str) -> str:
        digest = hashlib.sha256()
        with self._client.get_object(**self._where, Key=key)["Body"] as body:
            for chunk in iter(lambda: body.read(1024 * 1024), b""):
                digest.update(chunk)
        return digest.hexdigest()

    def _is_public(self) -> bool:
        try:
            given = self._client.get_bucket_acl(**self._where)["Grants"]
        except ClientError:
            return False  # servers without such lists have no public buckets by them
        return any(str(one["Grantee"].get("URI", "")).endswith(EVERYBODY) for one in given)


def _code(fault: ClientError) -> str:
    return str(fault.response.get("Error", {}).get("Code", ""))
