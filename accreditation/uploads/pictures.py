"""Pictures: small enough to be unpacked, whole, and nothing but a picture."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

from PIL import Image, ImageFile, UnidentifiedImageError

from accreditation.uploads.kinds import KINDS, MOST_PIXELS, Refused

FORMATS: Final = {"png": "PNG", "jpeg": "JPEG"}
ENDS: Final = {"png": b"IEND\xaeB`\x82", "jpeg": b"\xff\xd9"}
FOREIGN: Final = (b"PK\x05\x06", b"%PDF-", b"<script", b"<html", b"<?php", b"<svg")


def check(path: Path, code: str) -> None:
    """Raises `Refused` unless the file is one whole PNG (`png`) or JPEG (`jpeg`) picture of a bearable size."""
    words = KINDS[code].words
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None  # our own limit, below, comes before anything is unpacked
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(path, formats=[FORMATS[code]]) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise Refused(
                        f"The picture has {width:,} × {height:,} dots, more than the {MOST_PIXELS // 1_000_000} million "
                        "that are "
                        "taken. Save it smaller, and choose that file."
                    )
                picture.load()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Warning,
        MemoryError,
        IndexError,
        OverflowError,
    ):
        raise Refused(
            f"The {words} was cut off or is damaged. Choose it again, or save the picture again."
        ) from None
    raw = path.read_bytes()
    tail = raw[raw.rfind(ENDS[code]) + len(ENDS[code]) :] if code == "png" else raw[-65_536:]
    if (code == "png" and tail.strip(b"\x00\r\n ")) or any(
        mark in tail.lower() or mark in tail for mark in FOREIGN
    ):
        raise Refused(
            f"The {words} has something else appended to its end. Save the picture again, and choose that file."
        )
