"""From a letter's frozen content to the bytes of a PDF/A-3a file. The only module that imports WeasyPrint.

The same content gives the same bytes in every process: all dates come from the content, the file's identifier is the
content's sum, and the fonts are ours. Nothing is fetched but what `_fetcher` holds in memory, whatever a person typed.
"""

import atexit
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import dateformat

from accreditation.english import in_english
from accreditation.enums import TELLS_DECISION, LetterKind
from accreditation.letters.compose import compose
from accreditation.letters.frozen import plain
from accreditation.letters.qr import qr_svg
from accreditation.letters.report import ReportPart
from accreditation.letters.shape import LetterContent
from accreditation.letters.text import breakable

BASE = (
    "https://letter.invalid/"  # never asked for: a name that cannot exist, for the addresses in the template
)
LAYOUTS = {LetterKind.REPORT: "letters/report.html", LetterKind.CERTIFICATE: "letters/certificate.html"}
LAYOUT = "letters/letter.html"
WITH_CLAUSES = TELLS_DECISION  # an annex with the judgement of every clause
NOUNS = {LetterKind.REPORT: "report", LetterKind.CERTIFICATE: "certificate"}
ASSETS: dict[str, tuple[str, str]] = {
    "letter.css": ("css/letter.css", "text/css"),
    "certificate.css": ("css/certificate.css", "text/css"),
    "passport.css": ("css/passport-paper.css", "text/css"),
    "pack.css": ("css/pack-paper.css", "text/css"),
    "mark.svg": ("img/mark.svg", "image/svg+xml"),
    "fonts/letter-regular.ttf": ("fonts/letter-regular.ttf", "font/ttf"),
    "fonts/letter-semibold.ttf": ("fonts/letter-semibold.ttf", "font/ttf"),
}
SHORT_SECTION = 1600  # characters: about a third of a page
MAX_CHARACTERS = 300_000  # about a hundred pages; a letter beyond that is a fault of its content
FINDINGS_NAME = "findings.json"


class Unbuildable(Exception):
    """This content can never become a letter, however often it is tried; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF, for machines."""

    name: str
    text: str
    description: str


def pdf(content: LetterContent) -> bytes:
    """The letter as PDF/A-3a, tagged, not yet sealed. Raises `Unbuildable` where its content is at fault."""
    found = Attached(
        FINDINGS_NAME, findings(content), "The findings and judgements behind this letter, for machines"
    )
    return set_pages(
        page(content),
        sha256=content.sha256,
        on=content.on,
        address=content.verify_url,
        attached=found,
        style="certificate.css" if content.kind == LetterKind.CERTIFICATE else "letter.css",
    )


def set_pages(
    html: str,
    *,
    sha256: str,
    on: date,
    address: str,
    attached: Attached | None = None,
    style: str = "letter.css",
) -> bytes:
    """A page of `letters/_base.html` as PDF/A-3a, tagged: the same HTML, sum and day give the same bytes.

    `sha256` becomes the file's identifier; `address` is what the square code `qr.svg` says. Raises `Unbuildable`.
    """
    from weasyprint import HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    if len(html) > MAX_CHARACTERS:
        raise Unbuildable(
            "The letter would be longer than a letter may be. Shorten the comments in the report."
        )
    moment = datetime.combine(on, time(12), UTC)  # a day has no hour: noon is the same day everywhere near
    fetcher = _fetcher(qr_svg(address).encode())
    attachments = []
    if attached:
        attachments.append(
            Attachment(
                string=attached.text,
                name=attached.name,
                description=attached.description,
                created=moment,
                modified=moment,
                relationship="Data",
                url_fetcher=fetcher,
            )
        )
    stylesheet, fonts = _style(style)
    try:
        written: Any = HTML(string=html, base_url=BASE, url_fetcher=fetcher).write_pdf(
            stylesheets=[stylesheet],
            font_config=fonts,
            attachments=attachments,
            pdf_variant="pdf/a-3a",
            pdf_identifier=bytes.fromhex(sha256)[:16],
        )
    except FatalURLFetchingError as fault:  # not an Exception: it would end the worker's job without a trace
        raise Unbuildable(str(fault)) from None
    except RecursionError:
        raise Unbuildable("The letter’s text is nested too deeply to be set.") from None
    return bytes(written)


@in_english
def page(content: LetterContent) -> str:
    """The letter as HTML: every word of a person is escaped by the template, and made breakable before."""
    return render_to_string(LAYOUTS.get(LetterKind(content.kind), LAYOUT), context(content))


