"""Binds pages that were set and documents of strangers into one PDF, with its outline and with links from one to the other.

Each document is first copied by a program of its own with limits (`page_copy`): one that is broken, locked or a trap is
named, and stops nothing. What is bound is no PDF/A any more, since nobody vouches for a stranger's pages, and says so.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Name, OutlineItem

from accreditation.letters import page_copy
from accreditation.uploads import limited

SCHEME: Final = "pack:"
"""What a link in a page that was set begins with: "pack:PS1.2" to a place there, "pack:E3" or "pack:E3/12" to a document."""
SECONDS: Final = 25
CPU_SECONDS: Final = 20
MEMORY: Final = 900 * 1024 * 1024
MOST_OUTPUT: Final = 200 * 1024 * 1024


class Unbound(Exception):
    """The pages of a document cannot be had; `str` says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Appended:
    """A document whose pages are bound in: its name there ("E3"), what the outline calls it, and its copied pages."""

    key: str
    title: str
    path: Path


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the outline: what it says, the place or document it leads to, and what stands below it."""

    title: str
    key: str
    below: tuple["Mark", ...] = ()


def copy_pages(source: Path, target: Path, *, kind: str, label: str, standing: str) -> int:
    """Copies a document's pages ("pdf", or "picture" of ours) to `target` and returns how many. Raises `Unbound`."""
    program = [sys.executable, "-I", "-X", "utf8", page_copy.__file__]
    try:
        done = subprocess.run(
            [*program, kind, str(source), str(target), label, standing],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            preexec_fn=_limits,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise Unbound("its pages could not be read within the limits of memory and time") from None
    if done.returncode == page_copy.LOCKED:
        raise Unbound("it asks for a password")
    if done.returncode == page_copy.EMPTY:
        raise Unbound("it has no pages")
    with suppress(pikepdf.PdfError, OSError, ValueError):
        if done.returncode == 0:
            with pikepdf.open(target) as made:
                return len(made.pages)
    raise Unbound("its pages cannot be read: the file is damaged")


def _limits() -> None:
    limited.limits(MEMORY, CPU_SECONDS, MOST_OUTPUT)


def bind(
    parts: Sequence[bytes],
    documents: Sequence[Appended],
    outline: Sequence[Mark],
    target: Path,
    *,
    unique: str,
) -> int:
    """Writes the whole PDF to `target` and returns its number of pages. `unique` tells its bytes from those of any other.

    A mark whose place is nowhere is left out with what is below it, and a link to nowhere becomes plain words.
    """
    with ExitStack() as held:
        out = held.enter_context(pikepdf.open(BytesIO(parts[0])))
        places: dict[str, Any] = dict(_places(out, 0))
        set_pages = len(out.pages)
        for part in parts[1:]:
            more = held.enter_context(pikepdf.open(BytesIO(part)))
            places.update(_places(more, set_pages))
            out.pages.extend(more.pages)
            set_pages = len(out.pages)
        for document in documents:
            more = held.enter_context(pikepdf.open(document.path))
            at = len(out.pages)
            places[document.key] = (at, None)
            places.update({f"{document.key}/{n + 1}": (at + n, None) for n in range(len(more.pages))})
            out.pages.extend(more.pages)
        for page in list(out.pages)[:set_pages]:
            _lead(out, page, places)
        for key in ("/Names", "/OutputIntents"):
            if key in out.Root:
                del out.Root[key]
        with out.open_outline() as whole:
            whole.root[:] = list(_items(out, outline, places))
        out.Root.PageMode = Name.UseOutlines
        with out.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
            for claim in ("pdfaid:part", "pdfaid:conformance"):
                with suppress(KeyError):
                    del said[claim]
        out.docinfo["/CasePack"] = unique
        out.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(out.pages)


def _places(pdf: pikepdf.Pdf, before: int) -> Iterator[tuple[str, tuple[int, float | None]]]:
    """The named places of a part that was set: where its page will be in the whole, and how far up on it."""
    numbers = {page.obj.objgen: place for place, page in enumerate(pdf.pages)}
    names: Any = pdf.Root.get("/Names")
    if names is None or "/Dests" not in names:
        return
    tree: Any = pikepdf.NameTree(names.Dests)
    for key, found in tree.items():
        yield str(key), (before + numbers[found[0].objgen], float(found[3]))


def _lead(out: pikepdf.Pdf, page: Any, places: Mapping[str, Any]) -> None:
    """Gives the links of a page that was set their place in the whole; one to nowhere goes."""
    kept = []
    for link in page.obj.get("/Annots", ()):
        address = str(link.get("/A", {}).get("/URI", ""))
        if address.startswith(SCHEME):
            key = address.removeprefix(SCHEME)
            place = places.get(key) or places.get(key.partition("/")[0])
            if place is None:
                continue
            del link["/A"]
            link.Dest = _destination(out, place)
            link.Contents = pikepdf.String(key.replace("/", ", page "))
        kept.append(link)
    if "/Annots" in page.obj:
        page.obj.Annots = Array(kept)


def _destination(out: pikepdf.Pdf, place: tuple[int, float | None]) -> Array:
    number, top = place
    page = out.pages[number].obj
    return Array([page, Name.Fit]) if top is None else Array([page, Name.XYZ, 0, min(top + 12, 842), 0])


def _items(out: pikepdf.Pdf, marks: Sequence[Mark], places: Mapping[str, Any]) -> Iterator[OutlineItem]:
    for mark in marks:
        if place := places.get(mark.key):
            item = OutlineItem(mark.title, _destination(out, place))
            item.children.extend(_items(out, mark.below, places))
            item.is_closed = len(mark.below) > 12
            yield item
