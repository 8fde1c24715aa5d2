"""The evidence of the demo submissions: small, believable documents as real PDFs, each page with something to cite."""

import atexit
import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Engine

from accreditation.enums import TOPICS
from accreditation.rules import regions
from portfolios.demo.courses import COURSES, UNIVERSITIES, DemoCourse, DemoModule

FOLDER = Path(__file__).parent / "evidence"
PLANS = {plan.key: plan for plan in COURSES}
COLOURS = {"wexcombe": "#0b5563", "kinlochard": "#5b2a6f"}


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its template, its title, the name of its file."""

    key: str
    title: str
    version: str
    approved: str

    @property
    def file_name(self) -> str:
        return f"{self.title.lower().replace(' ', '-').replace('’', '')}.pdf"


DOCUMENTS: tuple[Document, ...] = (
    Document("programme_specification", "Programme specification", "4.2", "Academic Board, 11 June 2025"),
    Document("clinical_handbook", "Clinical handbook", "2025", "Programme board, 25 June 2025"),
    Document("portfolio_template", "Portfolio template", "3.0", "Programme board, 25 June 2025"),
    Document("mentor_handbook", "Mentor handbook", "2025", "Programme board, 25 June 2025"),
    Document("assessment_strategy", "Assessment strategy", "2.1", "Assessment committee, 4 June 2025"),
    Document("module_specifications", "Module specifications", "2025-26", "Academic Board, 11 June 2025"),
    Document(
        "external_examiner", "External examiner’s report 2024-25", "Final", "Quality office, 3 November 2025"
    ),
)
BY_KEY = {document.key: document for document in DOCUMENTS}

TASKS = {
    "physics": "Written examination, two hours, with a question on artefacts in tendon imaging",
    "professional_issues": "Case report of 3,000 words on consent, scope of practice and reporting",
    "science": "Spotter examination on anatomy with image interpretation",
}
AIMS = {
    "physics": "To understand how an ultrasound image is made, what degrades it, and how to use a system safely.",
    "professional_issues": "To practise within one's scope, to report so that others can act, and to know the law.",
    "science": "To relate structure, movement and disease of joints, tendons, muscles and nerves to what is seen.",
    "": "To scan, interpret and report under supervision within an agreed remit.",
}
OUTCOMES = {
    "physics": (
        "Explain resolution, attenuation and Doppler in superficial tissue.",
        "Recognise and correct anisotropy.",
        "Apply the ALARA principle and the thermal and mechanical indices.",
        "Test equipment and act on a fault.",
    ),
    "professional_issues": (
        "Take consent and decline a scan outside one's remit.",
        "Write a report that answers the question.",
        "Audit one's own work and act on discrepancies.",
        "Explain supervision, ratification and indemnity.",
    ),
    "science": (
        "Name and show the landmarks of six regions.",
        "Explain healing and degeneration of tendon.",
        "Tell inflammatory from mechanical disease.",
        "Relate symptoms to imaging with its limits.",
    ),
    "": (
        "Scan every region of the remit systematically.",
        "Recognise common and urgent pathology.",
        "Keep a portfolio and reflect on it.",
        "Pass an unseen patient examination in every region of the remit.",
    ),
}


def pdf(plan: DemoCourse, key: str, owner: str) -> SimpleUploadedFile:
    """A document of a course as an uploaded PDF would be; the same bytes for the same course every time."""
    return SimpleUploadedFile(
        BY_KEY[key].file_name, _rendered(plan.key, key, owner), content_type="application/pdf"
    )


@cache
def _rendered(course: str, key: str, owner: str) -> bytes:
    from weasyprint import HTML

    plan = PLANS[course]
    document = BY_KEY[key]
    minimum = plan.details.get("minimum_scans") or {}
    context = {
        "title": document.title,
        "version": document.version,
        "approved": document.approved,
        "owner": owner,
        "course": plan,
        "university": UNIVERSITIES[plan.university],
        "plan": {"details": plan.details, "modules": [_module(module) for module in plan.modules]},
        "regions": [regions.LABELS[name].capitalize() for name in regions.REGIONS],
        "minimum": next(iter(minimum.values()), None),
    }
    html = _engine().get_template(f"{key}.html").render(Context(context))
    style, faces = _style(COLOURS[plan.university])
    written = HTML(string=html).write_pdf(
        stylesheets=[style],
        font_config=faces,
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        pdf_tags=True,
    )
    return bytes(written or b"")


@cache
def _style(colour: str) -> tuple[Any, Any]:
    """The stylesheet with the university's colour, and the fonts that it brings."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    faces = FontConfiguration()
    text = (FOLDER / "document.css").read_text().replace("COLOUR", colour)
    return CSS(
        string=text, base_url=f"{(settings.ROOT / 'static' / 'fonts').as_uri()}/", font_config=faces
    ), faces


def forget() -> None:
    """Lets go of rendered documents and fonts: the fonts must go before the interpreter takes its own parts away."""
    _rendered.cache_clear()
    _style.cache_clear()


atexit.register(forget)


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(FOLDER)], autoescape=True)


def _module(module: DemoModule) -> dict[str, Any]:
    topic = next((name for name in AIMS if name and name in module.topics), "")
    words = ", ".join(label for code, label in TOPICS.items() if code in module.topics)
    return asdict(module) | {
        "topic_words": words[:1].upper() + words[1:] if words else "Clinical practice",
        "assessed": TASKS.get(
            topic, "Portfolio and unseen patient examinations in every region of the remit"
        ),
        "credits": 15 if topic else 30,
        "aims": AIMS[topic],
        "outcomes": OUTCOMES[topic],
        "relevance": "Every seminar works with musculoskeletal images and cases. The programme board reviewed the "
        "relevance of this module to musculoskeletal ultrasound practice in June 2025.",
    }
