"""What may not be in a Word document or Excel workbook, named feature by feature; and bombs, before anything is unpacked."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from accreditation.uploads.kinds import MOST_ENTRIES, MOST_RATIO, MOST_UNPACKED, Refused

MAIN: Final = {
    "docx": ("word/document.xml", b"wordprocessingml.document.main+xml", "a Word document"),
    "xlsx": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml", "an Excel workbook"),
}
CLEAN: Final = "Open it, take that out, save it again, and choose the new file; or save it as PDF."
SMALL: Final = 1024 * 1024  # a ratio says nothing about a few kilobytes of spaces
CHUNK: Final = 256 * 1024
NESTED: Final = (".docx", ".xlsx", ".pptx", ".zip", ".docm", ".xlsm", ".pptm", ".jar")
EXTERNAL: Final = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
HYPERLINK: Final = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
DECLARATION: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
FIELD: Final = re.compile(rb"\bDDE(AUTO)?\b\s|<(\w+:)?ddeLink\b")


def check(path: Path, code: str) -> None:
    """Raises `Refused` unless the file is a plain Word document (`docx`) or Excel workbook (`xlsx`) without active parts."""
    main, content_type, words = MAIN[code]
    try:
        with zipfile.ZipFile(path) as folder:
            entries = folder.infolist()
            _sizes(path, entries)
            names = [entry.filename for entry in entries]
            if "[Content_Types].xml" not in names or main not in names:
                raise Refused(
                    f"The file is not {words}, although its name says so. Save it again as .{code} or PDF."
                )
            _parts(folder, entries, content_type, words, code)
    except zipfile.BadZipFile:
        raise Refused(
            f"The file was cut off or is damaged. Choose it again, or save it again as .{code}."
        ) from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, ValueError, OSError):
        raise Refused(f"The file is damaged and cannot be read. Save it again as .{code} or PDF.") from None


def _sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """What the folder says of itself, before anything is unpacked. What it says is then held against what comes out."""
    if len(entries) > MOST_ENTRIES:
        raise Refused(
            f"The file is made of {len(entries):,} parts; at most {MOST_ENTRIES:,} are taken. Save it as PDF."
        )
    if len({entry.filename for entry in entries}) != len(entries):
        raise Refused(f"The file holds two parts of the same name. {CLEAN}")
    for entry in entries:
        if (
            entry.filename.startswith(("/", "\\"))
            or ".." in re.split(r"[/\\]", entry.filename)
            or "\x00" in entry.orig_filename
        ):
            raise Refused(f"The file holds a part with an unsafe name. {CLEAN}")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused(f"The file holds a link to another file. {CLEAN}")
        if entry.flag_bits & 0x1:
            raise Refused(
                "The file is protected with a password. Save a copy without it, and choose that file."
            )
    if sum(entry.compress_size for entry in entries) > path.stat().st_size:
        raise Refused(f"The file’s parts overlap: it may be a trap (a “zip bomb”). {CLEAN}")
    _not_a_bomb(sum(entry.file_size for entry in entries), path.stat().st_size)


def _not_a_bomb(unpacked: int, packed: int) -> None:
    if unpacked > MOST_UNPACKED:
        raise Refused(
            f"Unpacked, the file is larger than {MOST_UNPACKED // (1024 * 1024)} MB: it may be a trap (a “zip bomb”). "
            "Save it as PDF, or split it."
        )
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        raise Refused(
            f"Unpacked, the file is more than {MOST_RATIO} times as large: it may be a trap (a “zip bomb”). Save it as PDF."
        )


def _parts(
    folder: zipfile.ZipFile, entries: list[zipfile.ZipInfo], content_type: bytes, words: str, code: str
) -> None:
    unpacked, budget = 0, MOST_UNPACKED
    for entry in entries:
        name = entry.filename.lower()
        _by_name(name)
        with folder.open(entry) as part:
            size, text = _read(part, entry, budget - unpacked, keep=name.endswith((".xml", ".rels")))
        unpacked += size
        if text:
            _by_text(entry.filename, text, content_type, words, code)
    if folder.fp is not None:
        _not_a_bomb(unpacked, sum(entry.compress_size for entry in entries) or 1)


def _by_name(name: str) -> None:
    last = name.rpartition("/")[2]
    if last == "vbaproject.bin" or "macrosheets/" in name:
        raise Refused(f"The file holds macros, which are not taken. {CLEAN}")
    if "activex" in name:
        raise Refused(f"The file holds ActiveX controls, which are not taken. {CLEAN}")
    if last.startswith("oleobject") or ("/embeddings/" in name and name.endswith(".bin")):
        raise Refused(f"The file holds an embedded object (OLE), which is not taken. {CLEAN}")
    if name.endswith(NESTED):
        raise Refused(
            "The file holds another file inside (for example a table behind a chart), which is not taken. "
            "Paste it as a picture instead, or save the whole as PDF."
        )


def _read(part: IO[bytes], entry: zipfile.ZipInfo, budget: int, *, keep: bool) -> tuple[int, bytes]:
    """Unpacks one part within what is left of the budget, whatever the folder said of its size."""
    size, kept = 0, []
    while chunk := part.read(CHUNK):
        size += len(chunk)
        if size > budget:
            _not_a_bomb(MOST_UNPACKED + 1, 1)
        if size > SMALL and size > 10 * MOST_RATIO * max(entry.compress_size, 1):
            _not_a_bomb(size, 1)
        if keep and size <= 64 * SMALL:
            kept.append(chunk)
    return size, b"".join(kept)


def _by_text(name: str, text: bytes, content_type: bytes, words: str, code: str) -> None:
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text.decode("utf-16", "replace").encode()
    if DECLARATION.search(text[:4096]) or (b"<!" in text and DECLARATION.search(text)):
        raise Refused(f"The file declares entities of its own (DOCTYPE), which is not taken. {CLEAN}")
    if name == "[Content_Types].xml":
        if b"macroEnabled" in text:
            raise Refused(f"The file holds macros, which are not taken. {CLEAN}")
        if content_type not in text:
            raise Refused(
                f"The file is not {words}, although its name says so. Save it again as .{code} or PDF."
            )
    if name.endswith(".rels"):
        for link in EXTERNAL.findall(text):
            if not HYPERLINK.search(link):
                raise Refused(
                    "The file loads something from elsewhere when it is opened (a linked template, picture or workbook), "
                    f"which is not taken. {CLEAN}"
                )
    if FIELD.search(text):
        raise Refused(f"The file runs commands in another program (DDE), which is not taken. {CLEAN}")
