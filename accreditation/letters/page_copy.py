"""Copies the pages of one document, and nothing else of it, into a PDF of our own. A program by itself, run with limits on
memory and time (accreditation.letters.binding): what harms it harms nobody else. It imports nothing of ours.

    python -I page_copy.py pdf|picture SOURCE TARGET LABEL STANDING

What stands in boxes and forms on a page becomes part of the page; links, scripts, actions and attachments stay behind. Each
page says at its foot which document it is, and of what. Exit codes: 3 the file asks for a password, 4 it has no page.
"""

import io
import sys
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

KEPT = {
    "/Type", "/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/Rotate", "/Resources", "/Contents", "/Group",
    "/UserUnit", "/Parent",
}  # fmt: skip
LOCKED, EMPTY = 3, 4
A4 = (595.28, 841.89)
MARGIN = 36
SIZE = 7  # of the words at the foot, in points


def copy_pdf(source: str, target: str, label: str, standing: str) -> None:
    """The pages of a PDF. Ends the program with `LOCKED` or `EMPTY` where there are none to be had."""
    try:
        pdf = pikepdf.open(source, suppress_warnings=True)
    except pikepdf.PasswordError:
        sys.exit(LOCKED)
    with pdf, pikepdf.new() as made:
        if pdf.is_encrypted:
            sys.exit(LOCKED)
        if not len(pdf.pages):
            sys.exit(EMPTY)
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("print")
        for page in pdf.pages:
            for key in [key for key in page.obj.keys() if key not in KEPT]:  # noqa: SIM118 (not a dictionary)
                del page.obj[key]
        made.pages.extend(pdf.pages)
        _save(made, target, label, standing)


def copy_picture(source: str, target: str, label: str, standing: str) -> None:
    """A picture of ours as one page."""
    from PIL import Image

    with Image.open(source, formats=["PNG"]) as found, pikepdf.new() as made:
        picture = found.convert("RGB")
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=88)
        wide, high = (A4[1], A4[0]) if picture.width > picture.height else A4
        image = made.make_stream(
            data.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height,
            ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
        )  # fmt: skip
        scale = min((wide - 2 * MARGIN) / picture.width, (high - 2 * MARGIN) / picture.height)
        across, up = picture.width * scale, picture.height * scale
        page = made.add_blank_page(page_size=(wide, high))
        name = page.add_resource(image, Name.XObject)
        place = f"q {across:.2f} 0 0 {up:.2f} {(wide - across) / 2:.2f} {(high - up) / 2:.2f} cm {name} Do Q"
        page.contents_add(place.encode())
        _save(made, target, label, standing)


def _save(made: pikepdf.Pdf, target: str, label: str, standing: str) -> None:
    font = made.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    count = len(made.pages)
    for number, page in enumerate(made.pages, 1):
        words = f"{label}, page {number} of {count}. {standing}"
        name = page.add_resource(font, Name.Font)
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"\nQ\n" + _foot(page, str(name), words))
    made.save(target, compress_streams=True)


def _foot(page: Any, font: str, words: str) -> bytes:
    """The words at the foot of a page as it is read, whichever way it is turned."""
    x0, y0, x1, y1 = (float(side) for side in page.cropbox)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    matrix = {
        0: (1, 0, 0, 1, x0, y0),
        90: (0, 1, -1, 0, x1, y0),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, -1, 1, 0, x0, y1),
    }
    place = " ".join(f"{value:.2f}" for value in matrix.get(turned, matrix[0]))
    text = (
        words.encode("cp1252", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    )
    wide = len(words) * SIZE * 0.52 + 8
    box = f"q {place} cm 1 g 10 8 {wide:.1f} 11 re f 0.25 g BT {font} {SIZE} Tf 14 11 Td (".encode()
    return box + text + b") Tj ET Q\n"


if __name__ == "__main__":
    {"pdf": copy_pdf, "picture": copy_picture}[sys.argv[1]](*sys.argv[2:6])
