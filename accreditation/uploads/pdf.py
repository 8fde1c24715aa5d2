"""What may not be in a PDF, named feature by feature. Every object is looked at, also those inside object streams."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pikepdf

from accreditation.uploads.kinds import MOST_PAGES, Refused

AGAIN: Final = "Print it to PDF again, which leaves that out, and choose the new file."
ACTIONS: Final = {
    "/JavaScript": "scripts (JavaScript)",
    "/Launch": "an action that starts a program (Launch)",
    "/SubmitForm": "a form that sends data elsewhere (SubmitForm)",
    "/ImportData": "an action that loads data from elsewhere (ImportData)",
    "/GoToR": "an action that opens another file (GoToR)",
    "/GoToE": "an action that opens an embedded file (GoToE)",
    "/Rendition": "sound or video",
    "/Movie": "sound or video",
    "/Sound": "sound or video",
    "/RichMediaExecute": "sound, video or Flash (RichMedia)",
    "/GoTo3DView": "a three-dimensional model",
}
KEYS: Final = {
    "/JS": "scripts (JavaScript)",
    "/EF": "embedded files",
    "/EmbeddedFiles": "embedded files",
    "/AF": "embedded files",
    "/XFA": "an interactive XFA form",
    "/RichMediaContent": "sound, video or Flash (RichMedia)",
    "/Collection": "a portfolio of files",
}
SUBTYPES: Final = {
    "/FileAttachment": "embedded files",
    "/RichMedia": "sound, video or Flash (RichMedia)",
    "/3D": "a three-dimensional model",
    "/Screen": "sound or video",
    "/Movie": "sound or video",
    "/Sound": "sound or video",
}
HARMLESS_OPENING: Final = {"/GoTo", "/Named"}
# What an older revision of the file, which our parser rightly does not follow, could still show to another one.
RAW: Final = re.compile(rb"/(JavaScript|EmbeddedFile|Launch)[\s/<>\[(]")
RAW_WORDS: Final = {
    b"JavaScript": "scripts (JavaScript)",
    b"EmbeddedFile": "embedded files",
    b"Launch": "an action that starts a program (Launch)",
}
DEEPEST: Final = 60


def check(path: Path) -> int:
    """The number of pages of a harmless PDF. Raises `Refused` naming the feature that it may not have, or what is wrong."""
    _whole(path)
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused(
                    "The PDF is protected (encrypted). Save a copy without a password or restrictions, and choose that file."
                )
            pages = len(pdf.pages)
            for found in _features(pdf):
                raise Refused(f"The PDF holds {found}, which is not taken. {AGAIN}")
    except pikepdf.PasswordError:
        raise Refused(
            "The PDF asks for a password. Save a copy without a password, and choose that file."
        ) from None
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError, OverflowError):
        raise Refused(f"The PDF is damaged and cannot be read. {AGAIN}") from None
    if pages == 0:
        raise Refused("The PDF has no pages. Choose the file again, or print it to PDF again.")
    if pages > MOST_PAGES:
        raise Refused(f"The PDF has {pages:,} pages; at most {MOST_PAGES:,} are taken. Split it into parts.")
    return pages


def _whole(path: Path) -> None:
    """The end of a PDF must be there, with nothing after it: else it was cut off, or is two files in one."""
    raw = path.read_bytes()
    end = raw.rfind(b"%%EOF")
    if end < 0:
        raise Refused(
            "The PDF was cut off: its end is missing. Choose the file again, or print it to PDF again."
        )
    if raw[end + 5 :].strip(b"\r\n\t \x00\x1a"):
        raise Refused(f"The PDF has something else appended to its end. {AGAIN}")
    if found := RAW.search(raw):
        raise Refused(f"The PDF holds {RAW_WORDS[found[1]]}, which is not taken. {AGAIN}")


def _features(pdf: pikepdf.Pdf) -> Iterator[str]:
    opening: Any = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S", "")) not in HARMLESS_OPENING:
        yield ACTIONS.get(str(opening.get("/S", "")), "an action that runs when it is opened (OpenAction)")
    if "/AA" in pdf.Root:
        yield "an action that runs when it is opened or closed (AA)"
    for one in pdf.objects:
        yield from _inside(one, 0)


def _inside(one: Any, depth: int) -> Iterator[str]:
    """Features of one object and of what stands directly in it; what it refers to is looked at in its own turn."""
    if depth > DEEPEST:
        yield "a structure that is nested too deeply"
        return
    if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
        if (action := str(one.get("/S", ""))) in ACTIONS and _is_action(one):
            yield ACTIONS[action]
        if str(one.get("/Type", "")) == "/EmbeddedFile":
            yield "embedded files"
        if (subtype := str(one.get("/Subtype", ""))) in SUBTYPES and "/Rect" in one:
            yield SUBTYPES[subtype]
        for key in one.keys():  # noqa: SIM118 (iterating a pikepdf object itself is something else)
            if key in KEYS and _says_something(one[key]):
                yield KEYS[key]
            child = one.get(key)
            if not _is_reference(child):
                yield from _inside(child, depth + 1)
    elif isinstance(one, pikepdf.Array):
        for child in one:
            if not _is_reference(child):
                yield from _inside(child, depth + 1)


def _is_action(one: Any) -> bool:
    """Whether a dictionary with /S is an action: structure elements and others use the same key for other things."""
    return str(one.get("/Type", "/Action")) == "/Action"


def _is_reference(child: Any) -> bool:
    return isinstance(child, pikepdf.Object) and child.is_indirect


def _says_something(value: Any) -> bool:
    """An empty list or dictionary under a key is no feature: some programs write "no embedded files" that way."""
    if isinstance(value, (pikepdf.Array, pikepdf.Dictionary)):
        return len(value) > 0
    return value is not None
