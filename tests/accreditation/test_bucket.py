"""The store in a bucket, against a real S3-compatible server: whole, summed, never overwritten, private; and its checker."""

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accreditation import files, page_images, running
from accreditation.backups import making, restoring
from accreditation.backups.manifest import Unusable
from accreditation.enums import BuildState
from accreditation.models import Evidence, Job, Letter
from accreditation.services import evidence as library
from accreditation.services import letters, reconcile
from accreditation.services.submissions import open_submission
from tests.accreditation import filemaker
from tests.accreditation.decided import with_letters
from tests.s3 import BUCKET, S3
from tests.worlds import World


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the rows name, for tests of the store alone."""
    rows: dict[str, int] = {}
    monkeypatch.setattr(files, "references", lambda: rows)
    return rows


def kinds(grace: float = files.GRACE_SECONDS) -> list[str]:
    return [fault.kind for fault in files.verify(grace_seconds=grace)]


def test_bytes_come_back_lie_there_once_under_their_sum_and_nowhere_on_this_machine(s3: S3) -> None:
    first = files.store(io.BytesIO(b"x" * 600_000))
    assert files.store_bytes(b"x" * 600_000) == first == files.Stored(first.sha256, 600_000)
    with files.open_blob(first.sha256, size=600_000) as stream:
        assert stream.read() == b"x" * 600_000
    assert s3.held() == [f"{first.sha256[:2]}/{first.sha256[2:4]}/{first.sha256}"]
    assert not Path(live.EVIDENCE_DIR).exists()
    with pytest.raises(files.BlobMissing):
        files.open_blob(first.sha256, size=5)
    with pytest.raises(files.BlobMissing):
        files.open_blob("0" * 64)
    with pytest.raises(ValueError):
        files.open_blob("../../etc/passwd")
    files.remove(first.sha256)
    files.remove(first.sha256)
    assert s3.held() == [] and files.is_empty()


def test_too_many_bytes_leave_nothing(s3: S3) -> None:
    with pytest.raises(files.TooLarge):
        files.store(io.BytesIO(b"x" * (1024 * 1024 + 1)), limit=1024 * 1024)
    assert s3.held() == []


def test_damaged_bytes_are_never_served_and_a_new_upload_heals_them(s3: S3, named: dict[str, int]) -> None:
    kept = files.store_bytes(b"words")
    named[kept.sha256] = kept.size
    key = s3.held()[0]
    s3.client().put_object(Bucket=BUCKET, Key=key, Body=b"wards")
    with pytest.raises(files.BlobMissing):
        files.open_blob(kept.sha256, size=5)
    assert kinds() == ["altered"]
    files.store_bytes(b"words")
    with files.open_blob(kept.sha256, size=5) as stream:
        assert stream.read() == b"words"
    assert kinds() == ["foreign"], "the damaged one is kept aside and named"


def test_the_checker_finds_each_kind_of_fault_and_prune_takes_only_what_is_old_and_unnamed(
    s3: S3, named: dict[str, int]
) -> None:
    sound, gone, short, orphan = (
        files.store_bytes(word) for word in (b"sound", b"gone", b"short", b"orphan")
    )
    named |= {one.sha256: one.size for one in (sound, gone)} | {short.sha256: 99}
    client = s3.client()
    client.delete_object(Bucket=BUCKET, Key=f"{gone.sha256[:2]}/{gone.sha256[2:4]}/{gone.sha256}")
    client.put_object(Bucket=BUCKET, Key="notes.txt", Body=b"x")
    client.put_object(Bucket=BUCKET, Key="pages/a.png", Body=b"x")  # pictures may be thrown away: no fault
    time.sleep(1.1)  # the server tells whole seconds
    found = {(fault.kind, fault.name) for fault in files.verify(grace_seconds=0)}
    assert found == {
        ("missing", gone.sha256), ("short", short.sha256), ("foreign", "notes.txt"), ("orphaned", orphan.sha256),
    }  # fmt: skip
    assert "orphaned" not in kinds()
    assert files.prune() == 0
    assert files.prune(grace_seconds=0) == 1
    client.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    assert "exposed" in kinds()
    client.put_bucket_acl(Bucket=BUCKET, ACL="private")


def test_a_second_upload_of_the_same_bytes_begins_their_time_of_grace_anew(
    s3: S3, named: dict[str, int]
) -> None:
    first = files.store_bytes(b"words")
    time.sleep(2.1)
    files.store_bytes(b"words")
    assert files.prune(grace_seconds=2) == 0
    assert s3.held() == [f"{first.sha256[:2]}/{first.sha256[2:4]}/{first.sha256}"]


def test_nothing_in_the_bucket_has_an_address_without_the_secret(s3: S3) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    kept = files.store_bytes(b"words")
    store = files.bucket()
    assert store
    with pytest.raises(NotImplementedError):
        store.storage.url(kept.sha256)
    grants = s3.client().get_object_acl(Bucket=BUCKET, Key=s3.held()[0])["Grants"]
    assert [one["Grantee"]["Type"] for one in grants] == ["CanonicalUser"]
    with pytest.raises(HTTPError):
        urlopen(f"{s3.endpoint}/{BUCKET}/{s3.held()[0]}", timeout=5)  # noqa: S310 - our own server


@pytest.mark.django_db
def test_a_bucket_that_does_not_answer_refuses_politely_and_health_says_so(
    s3: S3, settings: Any, client: Client
) -> None:
    kept = files.store_bytes(b"words")
    away = S3()  # nothing listens on its port
    settings.STORAGES = away.storages(settings.STORAGES)
    with pytest.raises(files.StoreUnavailable, match="Nothing was changed"):
        files.store_bytes(b"other")
    with pytest.raises(files.StoreUnavailable):
        files.open_blob(kept.sha256)
    assert client.get(reverse("health_ready")).json() == {"ready": False, "missing": ["store"]}
    assert [line.title for line in running.wrong() if "answer" in line.words] == ["Store of files"]


@pytest.mark.django_db
def test_evidence_its_pages_and_letters_go_through_the_bucket(s3: S3, world: World, tmp_path: Path) -> None:
    draft = open_submission(by=world.leader, course=world.course, kind="new")
    data = filemaker.pdf(2, "Handbook")
    library.add_evidence(
        by=world.leader, submission_id=draft.pk, upload=filemaker.upload("a.pdf", data), title="A"
    )
    row = Evidence.objects.get()
    client = Client()
    client.force_login(world.leader)
    sent = client.get(reverse("evidence_file", args=[draft.pk, row.number]))
    assert b"".join(sent.streaming_content) == data
    assert sent["Content-Disposition"].startswith("attachment") and "X-Accel-Redirect" not in sent
    drawn = page_images.page_image(row.sha256, row.media_type, 1)
    assert f"pages/{drawn.name}" in s3.held()
    drawn.unlink()
    again = page_images.page_image(row.sha256, row.media_type, 1)  # another machine: fetched, not drawn
    assert again.read_bytes()[:4] == b"\x89PNG"
    assert "Handbook" in page_images.page_text(row.sha256, row.media_type, 1)
    letter = with_letters(world)[0]
    built = letters.build(job_id=Job.objects.get(key=letters.key_of(letter)).pk)
    assert built and built.state == BuildState.BUILT
    assert files.fault_of(built.sha256, built.size) == ""
    Letter.objects.filter(pk=letter.pk).update(size=1)
    assert any("not the one that was built" in fault for fault in reconcile.faults())
    Letter.objects.filter(pk=letter.pk).update(size=built.size)
    out = io.StringIO()
    call_command("verify_store", stdout=out)
    assert "sound: 2 files" in out.getvalue()
    s3.client().delete_object(Bucket=BUCKET, Key=next(key for key in s3.held() if built.sha256 in key))
    with pytest.raises(CommandError, match="1 fault"):
        call_command("verify_store", stdout=out)


@pytest.mark.django_db
def test_a_backup_takes_every_file_of_the_bucket_and_restores_into_an_empty_one(
    s3: S3, world: World, tmp_path: Path
) -> None:
    letter = with_letters(world)[0]
    built = letters.build(job_id=Job.objects.get(key=letters.key_of(letter)).pk)
    assert built
    before = making.files.references()
    manifest_files = tmp_path / "taken"
    for sha256, size in before.items():
        making._take(sha256, size, manifest_files, None)
    copied = [path for path in manifest_files.rglob("*") if path.is_file()]
    assert [files.sum_of(path) for path in copied] == [path.name for path in copied] == [built.sha256]
    with pytest.raises(Unusable, match="not empty"):
        restoring.need_empty()
    s3.empty_bucket()
    assert files.is_empty()
    with pytest.raises(Unusable, match="lacks the file"):
        making._take(built.sha256, int(built.size or 0), tmp_path / "other", None)
    with copied[0].open("rb") as stream:
        assert files.store(stream).sha256 == built.sha256
    assert list(files.verify()) == []
