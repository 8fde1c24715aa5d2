"""A private S3-compatible server (moto's, a process of its own) with one empty bucket, and settings that keep files there."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from tests.services import end_with_parent, free_port

KEY, SECRET, BUCKET = "case", "only-for-tests", "evidence"


class S3:
    """The server; `start` it, `stop` it, `url` is what CASE_STORE_URL takes. It forgets everything when it ends."""

    def __init__(self) -> None:
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.url = f"s3://{KEY}:{SECRET}@127.0.0.1:{self.port}/{BUCKET}?tls=False&region=eu-west-2"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers. Raises RuntimeError."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            preexec_fn=end_with_parent,
        )
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                urlopen(f"{self.endpoint}/moto-api/", timeout=5).close()  # noqa: S310 - our own server
                return
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("moto's server did not start.")
            time.sleep(0.1)

    def client(self) -> Any:
        """A client of its own, for looking past the product."""
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="eu-west-2",
        )

    def empty_bucket(self) -> None:
        """The bucket, there and empty."""
        client = self.client()
        with contextlib.suppress(client.exceptions.ClientError):
            for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
                client.delete_object(Bucket=BUCKET, Key=one["Key"])
            return
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})

    def held(self) -> list[str]:
        """What lies in the bucket."""
        return [one["Key"] for one in self.client().list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def storages(self, before: dict[str, Any]) -> dict[str, Any]:
        """The setting STORAGES with this bucket, as CASE_STORE_URL makes it."""
        options = {
            "endpoint_url": self.endpoint,
            "bucket_name": BUCKET,
            "access_key": KEY,
            "secret_key": SECRET,
        }
        backend = "accreditation.stores.bucket.PrivateBucket"
        return {
            **before,
            "evidence": {"BACKEND": backend, "OPTIONS": {**options, "region_name": "eu-west-2"}},
        }


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3]:
    server = S3()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def s3(s3_server: S3, settings: Any, tmp_path: Any) -> S3:
    """Files lie in a bucket that is empty now, and nothing in the folder."""
    s3_server.empty_bucket()
    settings.STORAGES = s3_server.storages(settings.STORAGES)
    settings.EVIDENCE_DIR = tmp_path / "unused"
    settings.DATA_DIR = tmp_path
    return s3_server
