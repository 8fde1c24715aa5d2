"""Files for tests: sound ones of each kind, made as people's own programs make them."""

import io
import warnings
from typing import Any

import openpyxl
import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def pdf(pages: int = 3, words: str = "Course handbook") -> bytes:
    """A PDF with some words on each page."""
    made = pikepdf.new()
    for number in range(1, pages + 1):
        page = made.add_blank_page(page_size=(595, 842))
        text = f"BT /F1 24 Tf 60 760 Td ({words}, page {number}) Tj ET"
        page.Contents = made.make_stream(text.encode())
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
    return saved(made)


def saved(made: pikepdf.Pdf, **options: Any) -> bytes:
    """The bytes of a PDF under construction."""
    held = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some of the tests' files are odd on purpose
        made.save(held, **({"deterministic_id": "encryption" not in options} | options))
    return held.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: str = "teal") -> bytes:
    """A picture of one colour."""
    held = io.BytesIO()
    Image.new("RGB", size, colour).save(held, kind)
    return held.getvalue()


def workbook(rows: int = 3) -> bytes:
    """An Excel workbook."""
    book = openpyxl.Workbook()
    for row in range(rows):
        book.active.append([row, "mentor", "shoulder"])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def upload(name: str = "Course handbook 2026.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    """A file as it comes out of a form."""
    return SimpleUploadedFile(name, pdf() if data is None else data)
