"""Pictures of the pages of evidence, so that nobody has to open a stranger's file.

A page of a PDF is drawn by pdftoppm in a process with limits on memory and time; a picture is unpacked and packed anew, in
such a process too. What comes out is a PNG of ours, kept by the sum of what it was made from under `DATA_DIR/pages` (and
in the bucket, where files lie in one, so that other machines need not draw it again): it can be thrown away at any time.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings

from accreditation import files
from accreditation.uploads import limited

WIDTHS: Final = (900, 1800)
SECONDS: Final = 20
CPU_SECONDS: Final = 15
MEMORY: Final = 1024 * 1024 * 1024
MOST_TEXT: Final = 20_000
MOST_OUTPUT: Final = 30 * 1024 * 1024
DRAWN: Final = ("application/pdf", "image/png", "image/jpeg")


class CannotDraw(Exception):
    """No picture of this page can be made; `str` is the sentence for the person."""


def can_draw(media_type: str) -> bool:
    """Whether pages of this kind of file can be shown as pictures."""
    return media_type in DRAWN


def page_image(sha256: str, media_type: str, page: int, *, width: int = WIDTHS[0]) -> Path:
    """The PNG of a page (counted from 1) of a blob, `width` dots wide at most, made if it is not there yet.

    Raises `CannotDraw` for other kinds, pages that are not there, and files on which the drawing fails or takes too long;
    `files.BlobMissing` where the store does not hold the blob.
    """
    if media_type not in DRAWN:
        raise CannotDraw("This kind of file cannot be shown here. Download it to read it.")
    if page < 1 or (page > 1 and media_type != "application/pdf"):
        raise CannotDraw("There is no such page.")
    width = min(WIDTHS, key=lambda known: abs(known - width))
    target = Path(settings.DATA_DIR) / "pages" / sha256[:2] / f"{sha256}-{page}-{width}.png"
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    bucket = files.bucket()
    if bucket and bucket.get_page(target.name, target):
        return target
    with files.local(sha256) as source, tempfile.TemporaryDirectory(dir=target.parent) as folder:
        drawn = Path(folder) / "page.png"
        _draw(source, media_type, page, width, drawn)
        if not drawn.is_file() or drawn.stat().st_size == 0:
            raise CannotDraw("There is no such page, or it cannot be drawn. Download the file to read it.")
        drawn.chmod(0o640)
        drawn.rename(target)
    if bucket:
        bucket.put_page(target.name, target)
    return target


def page_text(sha256: str, media_type: str, page: int) -> str:
    """The words on a page, as far as the file holds them as words: for people who hear the page instead of seeing it.

    Of a text file, its beginning. Empty where there are none, or they cannot be had within the limits.
    """
    try:
        with files.local(sha256) as source:
            return _text(source, media_type, page)
    except (files.BlobMissing, files.StoreUnavailable):
        return ""


def _text(source: Path, media_type: str, page: int) -> str:
    if media_type in ("text/plain", "text/csv"):
        with source.open("rb") as stream:
            return _decoded(stream.read(4 * MOST_TEXT))[:MOST_TEXT]
    if media_type != "application/pdf":
        return ""
    command = ["pdftotext", "-enc", "UTF-8", "-f", str(page), "-l", str(page), str(source), "-"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            preexec_fn=_limits,
            check=True,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return ""
    return done.stdout.decode("utf-8", "replace").replace("\f", "").strip()[:MOST_TEXT]


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "ignore")  # the beginning may end in the middle of a letter


def _draw(source: Path, media_type: str, page: int, width: int, drawn: Path) -> None:
    if media_type == "application/pdf":
        command = ["pdftoppm", "-png", "-singlefile", "-f", str(page), "-l", str(page)]
        command += ["-scale-to-x", str(width), "-scale-to-y", "-1", str(source), str(drawn.with_suffix(""))]
    else:
        command = [sys.executable, "-I", "-X", "utf8", "-c", _REPACK, str(source), str(width), str(drawn)]
    try:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            preexec_fn=_limits,
            check=True,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as fault:
        with suppress(FileNotFoundError):
            drawn.unlink()
        raise CannotDraw(
            "This page could not be drawn within the limits. Download the file to read it."
        ) from fault


def _limits() -> None:
    limited.limits(MEMORY, CPU_SECONDS, MOST_OUTPUT)


_REPACK = """
import sys, warnings
warnings.simplefilter("ignore")
from PIL import Image, ImageOps
Image.MAX_IMAGE_PIXELS = 40_000_000
with Image.open(sys.argv[1], formats=["PNG", "JPEG"]) as picture:
    picture = ImageOps.exif_transpose(picture).convert("RGB")
    picture.thumbnail((int(sys.argv[2]), 4 * int(sys.argv[2])))
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(sys.argv[3], "PNG")
"""
