"""A report of the rules for a page: by statement and clause, worst first, with the rows behind each finding in words."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.urls import reverse

from accreditation.models import Course
from accreditation.rules import regions
from accreditation.rules.dates import spoken
from accreditation.rules.facts import Facts, Scan, Student
from accreditation.rules.findings import Finding, Outcome, Report, overall, worst
from accreditation.rules.standards import EDITIONS

MOST_ROWS = 40
"""Rows that stand below a finding itself; all of them have a page of their own."""
MOST_SHOWN = 12
LOOKED_AT = (Outcome.NOT_MET, Outcome.MISSING, Outcome.JUDGE, Outcome.NOTE)
PLURAL = {"student": "students", "course": "courses"}


def key_of(subject: str, outcome: str, reason: str) -> str:
    """A finding's name within its clause: it is found again while it says the same of the same subject."""
    return hashlib.sha256(f"{subject}\n{outcome}\n{reason}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a finding."""

    label: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding as the component takes it."""

    outcome: str
    subject: str
    reason: str
    settle: str
    rows: tuple[Row, ...]
    count: int
    key: str


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause: what has to be looked at, and in one sentence what does not."""

    id: str
    label: str
    quote: str
    outcome: str
    findings: tuple[FindingView, ...]
    more: tuple[FindingView, ...]
    quiet: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement with its clauses, and the worst outcome below it."""

    id: str
    label: str
    outcome: str
    clauses: tuple[ClauseView, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """A whole report, how many clauses came out how, and the outcome of all."""

    overall: str
    counts: tuple[tuple[str, int], ...]
    statements: tuple[StatementView, ...]
    as_of: Any


def view_of(
    report: Report,
    facts: Facts,
    course: Course,
    *,
    asked: Collection[str],
    only: str = "",
    addresses: Mapping[str, str] | None = None,
) -> ReportView:
    """A report for a page, of the clauses that are asked about; `only` (an outcome) leaves out those that did not come out
    so.

    `addresses`: where what the rows speak of can be seen or mended (`accreditation.addresses`).
    """
    edition, books = EDITIONS[report.standard], Books(facts, course, addresses or {})
    counts = Counter(entry.outcome.value for entry in report.clauses if entry.clause in asked)
    by_id = {entry.clause: entry for entry in report.clauses}
    statements = []
    for statement in edition.statements:
        clauses = tuple(
            _clause(
                clause.id,
                clause.label,
                clause.quote,
                by_id[clause.id].findings,
                by_id[clause.id].outcome,
                books,
            )
            for clause in edition.clauses
            if clause.statement == statement.id
            and clause.id in asked
            and (not only or by_id[clause.id].outcome == only)
        )
        if clauses:
            asked_here = (
                by_id[one.id].outcome
                for one in edition.clauses
                if one.statement == statement.id and one.id in asked
            )
            outcome = worst(asked_here).value
            statements.append(StatementView(statement.id, statement.label, outcome, clauses))
    return ReportView(
        overall=overall(entry.outcome for entry in report.clauses if entry.clause in asked).value,
        counts=tuple((outcome.value, counts[outcome.value]) for outcome in Outcome),
        statements=tuple(statements),
        as_of=report.as_of,
    )


def _clause(
    clause: str, label: str, quote: str, findings: tuple[Finding, ...], outcome: Outcome, books: "Books"
) -> ClauseView:
    ranked = sorted((one for one in findings if one.outcome in LOOKED_AT), key=lambda one: one.outcome.rank)
    shown = tuple(books.view(one) for one in ranked[:MOST_SHOWN])
    more = tuple(books.view(one, rows=False) for one in ranked[MOST_SHOWN:])
    counts = Counter(one.outcome.value for one in findings)
    return ClauseView(clause, label, quote, outcome.value, shown, more, _quiet(findings, books), dict(counts))


def _quiet(findings: tuple[Finding, ...], books: "Books") -> str:
    """What needs no look, in one sentence: "Met for 28 students." or the finding's own words where it is one."""
    sentences = []
    for outcome, words in ((Outcome.MET, "Met"), (Outcome.NOT_APPLICABLE, "Does not apply")):
        held = [one for one in findings if one.outcome is outcome]
        subjects = {one.subject.id for one in held}
        bad = {one.subject.id for one in findings if one.outcome in LOOKED_AT}
        whole = subjects - bad
        if not held:
            continue
        if held[0].subject.kind == "student" and whole:
            number = len(whole)
            sentences.append(f"{words} for {number} student{'' if number == 1 else 's'}.")
        elif held[0].subject.kind != "student":
            said = list(dict.fromkeys(one.reason for one in held))
            sentences.append(f"{words}: {' '.join(said)}")
    return " ".join(sentences)


class Books:
    """Looks up what the references of a finding refer to, in the facts that the rules saw."""

    def __init__(self, facts: Facts, course: Course, addresses: Mapping[str, str]) -> None:
        self.course, self.addresses = course, addresses
        self.students = {student.id: student for student in facts.students}
        self.mentors = {mentor.id: mentor for mentor in facts.mentors}
        self._scans: dict[str, dict[str, Scan]] = {}

    def view(self, finding: Finding, *, rows: bool = True) -> FindingView:
        refs = finding.evidence
        shown = tuple(self.row(ref) for ref in islice(refs, MOST_ROWS)) if rows else ()
        return FindingView(
            finding.outcome.value,
            self.subject(finding),
            finding.reason,
            finding.settle,
            shown,
            len(refs),
            key_of(finding.subject.id, finding.outcome.value, finding.reason),
        )

    def subject(self, finding: Finding) -> str:
        """Whom a finding is about; empty for the course itself, which the page is about anyway."""
        return f"Student {finding.subject.id}" if finding.subject.kind == "student" else ""

    def row(self, ref: str) -> Row:
        """A reference in words, with the page where it can be seen or mended, if there is one."""
        parts = ref.split("/")
        if parts[0] == "students" and len(parts) >= 2:
            return self._of_student(parts[1], parts[2:])
        if parts[0] == "mentors" and len(parts) >= 2:
            mentor = self.mentors.get(parts[1])
            name = mentor.called if mentor else parts[1]
            return Row(f"Mentor {name}", _words(parts[2:]), self.addresses.get(f"mentors/{parts[1]}", ""))
        if parts[0] == "course":
            return Row("Course details", _words(parts[1:]), reverse("course", args=[self.course.pk]))
        if parts[0] == "shortages":
            return Row("Shortage of mentors", parts[1] if len(parts) > 1 else "")
        return Row(ref)

    def _of_student(self, code: str, rest: list[str]) -> Row:
        url = self.addresses.get(f"students/{code}", "")
        if len(rest) >= 2 and rest[0] == "scans":
            scan = self._scan(code, rest[1])
            if scan is not None:
                return Row(f"Scan {scan.id}", f"{spoken(scan.on)}, {regions.spoken(scan.regions)}", url)
        return Row(f"Student {code}", _words(rest), url)

    def _scan(self, code: str, number: str) -> Scan | None:
        if code not in self._scans:
            student: Student | None = self.students.get(code)
            rows = (student.scans or ()) if student else ()
            self._scans[code] = {row[0]: Scan._make(row) for row in rows}
        return self._scans[code].get(number)


WORDS = {
    "admissions": "admissions rules",
    "employer_guidance": "what graduates and employers are told",
    "modules": "module",
    "evidence": "file",
    "qualifications": "qualification",
    "contracts": "learning contract",
    "signatures": "signature",
    "registrations": "registration",
    "experience": "experience",
    "assessments": "assessment",
    "results": "result",
    "awards": "award",
    "presentations": "presentation",
    "team": "supervisory team",
    "breaks": "break",
}


def _words(parts: list[str]) -> str:
    """The rest of a reference as people read it: "qualification 1", "learning contract 2, signature 1"."""
    return ", ".join(_pairs(parts))


def _pairs(parts: list[str]) -> Iterator[str]:
    place = 0
    while place < len(parts):
        word = WORDS.get(parts[place], parts[place].replace("_", " "))
        if place + 1 < len(parts) and parts[place + 1] not in WORDS:
            one = parts[place + 1]
            yield f"{word} {int(one) + 1 if one.isdigit() and parts[place] not in ('scans', 'modules') else one}"
            place += 2
        else:
            yield word
            place += 1
