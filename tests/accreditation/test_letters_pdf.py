"""The bytes that come out: words, pages, tags, language, attachment, and the same bytes for the same content."""

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest

from accreditation.enums import TELLS_DECISION, DecisionOutcome, LetterKind
from accreditation.letters import render, seal
from accreditation.letters.text import clean
from tests.accreditation.letter_samples import sample, with_words

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "accredit": "has accredited PgCert Musculoskeletal Ultrasound at University of Wexcombe, without conditions",
    "accredit_with_conditions": "from 1 January 2027 to 31 December 2031, with 2 conditions.",
    "defer": "has deferred its decision. This is not a refusal",
    "refuse": "decided not to accredit PgCert Musculoskeletal Ultrasound at University of Wexcombe",
}
APPEAL = "You may appeal against this decision. To do so, give your grounds on the submission’s page."


def words(pdf: bytes) -> str:
    """What a reader of the PDF reads, by poppler, on one line."""
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().replace("\u200b", "").split())


@pytest.mark.parametrize("outcome", DecisionOutcome.values)
def test_each_outcome_is_told_in_plain_words_first(outcome: str) -> None:
    text = words(render.pdf(sample(outcome)))
    assert "Dear Dr Ngozi Adeyemi," in text
    assert WORDS[outcome] in text
    assert text.index(WORDS[outcome]) < text.index("The Committee’s reasons")
    for other in set(WORDS) - {outcome}:
        assert WORDS[other] not in text
    assert (APPEAL in text) == (outcome == "refuse")
    assert ("You may describe the course as accredited by CASE" in text) == outcome.startswith("accredit")
    for told in (
        "24 November 2026",
        "CASE-L-2026-0007",
        "S-2026-014",
        "Professor Iain Farrell",
        "20 November 2026",
    ):
        assert told in text
    assert "Chair of the CASE Committee" in text


def test_conditions_stand_with_number_clause_date_and_what_would_meet_them() -> None:
    text = words(render.pdf(sample()))
    for told in (
        "1. Unseen patient examinations PS2.6",
        "Due by 14 March 2027",
        "Met when: Signed assessment forms",
        "2. Patients only PS4.5",
        "Due by 1 May 2027",
        "Tell graduates in the handbook",
        "written appraisal of each scan is exemplary",
        "Why judgement and finding differ: The mentor’s award",
        "7GWK2MPX4T",
        "4711-0123456789abcdef",
        "https://accreditation.example.org/verify/",
    ):
        assert told in text


def test_pages_are_numbered_and_carry_the_reference() -> None:
    pages = pypdf.PdfReader(io.BytesIO(render.pdf(sample()))).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        text = " ".join(page.extract_text().split())
        assert f"Page {number} of 3" in text
        assert "CASE-L-2026-0007" in text
    table = pages[2].extract_text()
    assert "Annex: the judgement of each clause" in table
    for line in sample().clauses:
        assert line.clause in table


def test_the_report_tells_each_clause_with_answer_evidence_and_dissent() -> None:
    text = words(render.pdf(sample(kind=LetterKind.REPORT)))
    for told in (
        "Accreditation report",
        "Dr Helen Marsh Lead assessor 30 October 2026",
        "The course is led with care.",
        "E1 Programme specification, pages 12–14; E3 Clinical handbook",
        "Of 30 students: not met for 2, met for 28.",
        "Dissent on record The co-assessor would have judged this clause not met.",
        "programme-specification-2026.pdf",
        "ab12ab12ab12ab12ab12ab12ab12ab12 ab12ab12",
    ):
        assert told in text
    assert "Dear" not in text


