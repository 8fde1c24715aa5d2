"""A file looked into, by its content. No Django here: this is what runs in the process with limits.

Our own signatures decide; puremagic, which knows thousands of kinds, must not contradict them; the extension must agree.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import puremagic

from accreditation.uploads import office, pdf, pictures, text
from accreditation.uploads.kinds import KINDS, Inspected, Kind, Refused

HEAD: Final = 4096
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SURE: Final = 0.4
NEVER_TEXT: Final = frozenset(
    {".exe", ".dll", ".html", ".svg", ".zip", ".jar", ".pdf", ".fdf", ".png", ".jpg", ".gif", ".rtf", ".ps"}
)
ELSEWISE: Final = {
    "docx": "Save it again as .docx or PDF",
    "xlsx": "Save it again as .xlsx or PDF",
    "pdf": "Print it to PDF again",
}


def inspect(path: Path, code: str) -> Inspected:
    """What a file is, which its name says is of kind `code`. Raises `Refused` with the sentence for the person."""
    kind = KINDS[code]
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise Refused("The file is empty. Open it to see whether it holds anything, then choose it again.")
    if kind.starts:
        _starts_as(kind, head)
    _not_contradicted(kind, head)
    pages: int | None = None
    if code == "pdf":
        pages = pdf.check(path)
    elif code in office.MAIN:
        office.check(path, code)
    elif code in pictures.FORMATS:
        pictures.check(path, code)
        pages = 1
    else:
        text.check(path)
    return Inspected(code, kind.media_type, pages)


def _starts_as(kind: Kind, head: bytes) -> None:
    if head.startswith(kind.starts):
        return
    if head.startswith(COMPOUND) and kind.code in office.MAIN:
        raise Refused(
            "The file is in an old format or protected with a password. Save a copy as "
            f".{kind.code} without a password, and choose that file."
        )
    for other in KINDS.values():
        if other.starts and head.startswith(other.starts) and other.starts != kind.starts:
            raise Refused(
                f"The file’s name says {kind.words}, but its content is {other.words}. Give it the right name, "
                "or choose another file."
            )
    raise Refused(
        f"The file’s name says {kind.words}, but its content is something else. "
        f"{ELSEWISE.get(kind.code, 'Save it again')}, and choose that file."
    )


def _not_contradicted(kind: Kind, head: bytes) -> None:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    sure = {match.extension.lower() for match in found if match.confidence >= SURE}
    if kind.starts:
        # A Word or Excel file is a zip to whoever looks at its beginning only.
        expected = {f".{extension}" for extension in kind.extensions} | (
            {".zip"} if kind.code in office.MAIN else set()
        )
        seen = {match.extension.lower() for match in found}
        if found and not seen & expected:
            raise Refused(
                f"The file’s name says {kind.words}, but its content looks like something else. Save it again."
            )
    elif sure & NEVER_TEXT:
        raise Refused(
            f"The file’s name says {kind.words.lower()}, but its content is something else. Save it as PDF."
        )
