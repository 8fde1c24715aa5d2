"""What stands in a submission as one file, and how it is set: the course, its people, and every clause with its words, the
claim, the documents cited and what the check found. Nothing of a panel or of CASE is ever read here.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from accreditation import page_references
from accreditation.enums import TOPICS, Award, CourseKind, ExperienceJudged
from accreditation.facts import gather
from accreditation.letters.binding import Mark
from accreditation.letters.text import printable
from accreditation.models import Pack, Snapshot, Submission
from accreditation.rules import facts_reading, regions
from accreditation.rules.dates import spoken
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts import Course, Facts
from accreditation.rules.findings import PLAIN, RANKS, Outcome
from accreditation.rules.overview import newest_award, patients, supervised
from accreditation.rules.standards import EDITIONS
from accreditation.services.freezing import frozen_answers, frozen_files
from accreditation.uploads.kinds import words_of

LOOKED_AT: Final = (Outcome.NOT_MET, Outcome.MISSING, Outcome.JUDGE, Outcome.NOTE)
MOST_SHOWN: Final = 12
"""Findings that stand below a clause, each with everybody it is about; how many more there are is said."""
PART: Final = 200_000
"""Characters of a part that is set at one time: about seventy pages."""
YES_NO: Final = {True: "Yes", False: "No", None: "Not said"}


@dataclass(frozen=True, slots=True)
class Content:
    """A submission as it is to be bound. `answers`, `files` and `report` have the shape of a frozen version's."""

    submission: Submission
    snapshot: Snapshot | None
    asked_by: str
    on: date
    facts: Facts | None
    report: Mapping[str, Any]
    answers: Sequence[Mapping[str, Any]]
    files: Sequence[Mapping[str, Any]]

    @property
    def standing(self) -> str:
        """What stands at the foot of each page: which version it is, or that it is a draft."""
        name = self.submission.reference
        if self.snapshot is None:
            return f"{name}, DRAFT of {spoken(self.on)}: not submitted"
        return (
            f"{name}, version {self.snapshot.number}, submitted on {spoken(_day(self.snapshot.created_at))}"
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the submission in the pack. `pages`: how many of its pages are bound in; else `why` says why none are."""

    number: int
    title: str
    name: str
    sha256: str
    size: int
    media_type: str
    pages: int = 0
    why: str = ""

    @property
    def key(self) -> str:
        return f"E{self.number}"

    @property
    def kind(self) -> str:
        return words_of(self.media_type)

    @property
    def sums(self) -> tuple[str, str]:
        """Its SHA-256 in two lines."""
        return self.sha256[:32], self.sha256[32:]


def content_of(pack: Pack) -> Content:
    """What the pack is made of: the frozen version that it names and nothing newer, or the draft as it stands now."""
    submission, snapshot = pack.submission, pack.snapshot
    who, day = pack.asked_by.full_name, timezone.localdate(pack.created_at)
    if snapshot is not None:
        facts = facts_reading.read(snapshot.facts) if snapshot.facts else None
        return Content(
            submission, snapshot, who, day, facts, snapshot.report, snapshot.answers, snapshot.files
        )
    now = gather(submission.course, timezone.localdate(), standard=submission.edition)
    report, answers = evaluate(now).plain(), frozen_answers(submission)
    return Content(submission, None, who, day, now, report, answers, frozen_files(submission))


def html_parts(content: Content, documents: Sequence[Document], *, beside: bool) -> list[str]:
    """The pages to be set, as one HTML text or, where that would be too long to set at once, as several.

    `beside`: there is a zip in which documents whose pages are not bound in lie beside the PDF.
    """
    frame = _frame(content)
    front = render_to_string(
        "letters/parts/pack_front.html", {**frame, **_front(content, documents, beside=beside)}
    )
    parts: list[list[str]] = [[front]]
    for piece in _pieces(content, documents):
        if sum(map(len, parts[-1])) + len(piece) > PART:
            parts.append([])
        parts[-1].append(piece)
    return [
        render_to_string("letters/pack.html", {**frame, "pieces": pieces, "first": not place})
        for place, pieces in enumerate(parts)
    ]


def outline(content: Content, documents: Sequence[Document]) -> list[Mark]:
    """The outline: the front's sections, every statement with its clauses, every document with its number."""
    statements = [
        Mark(
            f"{statement.id} {statement.label}",
            str(rows[0]["clause"]),
            tuple(Mark(f"{row['clause']} {_label(content, row)}", str(row["clause"])) for row in rows),
        )
        for statement, rows in _by_statement(content)
    ]
    bound = tuple(Mark(f"{one.key} {one.title}", one.key) for one in documents)
    return [
        Mark("Front page", "front"),
        Mark("The course", "the-course"),
        Mark("People", "people"),
        *statements,
        Mark("Documents", "documents", bound),
    ]


def sum_of(html: str) -> str:
    """The sum that identifies a part."""
    return hashlib.sha256(html.encode()).hexdigest()


def _frame(content: Content) -> dict[str, Any]:
    submission = content.submission
    words: dict[str, Any] = printable(
        {
            "course": submission.course.title,
            "institution": submission.course.institution.name,
            "reference": submission.reference,
            "standing": content.standing,
        }
    )
    return words | {
        "submission": submission,
        "snapshot": content.snapshot,
        "on": content.on,
        "demo": settings.DEMO,
        "draft": content.snapshot is None,
    }


def _front(content: Content, documents: Sequence[Document], *, beside: bool) -> dict[str, Any]:
    facts = content.facts
    return {
        "asked_by": printable(content.asked_by),
        "declared": printable([content.snapshot.declared_name, content.snapshot.declared_role])
        if content.snapshot
        else None,
        "course_rows": printable(course_rows(facts.course)) if facts else [],
        "modules": printable(module_rows(facts.course)) if facts else [],
        "mentors": printable(mentor_rows(facts)) if facts else [],
        "students": printable(student_rows(facts)) if facts else [],
        "documents": [_document(one) for one in documents],
        "unbound": [one for one in documents if one.why],
        "beside": beside,
        "statements": [
            {"statement": statement, "rows": [{**row, "label": _label(content, row)} for row in rows]}
            for statement, rows in _by_statement(content)
        ],
    }


def _document(one: Document) -> dict[str, Any]:
    words = printable({"title": one.title, "name": one.name, "why": one.why})
    return {"document": one, **words}


def _pieces(content: Content, documents: Sequence[Document]) -> Iterator[str]:
    """Each clause as HTML, with its statement's heading before the first of it."""
    titles = {one.number: one for one in documents}
    found = {entry["clause"]: entry for entry in content.report.get("clauses", ())}
    for statement, rows in _by_statement(content):
        for place, row in enumerate(rows):
            entry = found.get(row["clause"], {})
            yield render_to_string(
                "letters/parts/pack_clause.html",
                {
                    "statement": None if place else statement,
                    "clause": row["clause"],
                    "label": _label(content, row),
                    "row": printable({key: row.get(key, "") for key in ("words", "question", "text")}),
                    "cited": [_cited(one, titles) for one in row.get("citations", ())],
                    "outcome": PLAIN.get(Outcome(entry["outcome"])) if entry else "",
                    "findings": printable(findings_in_words(entry.get("findings", ()))),
                    "draft": content.snapshot is None,
                },
            )


def _cited(row: Mapping[str, Any], documents: Mapping[int, Document]) -> dict[str, Any]:
    number, pages = int(row["evidence"]), str(row.get("pages", ""))
    document = documents.get(number)
    first = page_references.first_page(pages)
    bound = document is not None and document.pages > 0
    within = bound and document is not None and first <= document.pages
    return {
        "key": f"E{number}",
        "title": printable(document.title) if document else "",
        "pages": page_references.spoken(pages),
        "link": f"E{number}/{first}" if within else f"E{number}" if bound else "",
    }


def _by_statement(content: Content) -> list[tuple[Any, list[Mapping[str, Any]]]]:
    edition = EDITIONS[content.snapshot.edition if content.snapshot else content.submission.edition]
    rows = [
        (statement, [row for row in content.answers if row["clause"].startswith(f"{statement.id}.")])
        for statement in edition.statements
    ]
    return [(statement, held) for statement, held in rows if held]


def _label(content: Content, row: Mapping[str, Any]) -> str:
    if label := row.get("label"):
        return str(label)
    edition = EDITIONS[content.snapshot.edition if content.snapshot else content.submission.edition]
    return next((clause.label for clause in edition.clauses if clause.id == row["clause"]), "")


def findings_in_words(findings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What has to be looked at, the worst first: each sentence once, with whom it is about and what would settle it; and in
    one sentence what does not.
    """
    grouped: dict[tuple[str, str, str], list[str]] = {}
    quiet: dict[str, list[Mapping[str, Any]]] = {Outcome.MET.value: [], Outcome.NOT_APPLICABLE.value: []}
    for one in findings:
        outcome = str(one["outcome"])
        if outcome in quiet:
            quiet[outcome].append(one)
            continue
        subject = one.get("subject", {})
        about = f"Student {subject.get('id')}" if subject.get("kind") == "student" else ""
        grouped.setdefault((outcome, str(one["reason"]), str(one.get("settle") or "")), []).append(about)
    ranked = sorted(grouped.items(), key=lambda pair: RANKS[Outcome(pair[0][0])])
    shown = [
        {"outcome": PLAIN[Outcome(outcome)], "reason": reason, "settle": settle, "about": _people(about)}
        for (outcome, reason, settle), about in ranked[:MOST_SHOWN]
    ]
    return {
        "shown": shown,
        "more": len(ranked) - len(shown),
        "quiet": " ".join(_quiet(words, rows) for words, rows in
                          zip(("Met", "Does not apply"), quiet.values(), strict=True) if rows),
    }  # fmt: skip


def _people(about: Sequence[str]) -> str:
    named = [name for name in dict.fromkeys(about) if name]
    more = len(named) - MOST_SHOWN
    return ", ".join(named[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _quiet(words: str, rows: Sequence[Mapping[str, Any]]) -> str:
    students = {row["subject"]["id"] for row in rows if row.get("subject", {}).get("kind") == "student"}
    if students:
        return f"{words} for {len(students)} student{'' if len(students) == 1 else 's'}."
    return f"{words}: {' '.join(dict.fromkeys(str(row['reason']) for row in rows))}"


def course_rows(course: Course) -> list[tuple[str, str]]:
    """The course's details as the rules saw them, in words."""
    minimums = [f"{regions.LABELS[code]}: {number}" for code, number in course.minimum_scans.items()
                if code in regions.LABELS]  # fmt: skip
    judged = course.admissions.experience_judged
    return [
        ("Kind of course", dict(CourseKind.choices).get(course.kind or "", course.kind or "")),
        ("Award", dict(Award.choices).get(course.award or "", course.award or "")),
        ("Direct entry without a health profession", YES_NO[course.direct_entry]),
        ("Applicants need a professional body", YES_NO[course.admissions.requires_professional_body]),
        ("How experience is judged", dict(ExperienceJudged.choices).get(judged or "", "Not said")),
        (
            "Graduates are told to present portfolio and award",
            YES_NO[course.employer_guidance.tells_students],
        ),
        ("Employers are told what to ask for", YES_NO[course.employer_guidance.tells_employers]),
        ("Its own minimum number of scans", ", ".join(minimums) or "None set"),
    ]


def module_rows(course: Course) -> list[dict[str, str]]:
    """The course's modules with what position statement 5 asks about each."""
    return [
        {
            "title": f"{module.id} {module.title or ''}".strip(),
            "level": f"{module.framework} {module.level}"
            if module.framework and module.level
            else "Not said",
            "topics": ", ".join(TOPICS.get(topic, topic) for topic in module.topics),
            "assessed": YES_NO[module.formal_assessment],
            "relevant": YES_NO[module.relevant_to_remit],
        }
        for module in course.modules or ()
    ]


def mentor_rows(facts: Facts) -> list[dict[str, str]]:
    """Each mentor with remit and how many students are supervised."""
    students = supervised(facts)
    return [
        {
            "name": mentor.called,
            "remit": regions.spoken(mentor.remit) if mentor.remit else "Not known",
            "students": str(students[mentor.id]),
        }
        for mentor in facts.mentors
    ]


def student_rows(facts: Facts) -> list[dict[str, str]]:
    """Each student by code, never by name: enrolment, scans of patients, assessments, the newest award."""
    return [
        {
            "code": student.id,
            "enrolled": spoken(student.enrolled_on) if student.enrolled_on else "Not known",
            "scans": str(patients(student)),
            "assessments": str(len(student.assessments or ())),
            "award": newest_award(student).capitalize() or "Not yet",
        }
        for student in facts.students
    ]


def _day(moment: Any) -> date:
    return timezone.localtime(moment).date()
