"""A letter's content with invented words, for looking at a text before it is published. Nothing of it is ever kept."""

from datetime import date

from django.conf import settings

from accreditation.enums import DecisionOutcome, JudgementOutcome, LetterKind, SubmissionKind
from accreditation.letters.content import OFFICE, WITHDRAWN, WITHDRAWN_WORDS
from accreditation.letters.report import Cited, ClauseReport, PanelMember, ReportPart
from accreditation.letters.shape import (
    Addressee,
    Basis,
    ClauseLine,
    ConditionLine,
    Item,
    LetterContent,
    Made,
    Signature,
)
from accreditation.letters.shipped import SUBJECTS, Text
from accreditation.rules import regions
from accreditation.rules.standards import EDITIONS

NUMBER, CHECK = "SAMPLE", "0000000000"


def example(text: Text, on: date) -> LetterContent:
    """The content of a sample letter written with this text, dated `on`. Raises `KeyError` for an unknown text."""
    subject = SUBJECTS[text.slug]
    outcome = subject.outcome or _outcome(subject.kind)
    withdrawn = subject.kind == LetterKind.WITHDRAWAL
    accredited = outcome in (DecisionOutcome.ACCREDIT, DecisionOutcome.ACCREDIT_WITH_CONDITIONS)
    edition = EDITIONS[settings.STANDARD]
    conditional = outcome == DecisionOutcome.ACCREDIT_WITH_CONDITIONS
    return LetterContent(
        format=2,
        demo=settings.DEMO,
        kind=subject.kind,
        number=NUMBER,
        on=on,
        check=CHECK,
        verify_url=f"{settings.SITE_ORIGIN}/verify/",
        replaces="",
        replaces_reason="",
        addressee=Addressee(
            "Dr Example Leader",
            "Course leader",
            ("University of Somewhere", "1 Example Road", "Somewhere AB1 2CD"),
        ),
        institution="University of Somewhere",
        course="Example course in musculoskeletal ultrasound",
        course_reference="C-0000",
        award="Postgraduate certificate (PgC)",
        submission="S-0000-000",
        submission_kind=SubmissionKind.NEW.label,
        outcome=str(outcome),
        outcome_words=WITHDRAWN_WORDS if withdrawn else DecisionOutcome(outcome).label,
        reasons="Here stand the Committee’s reasons, as the chair recorded them.",
        decided_on=None if withdrawn else on,
        period_from=date(on.year + 1, 1, 1) if accredited else None,
        period_to=date(on.year + 5, 12, 31) if accredited else None,
        conditions=_conditions(on) if conditional else (),
        recommendations=(Item(1, "PS3.1", "Here stands a recommendation of the panel."),),
        commendations=(Item(1, "", "Here stands a commendation."),),
        clauses=tuple(
            ClauseLine(
                clause.id,
                clause.statement,
                next(one.label for one in edition.statements if one.id == clause.statement),
                clause.label,
                JudgementOutcome.MET,
                JudgementOutcome.MET.label,
                "met",
                "Met",
                False,
                "",
            )
            for clause in edition.clauses
        ),
        signature=Signature(*OFFICE, on)
        if withdrawn
        else Signature("Name of who signs", "Chair of the CASE Committee", on),
        basis=Basis(
            1, on, "0" * 64, "0" * 64, "sample", edition.name, edition.title, edition.published, "sample"
        ),
        report=_report(on) if subject.kind == LetterKind.REPORT else None,
        made=Made(
            text.slug,
            text.version,
            text.text,
            remit=("shoulder", "elbow", "knee"),
            not_remit=tuple(
                regions.LABELS[part]
                for part in regions.REGIONS
                if regions.LABELS[part] not in ("shoulder", "elbow", "knee")
            ),
            withdraws=False,
            apply_by=date(on.year + 4, 12, 31),
        ),
    )


def _outcome(kind: str) -> str:
    if kind == LetterKind.WITHDRAWAL:
        return WITHDRAWN
    plain = (LetterKind.CERTIFICATE, LetterKind.REACCREDITATION_DUE)
    return DecisionOutcome.ACCREDIT if kind in plain else DecisionOutcome.ACCREDIT_WITH_CONDITIONS


def _conditions(on: date) -> tuple[ConditionLine, ...]:
    return (
        ConditionLine(
            1, "PS2.6", "Unseen patient examinations", "Here stands what the course must do.",
            date(on.year + 1, 3, 14), "Here stands what would show it.",
        ),
        ConditionLine(
            2, "PS4.5", "Patients only", "Here stands a second condition.", date(on.year + 1, 5, 1), "",
        ),
    )  # fmt: skip


def _report(on: date) -> ReportPart:
    return ReportPart(
        panel=(
            PanelMember("Name of the lead", "Lead assessor", on),
            PanelMember("Name of the co-assessor", "Co-assessor", on),
        ),
        summary="Here stands the panel’s summary.",
        clauses=tuple(
            ClauseReport(
                clause.id, clause.quote, "", "Here stands the beginning of the course’s answer.",
                (Cited("E1", "A file of the submission", "12"),), (), "Here stands the panel’s comment.", "",
            )
            for clause in EDITIONS[settings.STANDARD].clauses[:3]
        ),
        files=(),
    )  # fmt: skip
