"""Hostile files are refused with a sentence that names the feature; sound files of every kind are taken."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from accreditation import files
from accreditation.exceptions import Invalid
from accreditation.services.evidence import keep_file
from accreditation.uploads import checks, kinds, limited
from tests.accreditation import filemaker, hostile
from tests.accreditation.filemaker import upload

CASES = hostile.all_cases()


def inspect(path: Path, name: str) -> kinds.Inspected:
    return checks.inspect(path, kinds.kind_by_name(name).code)


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return tmp_path / "evidence"


def test_there_are_enough_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    kinds_of_them = len({case[0] for case in CASES})
    with capsys.disabled():
        print(
            f"\nUploads: {kinds_of_them} kinds of hostile file, each refused in words below, {len(SOUND)} sound ones taken."
        )
    assert kinds_of_them > 250


@pytest.mark.parametrize("case", CASES, ids=[f"{case[1]}: {case[0]}" for case in CASES])
def test_a_hostile_file_is_refused_in_words(case: hostile.Case, tmp_path: Path) -> None:
    _, name, data, words = case
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(kinds.Refused) as refused:
        inspect(path, name)
    assert words in str(refused.value)
    assert str(refused.value)[0].isupper() and len(str(refused.value)) < 300


SOUND: dict[str, bytes] = {
    "a.pdf": filemaker.pdf(3),
    "packed.pdf": filemaker.saved(pikepdf.open(io.BytesIO(filemaker.pdf(2))), **hostile.PACKED),
    "linear.PDF": filemaker.saved(pikepdf.open(io.BytesIO(filemaker.pdf(2))), linearize=True),
    "a.docx": hostile.zipped(hostile.WORD | {"word/_rels/document.xml.rels": hostile.relation("hyperlink")}),
    "a.xlsx": filemaker.workbook(200),
    "a.png": filemaker.picture(size=(1200, 900)),
    "a.jpg": filemaker.picture("JPEG"),
    "b.jpeg": filemaker.picture("JPEG", (10, 10)),
    "a.csv": "Région;n\nÉpaule;3\n".encode("cp1252"),
    "b.csv": b"\xef\xbb\xbfregion,n\nknee,3\n",
    "c.csv": "region,n\nknee,3\n".encode("utf-16"),
    "a.txt": "Notes of the board, 14 March 2025: ≥ 2 years.".encode(),
    "BM.csv": b"BM,budget\n1,2\n",
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_is_taken_and_comes_back_byte_for_byte(name: str, store: Path) -> None:
    kept = keep_file(upload(name, SOUND[name]))
    with files.open_blob(kept.sha256, size=kept.size) as stream:
        assert stream.read() == SOUND[name]
    assert kept.media_type == kinds.kind_by_name(name).media_type


def test_pages_are_counted() -> None:
    assert keep_pages("a.pdf") == 3
    assert keep_pages("a.png") == 1
    assert keep_pages("a.xlsx") is None


def keep_pages(name: str) -> int | None:
    with limited.spooled([SOUND[name]], 10**7) as path:
        return inspect(path, name).pages


def test_where_a_pdf_opens_is_harmless(tmp_path: Path) -> None:
    """Most programs write where to open a file; that is no action."""
    for opening in (
        Array([0, Name.Fit]),
        Dictionary(S=Name.GoTo, D=String("top")),
    ):
        path = tmp_path / "a.pdf"
        path.write_bytes(hostile._pdf(hostile._set(OpenAction=opening)))
        assert checks.inspect(path, "pdf").pages == 1


def test_a_bomb_is_refused_quickly_and_within_its_memory(tmp_path: Path) -> None:
    bombs = {
        "a.docx": hostile.zipped(hostile.WORD | {"word/a.bin": bytes(140 * 1024 * 1024)}),
        "a.png": hostile.png_of(60_000, 60_000),
        "a.xlsx": hostile.zipped({f"xl/{n}.xml": bytes(2 * 1024 * 1024) for n in range(200)}),
    }
    for name, data in bombs.items():
        path = tmp_path / name
        path.write_bytes(data)
        command = [sys.executable, "-c", MEASURED, str(path), kinds.kind_by_name(name).code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=limited.ROOT)
        seconds, megabytes = map(float, done.stdout.split())
        assert seconds < 4, name
        assert megabytes < 700, name


MEASURED = """
import resource, sys, time
from pathlib import Path
from accreditation.uploads import kinds, limited
began = time.monotonic()
try:
    limited.inspect(Path(sys.argv[1]), sys.argv[2])
except kinds.Refused:
    print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""
"""Asked of a small process: a child's peak begins with what its parent held when it was forked, and this one holds the tests."""


def test_what_breaks_the_checking_process_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(filemaker.pdf(1))
    assert limited.inspect(path, "pdf").pages == 1
    for child in (
        "import os; os.kill(os.getpid(), 9)",
        "x = bytearray(2 * 1024**3)",
        "print('not an answer')",
    ):
        monkeypatch.setattr(limited, "_CHILD", child)
        with pytest.raises(kinds.Refused, match="within the limits"):
            limited.inspect(path, "pdf")
    monkeypatch.setattr(limited, "_CHILD", "while True: pass")
    monkeypatch.setattr(limited, "SECONDS", 1)
    with pytest.raises(kinds.Refused, match="within the limits"):
        limited.inspect(path, "pdf")


def test_a_refused_file_leaves_nothing(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    for name, data in (
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-"),
        ("a.exe", b"MZ"),
        ("a.pdf", hostile._pdf(hostile._embed)),
    ):
        with pytest.raises(Invalid):
            keep_file(upload(name, data))
    with pytest.raises(Invalid, match="larger than 1 MB"):
        keep_file(upload("a.txt", b"x" * (1024 * 1024 + 1)), limit=1024 * 1024)
    assert not [path for path in store.rglob("*") if path.is_file()] and not list(
        (tmp_path / "temporary").iterdir()
    )
