"""The kinds of file that are taken: decided by content, held to the file's extension. Data, and sentences of advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024
MOST_PIXELS: Final = 40_000_000
MOST_PAGES: Final = 3_000
MOST_ENTRIES: Final = 5_000
MOST_UNPACKED: Final = 150 * MEGABYTE
MOST_RATIO: Final = 100


class Refused(Exception):
    """A file is not taken; `str` is the sentence for the person: what was found, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its code, what people call it, its media type, its extensions, and how its bytes begin."""

    code: str
    words: str
    media_type: str
    extensions: tuple[str, ...]
    starts: tuple[bytes, ...] = ()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", ("pdf",), (b"%PDF-",)),
        Kind("docx", "Word document", WORD, ("docx",), (b"PK\x03\x04",)),
        Kind("xlsx", "Excel workbook", EXCEL, ("xlsx",), (b"PK\x03\x04",)),
        Kind("png", "PNG image", "image/png", ("png",), (b"\x89PNG\r\n\x1a\n",)),
        Kind("jpeg", "JPEG image", "image/jpeg", ("jpg", "jpeg"), (b"\xff\xd8\xff",)),
        Kind("csv", "CSV table", "text/csv", ("csv",)),
        Kind("txt", "Plain text", "text/plain", ("txt",)),
    )
}
BY_EXTENSION: Final = {extension: kind for kind in KINDS.values() for extension in kind.extensions}
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in KINDS.values()}
ALLOWED_WORDS: Final = "PDF, Word (.docx), Excel (.xlsx), PNG, JPEG, CSV or plain text (.txt)"
ACCEPT: Final = ",".join(f".{extension}" for extension in BY_EXTENSION)

ADVICE: Final = {
    "doc": "This is an old Word format. Open it in Word, save it as .docx or PDF, and choose that file.",
    "xls": "This is an old Excel format. Open it in Excel, save it as .xlsx or PDF, and choose that file.",
    "ppt": "PowerPoint files are not taken. Save the slides as PDF and choose that file.",
    "pptx": "PowerPoint files are not taken. Save the slides as PDF and choose that file.",
    "odt": "OpenDocument files are not taken. Save it as .docx or PDF and choose that file.",
    "ods": "OpenDocument files are not taken. Save it as .xlsx or PDF and choose that file.",
    "pages": "Pages files are not taken. Export it as PDF and choose that file.",
    "docm": "Word files with macros are not taken. Save it as .docx or PDF and choose that file.",
    "xlsm": "Excel files with macros are not taken. Save it as .xlsx or PDF and choose that file.",
    "heic": "HEIC pictures are not taken. Save the picture as JPEG and choose that file.",
    "gif": "GIF pictures are not taken. Save the picture as PNG and choose that file.",
    "tif": "TIFF pictures are not taken. Save the picture as PNG or PDF and choose that file.",
    "tiff": "TIFF pictures are not taken. Save the picture as PNG or PDF and choose that file.",
    "zip": "ZIP folders are not taken. Unpack it and choose the files one by one.",
    "html": "Web pages are not taken. Print the page to PDF and choose that file.",
    "htm": "Web pages are not taken. Print the page to PDF and choose that file.",
    "svg": "SVG drawings are not taken. Save the drawing as PNG or PDF and choose that file.",
    "dcm": "DICOM images are not taken, because they hold patients’ details. Leave patient images out of the evidence.",
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a sound file is: its kind's code, media type, and number of pages (None where it has none)."""

    code: str
    media_type: str
    pages: int | None


def extension_of(name: str) -> str:
    """The last extension of a file's name in small letters, or an empty string."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_by_name(name: str) -> Kind:
    """The kind that a file's name promises. Raises `Refused` with advice for any other extension."""
    extension = extension_of(name)
    if extension in BY_EXTENSION:
        return BY_EXTENSION[extension]
    if extension in ADVICE:
        raise Refused(ADVICE[extension])
    raise Refused(f"This kind of file is not taken. Choose a {ALLOWED_WORDS} file.")


def words_of(media_type: str) -> str:
    """What people call a media type of ours; anything else is "File"."""
    kind = BY_MEDIA_TYPE.get(media_type)
    return kind.words if kind else "File"