def context(content: LetterContent) -> dict[str, Any]:
    """What the templates of a letter read. Raises `language.Unwritten` where its text is none."""
    letter = _breakable(plain(content))
    for row, bare in zip(letter["conditions"], content.conditions, strict=True):
        row["due_words"] = dateformat.format(bare.due_on, "j F Y")
    sections = _prepare_report(letter, content.report) if content.report else ()
    return {
        "letter": letter,  # the words, made breakable
        "content": content,  # the dates
        "words": compose(content),
        "name_length": len(content.course) + len(content.institution),
        "with_clauses": content.kind in WITH_CLAUSES,
        "noun": NOUNS.get(LetterKind(content.kind), "letter"),
        "kind_title": LetterKind(content.kind).label,
        "sections": sections,
        "first_due": min((row.due_on for row in content.conditions), default=None),
        "verify_page": breakable(content.verify_url.removesuffix(f"{content.number}/{content.check}/")),
    }


def _prepare_report(letter: dict[str, Any], report: ReportPart) -> list[dict[str, Any]]:
    """The report's sections, each with its line of the clause table. A short one is not broken over two pages."""
    lines = {line["clause"]: line for line in letter["clauses"]}
    for file, bare in zip(letter["report"]["files"], report.files, strict=True):
        file["sums"] = (bare.sha256[:32], bare.sha256[32:])
    sections = []
    for part, bare_part in zip(letter["report"]["clauses"], report.clauses, strict=True):
        for cited in part["evidence"]:
            cited["pages_words"] = page_words(cited["pages"])
        words = (bare_part.answer, bare_part.comment, bare_part.dissent, *bare_part.found)
        sections.append(
            {"line": lines[part["clause"]], "part": part, "short": sum(map(len, words)) < SHORT_SECTION}
        )
    return sections


def page_words(pages: str) -> str:
    """The pages cited, in words: "page 12", "pages 12–14"; empty for the whole file."""
    if not pages:
        return ""
    return f"pages {pages.replace('-', '–')}" if re.search(r"[-–,; ]", pages) else f"page {pages}"


def findings(content: LetterContent) -> str:
    """What is attached for machines: the clauses with judgement and finding, and the sums that identify what was judged."""
    body = {
        "letter": content.number,
        "submission": content.submission,
        "outcome": content.outcome,
        "decided_on": content.decided_on.isoformat() if content.decided_on else None,
        "basis": plain(content.basis),
        "clauses": [
            {
                "clause": line.clause,
                "judgement": line.judgement,
                "finding": line.finding,
                "differs": line.differs,
                "reason": line.reason,
            }
            for line in content.clauses
        ],
        "conditions": plain(content.conditions),
        "content_sha256": content.sha256,
    }
    if content.report:
        found = {section.clause: list(section.found) for section in content.report.clauses}
        body["found"] = found
        body["files"] = plain(content.report.files)
    return json.dumps(body, sort_keys=True, ensure_ascii=False, indent=1)


def sum_of(data: bytes) -> str:
    """The SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _breakable(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, list):
        return [_breakable(item) for item in value]
    if isinstance(value, dict):
        return {key: _breakable(item) for key, item in value.items()}
    return value


@cache
def _assets() -> dict[str, tuple[bytes, str]]:
    root = Path(settings.ROOT) / "static"
    return {BASE + name: ((root / path).read_bytes(), kind) for name, (path, kind) in ASSETS.items()}


def _fetcher(qr: bytes = b"") -> Any:
    """A fetcher that gives out what was shipped and the letter's own QR code, from memory, and refuses all else, loudly."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Shipped(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            data, kind = (qr, "image/svg+xml") if url == f"{BASE}qr.svg" else _assets().get(url, (None, ""))
            if data is None:
                raise FatalURLFetchingError("The letter asks for something that letters may not contain.")
            return URLFetcherResponse(url, BytesIO(data), {"Content-Type": kind})

    return Shipped(allowed_protocols=("https",), allow_redirects=False, fail_on_errors=True)


@cache
def _style(name: str) -> tuple[Any, Any]:
    """A stylesheet and its fonts, read once for each process."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    text = _assets()[BASE + name][0].decode()
    return CSS(string=text, base_url=BASE, url_fetcher=_fetcher(), font_config=fonts), fonts


# WeasyPrint's fonts must go before the interpreter takes its own parts away, else every process ends with a complaint.
atexit.register(_style.cache_clear)
