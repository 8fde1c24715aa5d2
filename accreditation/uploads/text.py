"""Plain text and CSV: readable, and not something else in disguise."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from accreditation.uploads.kinds import Refused

MARKUP: Final = re.compile(
    r"^\s*(?:<!--.*?-->\s*)*<(?:!doctype|\?xml|\?php|html|head|body|script|svg|iframe|img|object|math|style)|<script\b|<\?php\b",
    re.IGNORECASE | re.DOTALL,
)
BINARY: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def check(path: Path) -> None:
    """Raises `Refused` unless the bytes are text in UTF-8, UTF-16 (marked) or Windows-1252, without control characters."""
    words = _decoded(path.read_bytes())
    if BINARY.search(words):
        raise Refused(
            "The file is not plain text, although its name says so. Save it as PDF, and choose that file."
        )
    if words.startswith("#!"):
        raise Refused("The file is a program, which is not taken.")
    if MARKUP.search(words[:100_000]):
        raise Refused("The file holds a web page or a script. Print the page to PDF and choose that file.")
    if not words.strip():
        raise Refused("The file holds nothing but empty lines. Choose the file that you meant.")


def _decoded(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    raise Refused("The file’s letters cannot be read. Save it as UTF-8 text or as PDF, and choose that file.")