@pytest.mark.parametrize("kind", LetterKind.values)
def test_the_file_declares_pdf_a_tags_language_title_and_author(kind: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render.pdf(sample(kind=kind))))
    catalogue = reader.root_object
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = catalogue["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3</pdfaid:part>" in metadata
    assert 'pdfaid:conformance="A"' in metadata or "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert reader.metadata is not None
    assert "PgCert Musculoskeletal Ultrasound" in (reader.metadata.title or "")
    assert reader.metadata.author == "Consortium for the Accreditation of Sonographic Education (CASE)"
    assert str(reader.metadata.get("/CreationDate")).startswith("D:20261124")
    wanted = {"/H1", "/P", "/Figure"}
    if kind != LetterKind.CERTIFICATE:
        wanted |= {"/H2", "/L"}
    if kind in (*TELLS_DECISION, LetterKind.REPORT):
        wanted |= {"/Table", "/TH", "/TD"}
    assert set(tags(catalogue["/StructTreeRoot"])) >= wanted


def tags(node: object) -> list[str]:
    """The names of all tags below a node of the structure tree."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if isinstance(one, pypdf.generic.IndirectObject) else one
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            if "/S" in one:
                found.append(str(one["/S"]))
            if "/K" in one:
                waiting.append(one["/K"])
    return found


@pytest.mark.parametrize("kind", LetterKind.values)
def test_findings_are_attached_as_data(kind: str) -> None:
    content = sample(kind=kind)
    reader = pypdf.PdfReader(io.BytesIO(render.pdf(content)))
    assert list(reader.attachments) == [render.FINDINGS_NAME]
    body = json.loads(reader.attachments[render.FINDINGS_NAME][0])
    assert body["outcome"] == "accredit_with_conditions"
    assert body["content_sha256"] == content.sha256
    assert {row["clause"]: row["judgement"] for row in body["clauses"]}["PS2.6"] == "partly_met"
    assert ("found" in body) == (kind == LetterKind.REPORT)
    files = reader.root_object["/AF"]
    assert {str(entry.get_object()["/AFRelationship"]) for entry in files} == {"/Data"}


def test_the_same_content_gives_the_same_bytes_in_two_other_processes() -> None:
    code = (
        "import hashlib, os, django; django.setup()\n"
        "from tests.accreditation.letter_samples import sample\n"
        "from accreditation.letters.render import pdf\n"
        "for kind in ('decision', 'report', 'certificate'):\n"
        "    print(hashlib.sha256(pdf(sample(kind=kind))).hexdigest())\n"
    )
    runs = []
    for seed in ("1", "2"):
        environment = {**_environment(), "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo" if seed == "2" else "UTC"}
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        runs.append(run.stdout.split())
        time.sleep(1.1)  # a clock that was looked at would show
    here = [
        hashlib.sha256(render.pdf(sample(kind=kind))).hexdigest()
        for kind in ("decision", "report", "certificate")
    ]
    assert runs[0] == runs[1] == here
    other = replace(sample(), check="AAAAAAAAAA")
    assert hashlib.sha256(render.pdf(other)).hexdigest() != here[0]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("kind", LetterKind.values)
def test_all_fonts_are_ours_and_embedded(kind: str) -> None:
    run = subprocess.run(
        ["pdffonts", "-"], input=render.pdf(sample(kind=kind)), capture_output=True, check=True
    )
    fonts = run.stdout.decode().splitlines()[2:]
    assert fonts
    for font in fonts:
        assert "+Letter" in font, font
        assert " yes yes yes" in font, font  # embedded, a subset, with its characters named


LONG = "Postgraduate Certificate in Advanced Musculoskeletal Ultrasound Imaging and Image-Guided Intervention for Health"


@pytest.mark.parametrize("name", ["PgC", LONG, f"{LONG} Professionals of the North and the South of {LONG}"])
def test_a_certificate_is_one_page_across_whatever_the_course_is_called(name: str) -> None:
    content = replace(
        sample("accredit", LetterKind.CERTIFICATE),
        course=name,
        institution=f"University of {LONG}",
        demo=True,
    )
    (page,) = pypdf.PdfReader(io.BytesIO(render.pdf(content))).pages
    assert page.mediabox.width > page.mediabox.height
    told = words(render.pdf(content))
    for part in (
        name,
        "Certificate of accreditation",
        "1 January 2027 to 31 December 2031",
        "Professor Iain Farrell",
        content.number,
        content.check,
        "shoulder, elbow, knee",
    ):
        assert part in told
    assert "Dear" not in told


@pytest.mark.parametrize(
    ("kind", "outcome", "told"),
    [
        (LetterKind.CONDITIONS_DUE, "accredit_with_conditions", "Due by 14 March 2027"),
        (LetterKind.REACCREDITATION_DUE, "accredit", "re-accreditation to CASE by 31 December 2030"),
        (LetterKind.INTERIM, "accredit", "remains accredited, from 1 January 2027 to 31 December 2031"),
        (
            LetterKind.INTERIM,
            "defer",
            "interim review of PgCert Musculoskeletal Ultrasound at University of Wexcombe and has deferred",
        ),
        (LetterKind.INTERIM, "refuse", "cannot confirm it"),
        (LetterKind.CONDITIONS_MET, "accredit_with_conditions", "has met all 2 conditions of the decision"),
    ],
)
def test_other_letters_say_what_they_are_for_and_end_with_a_name(kind: str, outcome: str, told: str) -> None:
    pdf = render.pdf(sample(outcome, kind))
    text = words(pdf)
    assert told in text and "Yours sincerely, Professor Iain Farrell" in text
    annex = "Annex: the judgement of each clause" in text
    assert annex == (kind == LetterKind.INTERIM)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) <= (3 if annex else 2)


def test_a_demonstration_letter_says_so() -> None:
    said = "Demonstration only: not a letter of CASE."
    assert said in words(render.pdf(replace(sample(), demo=True)))
    assert said not in words(render.pdf(sample()))


def test_a_superseding_letter_names_the_one_it_replaces() -> None:
    content = replace(sample(), replaces="CASE-L-2026-0001", replaces_reason="The period was wrong.")
    assert "replaces letter CASE-L-2026-0001, which no longer holds. The period was wrong." in words(
        render.pdf(content)
    )


EXPLOSIVE = {
    "one endless word": "x" * 100_000,
    "endless word with joiners": ("a\u200d" * 5_000),
    "many lines": "line\n" * 3_000,
    "many paragraphs": "paragraph\n\n" * 1_500,
    "zalgo": "z\u0335\u0321\u0489\u0338\u0334\u0361" * 500,
    "right to left turned round": "safe \u202egnp.exe\u202c \u2066deferred\u2069",
    "arabic and hebrew": "مرحبا بالعالم שלום עולם " * 100,
    "emoji": "👩🏽‍⚕️🫀🦴 " * 500,
    "no such character": "\U000e0041\U0010ffff\ue000\ufffe",
    "halves and nul": "before\ud83d\x00\udc00after",
    "spaces": " " * 50_000,
    "no-break spaces": "\u00a0" * 5_000,
    "soft hyphens": "syl\u00adla\u00adble" * 2_000,
    "huge entity": "&" * 3_000 + "&#x110000;",
}


@pytest.mark.parametrize("name", EXPLOSIVE)
def test_explosive_words_in_every_field_become_a_letter(name: str) -> None:
    content = with_words(sample(), clean(EXPLOSIVE[name], 200), clean(EXPLOSIVE[name], 1500))
    begun = time.process_time()
    pdf = render.pdf(content)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) >= 2
    assert time.process_time() - begun < 20
    assert render.pdf(sample())  # and the next letter is built


def test_a_letter_beyond_all_measure_is_refused_in_plain_words() -> None:
    content = replace(sample(), reasons="word " * 100_000)
    with pytest.raises(render.Unbuildable, match="longer than a letter may be"):
        render.pdf(content)


PAGES = {
    "decision": (3, 3), "report": (8, 16), "conditions_met": (1, 2), "certificate": (1, 1), "interim": (3, 3),
    "conditions_due": (1, 2), "reaccreditation_due": (1, 1), "withdrawal": (1, 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", LetterKind.values)
def test_every_kind_has_its_pages_and_a_seal_that_holds_for_the_whole_file(
    kind: str, tmp_path: Path, settings: Any
) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    settings.DATA_DIR, settings.DEMO = tmp_path, True
    content = replace(sample(kind=kind), demo=True)
    bare = render.pdf(content)
    fewest, most = PAGES[kind]
    assert fewest <= len(pypdf.PdfReader(io.BytesIO(bare)).pages) <= most
    data = seal.sealed(bare, content)
    assert data and data.startswith(bare), "sealing adds, and alters nothing"
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    with ThreadPoolExecutor(1) as apart:  # the library runs a loop of its own
        status = apart.submit(validate_pdf_signature, signature, signer_validation_context=context).result()
    assert status.valid and status.intact and status.coverage.name == "ENTIRE_FILE"
    assert content.number in signature.sig_object["/Reason"]
    assert list(pypdf.PdfReader(io.BytesIO(data)).attachments) == [render.FINDINGS_NAME]
    assert "Demonstration only" in words(data)
