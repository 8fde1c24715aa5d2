"""Hostile and broken files, built here piece by piece, each with the words that its refusal must hold."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.accreditation import filemaker

Case = tuple[str, str, bytes, str]
"""What it is, the file's name, its bytes, and words of the refusal."""


def _pdf(change: Any, **options: Any) -> bytes:
    made = pikepdf.open(io.BytesIO(filemaker.pdf(1)))
    change(made)
    return filemaker.saved(made, **options)


PACKED: dict[str, Any] = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True}


def _action(kind: str, **more: Any) -> Dictionary:
    return Dictionary(S=Name(f"/{kind}"), **more)


def _on_page(made: pikepdf.Pdf, annotation: Dictionary) -> None:
    annotation.Type, annotation.Rect = Name.Annot, Array([0, 0, 9, 9])
    made.pages[0].Annots = Array([made.make_indirect(annotation)])


def _embed(made: pikepdf.Pdf) -> None:
    stream = made.make_stream(b"payload")
    stream.Type = Name.EmbeddedFile
    spec = Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=stream))
    made.Root.Names = Dictionary(
        EmbeddedFiles=Dictionary(Names=Array([String("a.exe"), made.make_indirect(spec)]))
    )


def _set(**values: Any) -> Any:
    def change(made: pikepdf.Pdf) -> None:
        for key, value in values.items():
            made.Root[f"/{key}"] = value

    return change


SCRIPT = "scripts (JavaScript)"
LAUNCH = "starts a program (Launch)"
CHANGES: dict[str, tuple[Any, str]] = {
    "script when opened": (_set(OpenAction=_action("JavaScript", JS=String("app.alert(1)"))), SCRIPT),
    "script in the name tree": (
        _set(
            Names=Dictionary(
                JavaScript=Dictionary(Names=Array([String("a"), _action("JavaScript", JS=String("1"))]))
            )
        ),
        SCRIPT,
    ),
    "launch when opened": (_set(OpenAction=_action("Launch", F=String("cmd.exe"))), LAUNCH),
    "data sent when opened": (
        _set(OpenAction=_action("SubmitForm", F=String("http://x.example"))),
        "SubmitForm",
    ),
    "another file opened": (_set(OpenAction=_action("GoToR", F=String("//host/share"))), "GoToR"),
    "an address opened": (_set(OpenAction=_action("URI", URI=String("http://x.example"))), "OpenAction"),
    "action on closing": (_set(AA=Dictionary(WC=_action("URI", URI=String("http://x.example")))), "(AA)"),
    "embedded file": (_embed, "embedded files"),
    "associated file": (_set(AF=Array([Dictionary(Type=Name.Filespec, F=String("a"))])), "embedded files"),
    "XFA form": (_set(AcroForm=Dictionary(XFA=String("<xdp/>"))), "XFA form"),
    "portfolio": (_set(Collection=Dictionary(View=Name.D)), "portfolio of files"),
    "file attached to a page": (
        lambda made: _on_page(made, Dictionary(Subtype=Name.FileAttachment)),
        "embedded files",
    ),
    "script behind a link": (
        lambda made: _on_page(made, Dictionary(Subtype=Name.Link, A=_action("JavaScript", JS=String("1")))),
        SCRIPT,
    ),
    "launch behind a button": (
        lambda made: _on_page(made, Dictionary(Subtype=Name.Widget, A=_action("Launch", F=String("x")))),
        LAUNCH,
    ),
    "script after another action": (
        lambda made: _on_page(
            made,
            Dictionary(
                Subtype=Name.Link,
                A=_action(
                    "URI", URI=String("http://x.example"), Next=Array([_action("JavaScript", JS=String("1"))])
                ),
            ),
        ),
        SCRIPT,
    ),
    "video": (lambda made: _on_page(made, Dictionary(Subtype=Name.RichMedia)), "RichMedia"),
    "sound": (lambda made: _on_page(made, Dictionary(Subtype=Name.Sound)), "sound or video"),
    "model": (lambda made: _on_page(made, Dictionary(Subtype=Name("/3D"))), "three-dimensional"),
    "data loaded": (
        lambda made: _on_page(made, Dictionary(Subtype=Name.Link, A=_action("ImportData", F=String("x")))),
        "ImportData",
    ),
    "rendition": (
        lambda made: _on_page(made, Dictionary(Subtype=Name.Link, A=_action("Rendition"))),
        "sound or video",
    ),
}


