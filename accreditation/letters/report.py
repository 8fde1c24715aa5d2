"""The part that only the accreditation report has: the panel, its summary, and each clause with answer and evidence."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from accreditation import scopes
from accreditation.enums import InvitationState, PanelRole
from accreditation.letters.text import clean
from accreditation.models import AgreedJudgement, Decision, PanelReport, Snapshot
from accreditation.rules.findings import PLAIN, Outcome

ANSWER_DIGEST = 700  # the answer itself stands in the submission; the report quotes its beginning
REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class PanelMember:
    name: str
    role: str
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class Cited:
    """A file of the submission as it was cited: E3, its title, and the pages meant (empty: all)."""

    number: str
    title: str
    pages: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of the submitted version, with the sum that identifies its bytes."""

    number: str
    title: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ClauseReport:
    """What a report says about one clause. `found` is what the rules found, in a few sentences."""

    clause: str
    quote: str
    question: str
    answer: str
    evidence: tuple[Cited, ...]
    found: tuple[str, ...]
    comment: str
    dissent: str


@dataclass(frozen=True, slots=True)
class ReportPart:
    panel: tuple[PanelMember, ...]
    summary: str
    clauses: tuple[ClauseReport, ...]
    files: tuple[Filed, ...]


def report_part(decision: Decision, agreed: Mapping[str, AgreedJudgement]) -> ReportPart:
    """From the decision's snapshot and the judgements that were agreed about it; nothing that is for CASE only."""
    snapshot = decision.snapshot
    written = PanelReport.objects.filter(snapshot=snapshot).first()
    answers = {row.get("clause"): row for row in snapshot.answers}
    titles = {_evidence_number(row.get("number")): clean(row.get("title"), 200) for row in snapshot.files}
    findings = {row["clause"]: row.get("findings", ()) for row in snapshot.report.get("clauses", ())}
    sections = []
    for clause in scopes.clauses(snapshot):
        answer, row = answers.get(clause.id, {}), agreed.get(clause.id)
        sections.append(
            ClauseReport(
                clause=clause.id,
                quote=clause.quote,
                question=clean(answer.get("question"), 500),
                answer=clean(answer.get("text"), ANSWER_DIGEST),
                evidence=_cited(answer.get("citations", ()), titles),
                found=found_in_words(findings.get(clause.id, ())),
                comment=clean(row.comment) if row else "",
                dissent=clean(row.dissent) if row else "",
            )
        )
    return ReportPart(
        panel=_panel(decision, written),
        summary=clean(written.summary) if written else "",
        clauses=tuple(sections),
        files=_files(snapshot),
    )


def found_in_words(findings: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The rules' findings in a few sentences: for a course its reason; for students how many stand where, then the most
    frequent reasons of the worst outcome. Students are counted, never listed.
    """
    course, students, reasons = [], Counter[str](), Counter[str]()
    for finding in findings:
        outcome = str(finding.get("outcome", ""))
        if finding.get("subject", {}).get("kind") == "course":
            course.append(clean(finding.get("reason"), 400))
        else:
            students[outcome] += 1
    ranked = [outcome.value for outcome in Outcome if students[outcome.value]]
    for finding in findings:
        if finding.get("subject", {}).get("kind") != "course" and finding.get("outcome") == next(
            iter(ranked), None
        ):
            reasons[clean(finding.get("reason"), 300)] += 1
    words = [reason for reason in course if reason][:REASONS_SHOWN]
    if ranked:
        total = sum(students.values())
        parts = ", ".join(f"{PLAIN[Outcome(code)]} for {students[code]}" for code in ranked)
        words.append(f"Of {total} {'student' if total == 1 else 'students'}: {parts}.")
        if ranked[0] not in (Outcome.MET, Outcome.NOT_APPLICABLE):
            words += [reason for reason, _ in reasons.most_common(REASONS_SHOWN) if reason]
    return tuple(words)


def _cited(citations: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> tuple[Cited, ...]:
    found = []
    for row in citations:
        number = _evidence_number(row.get("evidence"))
        found.append(Cited(number, titles.get(number, ""), clean(row.get("pages"), 60)))
    return tuple(found)


def _evidence_number(value: object) -> str:
    """A file's name within its submission: 3 and "E3" are both "E3"."""
    text = clean(value, 20)
    return text if text.startswith("E") else f"E{text}"


def _files(snapshot: Snapshot) -> tuple[Filed, ...]:
    return tuple(
        Filed(
            number=_evidence_number(row.get("number")),
            title=clean(row.get("title"), 200),
            name=clean(row.get("name"), 200),
            sha256=clean(row.get("sha256"), 64),
        )
        for row in snapshot.files
    )


def _panel(decision: Decision, written: PanelReport | None) -> tuple[PanelMember, ...]:
    """Lead and co-assessor with the day on which each signed, then shadows; who declined or was removed is not named."""
    order = {PanelRole.LEAD: 0, PanelRole.CO: 1, PanelRole.SHADOW: 2}
    places = decision.submission.assignments.filter(state=InvitationState.ACCEPTED).select_related("user")
    signed = {}
    if written:
        for user_id, moment in (
            (written.lead_signed_by_id, written.lead_signed_at),
            (written.co_signed_by_id, written.co_signed_at),
        ):
            if user_id and moment:
                signed[user_id] = timezone.localtime(moment).date()
    return tuple(
        PanelMember(clean(place.user.full_name), place.get_role_display(), signed.get(place.user_id))
        for place in sorted(places, key=lambda place: order[PanelRole(place.role)])
    )
