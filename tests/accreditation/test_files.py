"""The store: durable, named by content, never overwritten; and its checker finds each kind of fault."""

import errno
import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accreditation import files

OLD = time.time() - 2 * files.GRACE_SECONDS


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the rows name, for tests of the store alone."""
    rows: dict[str, int] = {}
    monkeypatch.setattr(files, "references", lambda: rows)
    return rows


def kinds() -> list[str]:
    return [fault.kind for fault in files.verify()]


def test_bytes_come_back_and_the_same_bytes_lie_there_once(store: Path) -> None:
    first = files.store(io.BytesIO(b"x" * 600_000))
    again = files.store_bytes(b"x" * 600_000)
    assert first == again == files.Stored(first.sha256, 600_000)
    with files.open_blob(first.sha256, size=600_000) as stream:
        assert stream.read() == b"x" * 600_000
    found = [path for path in store.rglob("*") if path.is_file()]
    assert found == [store / first.sha256[:2] / first.sha256[2:4] / first.sha256]
    assert found[0].stat().st_mode & 0o777 == 0o640


def test_too_many_bytes_leave_nothing(store: Path) -> None:
    with pytest.raises(files.TooLarge, match="larger than 1 MB"):
        files.store(io.BytesIO(b"x" * (1024 * 1024 + 1)), limit=1024 * 1024)
    assert not [path for path in store.rglob("*") if path.is_file()]
    assert files.store(io.BytesIO(b"x" * 1024 * 1024), limit=1024 * 1024).size == 1024 * 1024


def test_a_full_disk_leaves_nothing_and_says_so(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.StoreUnavailable, match="the store is full. Nothing was changed"):
        files.store_bytes(b"words")
    monkeypatch.undo()
    assert not [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_sums_are_addresses(store: Path, name: str) -> None:
    with pytest.raises(ValueError, match="Not the sum"):
        files.path_of(name)


def test_a_blob_of_another_size_is_missing(store: Path) -> None:
    kept = files.store_bytes(b"words")
    with pytest.raises(files.BlobMissing):
        files.open_blob(kept.sha256, size=6)
    with pytest.raises(files.BlobMissing):
        files.open_blob("0" * 64)


def test_a_damaged_blob_is_kept_aside_when_its_bytes_come_again(store: Path, named: dict[str, int]) -> None:
    kept = files.store_bytes(b"words")
    named[kept.sha256] = kept.size
    files.path_of(kept.sha256).write_bytes(b"wards")
    assert kinds() == ["altered"]
    files.store_bytes(b"words")
    assert files.path_of(kept.sha256).read_bytes() == b"words"
    assert kinds() == ["foreign"]  # the damaged bytes are still there to look at


def test_a_sound_store_has_no_faults(store: Path, named: dict[str, int]) -> None:
    kept = files.store_bytes(b"words")
    named[kept.sha256] = kept.size
    files.store_bytes(b"just uploaded, its row comes in a moment")
    assert kinds() == []


def test_each_kind_of_fault_is_found(store: Path, named: dict[str, int]) -> None:
    altered, short, exposed = (files.store_bytes(word) for word in (b"altered", b"short", b"exposed"))
    gone, orphan = files.store_bytes(b"gone"), files.store_bytes(b"orphan")
    named.update({one.sha256: one.size for one in (altered, short, exposed, gone)})
    files.path_of(altered.sha256).write_bytes(b"ALTERED")
    files.path_of(short.sha256).write_bytes(b"shor")
    files.path_of(exposed.sha256).chmod(0o644)
    files.path_of(gone.sha256).unlink()
    os.utime(files.path_of(orphan.sha256), (OLD, OLD))
    (store / "notes.txt").write_bytes(b"")
    left = store / files.INCOMING / "tmp123"
    left.write_bytes(b"half")
    os.utime(left, (OLD, OLD))
    found = {(fault.kind, fault.name) for fault in files.verify()}
    assert found == {
        ("altered", altered.sha256),
        ("short", short.sha256),
        ("altered", short.sha256),
        ("exposed", exposed.sha256),
        ("missing", gone.sha256),
        ("orphaned", orphan.sha256),
        ("orphaned", "tmp123"),
        ("foreign", "notes.txt"),
    }


def test_prune_takes_only_what_is_old_and_named_by_nobody(store: Path, named: dict[str, int]) -> None:
    kept, young, old = (files.store_bytes(word) for word in (b"kept", b"young", b"old"))
    named[kept.sha256] = kept.size
    for one in (kept, old):
        os.utime(files.path_of(one.sha256), (OLD, OLD))
    assert files.prune() == 1
    left = {path.name for path in store.rglob("*") if path.is_file()}
    assert left == {kept.sha256, young.sha256}


def test_the_command_names_faults_and_ends_with_their_number(
    store: Path, named: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_store")
    assert "sound: 0 files" in capsys.readouterr().out
    named.update({"0" * 64: 3, "1" * 64: 4})
    with pytest.raises(CommandError, match="2 faults") as end:
        call_command("verify_store")
    assert end.value.returncode == 2
    assert capsys.readouterr().out.count("missing: ") == 2