def pdfs() -> Iterator[Case]:
    """Each feature plain, and hidden in object streams; then PDFs that are broken or two things at once."""
    for name, (change, words) in CHANGES.items():
        yield (name, "a.pdf", _pdf(change), words)
        yield (f"{name}, in object streams", "a.pdf", _pdf(change, **PACKED), words)
    sound = filemaker.pdf(2)
    locked = pikepdf.Encryption(owner="o", user="u")
    open_to_all = pikepdf.Encryption(owner="o", user="")
    yield ("password", "a.pdf", _pdf(lambda made: None, encryption=locked), "password")
    yield ("restrictions", "a.pdf", _pdf(lambda made: None, encryption=open_to_all), "protected (encrypted)")
    for share in (1, 10, 50, 90, 99):
        yield (f"cut at {share} %", "a.pdf", sound[: len(sound) * share // 100], "cut off")
    yield ("zip behind it", "a.pdf", sound + zipped({"a": b"a"}), "appended to its end")
    yield (
        "page of HTML behind it",
        "a.pdf",
        sound + b"\n<html><script>alert(1)</script>",
        "appended to its end",
    )
    yield ("only its ends", "a.pdf", b"%PDF-1.7\n%%EOF\n", "damaged")
    yield ("escaped name", "a.pdf", _raw_pdf(b"/OpenAction << /S /#4aavaScript /#4a#53 (1) >>"), SCRIPT)
    yield ("older revision with a script", "a.pdf", _older_revision(), SCRIPT)
    nothing = pikepdf.new()
    yield ("no pages", "a.pdf", filemaker.saved(nothing), "no pages")


def _raw_pdf(in_catalogue: bytes) -> bytes:
    body = [
        b"1 0 obj << /Type /Catalog /Pages 2 0 R " + in_catalogue + b" >> endobj\n",
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n",
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj\n",
    ]
    raw, places = b"%PDF-1.4\n", []
    for part in body:
        places.append(len(raw))
        raw += part
    start = len(raw)
    raw += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return raw + b"trailer << /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF\n" % start


def _older_revision() -> bytes:
    first = _raw_pdf(b"/OpenAction << /S /JavaScript /JS (1) >>")
    place = len(first)
    clean = b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
    table = b"xref\n1 1\n%010d 00000 n \n" % place
    before = first.rindex(b"startxref")
    prev = first[before:].split()[1]
    tail = (
        b"trailer << /Root 1 0 R /Size 4 /Prev "
        + prev
        + b" >>\nstartxref\n%d\n%%%%EOF\n" % (place + len(clean))
    )
    return first + clean + table + tail


def zipped(parts: dict[str, bytes], **options: Any) -> bytes:
    """A zip folder."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, data in parts.items():
            folder.writestr(name, data)
    return held.getvalue()


TYPES = b'<Types><Override PartName="/word/document.xml" ContentType="x.wordprocessingml.document.main+xml"/></Types>'
BODY = b"<w:document><w:body/></w:document>"
WORD: dict[str, bytes] = {"[Content_Types].xml": TYPES, "word/document.xml": BODY}


def word(**parts: bytes) -> bytes:
    """A small Word document, with further parts (`__` for a slash in their names)."""
    return zipped(
        WORD | {name.replace("__", "/").replace("_DOT_", "."): data for name, data in parts.items()}
    )


def relation(kind: str) -> bytes:
    target = 'Target="http://x.example/a" TargetMode="External"'
    return f'<Relationships><Relationship Id="r" Type="http://x/{kind}" {target}/></Relationships>'.encode()


def offices() -> Iterator[Case]:
    """Word and Excel files with active parts, bombs, and things that only claim to be such files."""
    yield ("macros", "a.docx", word(word__vbaProject_DOT_bin=b"x"), "macros")
    macro_types = TYPES.replace(
        b"</Types>",
        b'<Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
    )
    yield ("macro type", "a.docx", zipped(WORD | {"[Content_Types].xml": macro_types}), "macros")
    yield ("old macros of Excel", "a.docx", zipped(WORD | {"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros")
    yield (
        "embedded object",
        "a.docx",
        zipped(WORD | {"word/embeddings/oleObject1.bin": b"x"}),
        "embedded object",
    )
    yield ("ActiveX", "a.docx", zipped(WORD | {"word/activeX/activeX1.xml": b"<x/>"}), "ActiveX")
    yield (
        "workbook inside",
        "a.docx",
        zipped(WORD | {"word/embeddings/a.xlsx": b"PK"}),
        "another file inside",
    )
    for kind in ("attachedTemplate", "image", "oleObject", "frame", "subDocument", "externalLinkPath"):
        linked = zipped(WORD | {"word/_rels/settings.xml.rels": relation(kind)})
        yield (f"linked {kind}", "a.docx", linked, "loads something from elsewhere")
    yield (
        "DDE",
        "a.docx",
        zipped(WORD | {"word/footer.xml": b"<w:instrText>DDEAUTO c:\\cmd</w:instrText>"}),
        "DDE",
    )
    laughs = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'
    yield ("billion laughs", "a.docx", zipped(WORD | {"word/a.xml": laughs}), "DOCTYPE")
    utf16 = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a>'.encode("utf-16")
    yield ("billion laughs in UTF-16", "a.docx", zipped(WORD | {"word/a.xml": utf16}), "DOCTYPE")
    yield ("zeros", "a.docx", zipped(WORD | {"word/media/a.png": bytes(60 * 1024 * 1024)}), "zip bomb")
    yield ("more than it says", "a.docx", _lying(), "damaged")
    yield ("many parts", "a.docx", zipped(WORD | {f"word/{n}.bin": b"" for n in range(5_100)}), "5,102 parts")
    yield ("overlapping parts", "a.docx", _overlapping(), "overlap")
    yield ("two parts of a name", "a.docx", _twice(), "two parts of the same name")
    for name in ("../evil.xml", "/etc/passwd", "word\\..\\..\\a.xml"):
        yield (f"part {name}", "a.docx", zipped(WORD | {name: b"x"}), "unsafe name")
    yield ("symbolic link", "a.docx", _with_link(), "link to another file")
    yield ("protected part", "a.docx", _encrypted(), "password")
    yield ("any zip as Word", "a.docx", zipped({"a.txt": b"a"}), "not a Word document")
    yield ("Excel as Word", "a.docx", filemaker.workbook(), "not a Word document")
    yield ("Word as Excel", "a.xlsx", word(), "not an Excel workbook")
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield ("old Word file", "a.docx", compound, "old format or protected")
    sound = filemaker.workbook(50)
    for share in (30, 70, 98):
        yield (f"cut at {share} %", "a.xlsx", sound[: len(sound) * share // 100], "cut off or is damaged")
    damaged = bytearray(word())
    at = damaged.index(b"word/document.xml") + 25
    damaged[at] ^= 0xFF
    yield ("one damaged byte", "a.docx", bytes(damaged), "damaged")


def _lying() -> bytes:
    """A part whose header says 10 bytes and which unpacks to a megabyte: the sum of what comes out is what counts."""
    raw = bytearray(zipped(WORD | {"word/a.bin": bytes(1024 * 1024)}))
    size = struct.pack("<L", 1024 * 1024)
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = struct.pack("<L", 10)
    return bytes(raw)


def _overlapping() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as folder:
        for name, data in WORD.items():
            folder.writestr(name, data)
        folder.writestr("word/a.bin", bytes(range(256)) * 40)
        for number in range(20):
            entry = zipfile.ZipInfo(f"word/{number}.bin")
            first = folder.getinfo("word/a.bin")
            entry.header_offset, entry.CRC = first.header_offset, first.CRC
            entry.compress_size, entry.file_size = first.compress_size, first.file_size
            folder.filelist.append(entry)
            folder.NameToInfo[entry.filename] = entry
    return held.getvalue()


def _twice() -> bytes:
    import warnings

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in (*WORD.items(), ("word/document.xml", b"<other/>")):
            folder.writestr(name, data)
    return held.getvalue()


def _with_link() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as folder:
        for name, data in WORD.items():
            folder.writestr(name, data)
        link = zipfile.ZipInfo("word/link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        folder.writestr(link, "/etc/passwd")
    return held.getvalue()


def _encrypted() -> bytes:
    raw = bytearray(word())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds a few kilobytes."""
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(bytes(min(height, 2000) * (min(width, 2000) + 1)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def pictures() -> Iterator[Case]:
    """Pictures that are too large to unpack, cut, or more than a picture."""
    for width, height in ((50_000, 50_000), (100_000, 1_000), (6_400, 6_400), (2**31 - 1, 1)):
        yield (f"{width} × {height}", "a.png", png_of(width, height), "million that are")
    png, jpeg = filemaker.picture("PNG", (400, 300)), filemaker.picture("JPEG", (400, 300))
    for share in (20, 60, 95):
        yield (f"PNG cut at {share} %", "a.png", png[: len(png) * share // 100], "cut off or is damaged")
        yield (f"JPEG cut at {share} %", "a.jpg", jpeg[: len(jpeg) * share // 100], "cut off or is damaged")
    for name, tail in (
        ("zip", zipped({"a": b"a"})),
        ("page", b"<html><script>alert(1)</script>"),
        ("PDF", filemaker.pdf(1)),
    ):
        yield (f"PNG and {name}", "a.png", png + tail, "appended to its end")
        yield (f"JPEG and {name}", "a.jpeg", jpeg + tail, "appended to its end")
    yield (
        "one damaged byte",
        "a.png",
        png[:-20] + bytes([png[-20] ^ 0xFF]) + png[-19:],
        "cut off or is damaged",
    )
    yield ("JPEG named PNG", "a.png", jpeg, "its content is JPEG image")


def texts() -> Iterator[Case]:
    """What claims to be text and is a page, a script, a program or nothing."""
    pages = (
        b"<html><body onload=alert(1)>",
        b"  <!DOCTYPE html><p>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf<script>alert(1)</script>",
        b"<?xml version='1.0'?><a/>",
        b"<?php system('id');",
        b"name,number\n<script>alert(1)</script>,2\n",
        b"<!-- --><iframe src=//x.example>",
        "<html>".encode("utf-16"),
        b"<math><style>",
    )
    for number, data in enumerate(pages, 1):
        yield (f"page {number}", "a.txt", data, "")
        yield (f"page {number} as CSV", "a.csv", data, "")
    yield ("program", "a.txt", b"#!/bin/sh\nrm -rf /\n", "a program")
    yield ("nought", "a.txt", b"a\x00b", "not plain text")
    yield ("escape codes", "a.csv", b"a,b\n\x1b[2J,1\n", "not plain text")
    yield ("nothing but lines", "a.txt", b"\n\n  \n", "nothing but empty lines")


SIGNATURES: dict[str, bytes] = {
    "Windows program": b"MZ\x90\x00" + bytes(200),
    "Linux program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "Java class": b"\xca\xfe\xba\xbe" + bytes(100),
    "GIF": b"GIF89a" + bytes(60),
    "TIFF": b"II*\x00" + bytes(60),
    "BMP": b"BM" + bytes(80),
    "WebP": b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(60),
    "DICOM": bytes(128) + b"DICM" + bytes(60),
    "gzip": b"\x1f\x8b\x08" + bytes(60),
    "7-Zip": b"7z\xbc\xaf\x27\x1c" + bytes(60),
    "RAR": b"Rar!\x1a\x07\x00" + bytes(60),
    "MP4": b"\x00\x00\x00\x18ftypmp42" + bytes(60),
    "RTF": b"{\\rtf1\\ansi{\\object\\objdata 0105}}\x00",
    "old Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200),
    "Windows link": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60),
    "SQLite": b"SQLite format 3\x00" + bytes(60),
}


def disguises() -> Iterator[Case]:
    """Every foreign signature under every extension that is taken, and kinds that are never taken."""
    for name, data in SIGNATURES.items():
        for extension in ("pdf", "docx", "xlsx", "png", "jpg", "txt", "csv"):
            yield (f"{name} as {extension}", f"a.{extension}", data, "")
    sound = {
        "pdf": filemaker.pdf(1),
        "png": filemaker.picture(),
        "jpg": filemaker.picture("JPEG"),
        "xlsx": filemaker.workbook(),
    }
    for real, data in sound.items():
        for extension in ("pdf", "docx", "png", "jpg", "txt", "csv"):
            if extension != real:
                yield (f"{real} as {extension}", f"a.{extension}", data, "")
    for extension in (
        "exe",
        "html",
        "svg",
        "js",
        "zip",
        "doc",
        "xls",
        "docm",
        "xlsm",
        "pptx",
        "gif",
        "tiff",
        "dcm",
        "heic",
        "pdf.html",
        "sh",
        "php",
        "lnk",
        "iso",
        "eml",
        "swf",
    ):
        yield (f"named .{extension}", f"a.{extension}", filemaker.pdf(1), "")
    for name in ("pdf", "a", ".pdf.", "a.pdf ", "a.pdf\u202egnp"):
        if not name.strip().endswith(".pdf"):
            yield (f"named {name!r}", name, filemaker.pdf(1), "not taken")
    for extension in ("pdf", "docx", "png", "jpg", "txt", "csv"):
        yield (f"empty {extension}", f"a.{extension}", b"", "empty")


def all_cases() -> list[Case]:
    """Every hostile file."""
    return [*pdfs(), *offices(), *pictures(), *texts(), *disguises()]
