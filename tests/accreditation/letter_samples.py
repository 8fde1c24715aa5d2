"""Letters' content made by hand, without a database: one for each outcome, with believable words."""

from dataclasses import replace
from datetime import date

from accreditation.enums import DecisionOutcome, LetterKind
from accreditation.letters import shipped
from accreditation.letters.report import Cited, ClauseReport, Filed, PanelMember, ReportPart
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
from accreditation.rules.standards import EDITIONS

EDITION = EDITIONS["msk-2023"]
LABELS = {statement.id: statement.label for statement in EDITION.statements}

CONDITIONS = (
    ConditionLine(
        1,
        "PS2.6",
        "Unseen patient examinations",
        "Hold an unseen patient examination for every region of each student’s remit before the award is ratified, "
        "and record its assessor and date in the portfolio. In the sample, two students had none for the foot and ankle.",
        date(2027, 3, 14),
        "Signed assessment forms for the two students, and the revised assessment schedule.",
    ),
    ConditionLine(
        2,
        "PS4.5",
        "Patients only",
        "Take scans of healthy volunteers out of the scan log and keep them as a separate learning record.",
        date(2027, 5, 1),
        "A log template that asks who was scanned, and the corrected logs of the current cohort.",
    ),
)
RECOMMENDATIONS = (
    Item(
        1, "PS3.1", "Tell graduates in the handbook to present their portfolio and award to their employer."
    ),
    Item(2, "", "Keep one list of placements with the date of each audit."),
)
COMMENDATIONS = (
    Item(1, "PS2.3", "The quality of the mentors’ written appraisal of each scan is exemplary."),
)


def clause_lines() -> tuple[ClauseLine, ...]:
    """Every clause of the edition; one partly met, one judged against the rules' finding with its reason."""
    special = {
        "PS2.6": ("partly_met", "Partly met", "not_met", "Not met", True, ""),
        "PS4.5": ("not_met", "Not met", "not_met", "Not met", False, ""),
        "PS1.2": (
            "met",
            "Met",
            "judge",
            "For the assessor",
            False,
            "",
        ),
        "PS4.2": (
            "met",
            "Met",
            "not_met",
            "Not met",
            True,
            "The mentor’s award was ratified on the same board as her colleague’s; the register held the conferral date.",
        ),
    }
    met = ("met", "Met", "met", "Met", False, "")
    return tuple(
        ClauseLine(
            clause.id,
            clause.statement,
            LABELS[clause.statement],
            clause.label,
            *special.get(clause.id, met),
        )
        for clause in EDITION.clauses
    )


def sample(
    outcome: str = DecisionOutcome.ACCREDIT_WITH_CONDITIONS, kind: str = LetterKind.DECISION
) -> LetterContent:
    """A letter's content with the given outcome; a report where `kind` says so."""
    accredited = outcome in (DecisionOutcome.ACCREDIT, DecisionOutcome.ACCREDIT_WITH_CONDITIONS)
    reasons = {
        "accredit": "The course meets all five statements. The panel saw a complete portfolio for each student.",
        "accredit_with_conditions": "The course meets the statements but for two clauses, which can be met within months.",
        "defer": "The Committee could not see from the evidence which regions each student may scan alone. It asks for the "
        "signed learning contracts of the current cohort, with the remit of each.\n\nIt will consider the course again at "
        "the first meeting after they arrive.",
        "refuse": "The course admits people without a health profession at undergraduate level, for which position "
        "statement 1 gives no room, and its log rests on healthy volunteers.",
    }[outcome]
    text = shipped.shipped(shipped.slug_of(kind, outcome))
    return LetterContent(
        format=2,
        demo=False,
        kind=str(kind),
        number="CASE-L-2026-0007",
        on=date(2026, 11, 24),
        check="7GWK2MPX4T",
        verify_url="https://accreditation.example.org/verify/CASE-L-2026-0007/7GWK2MPX4T/",
        replaces="",
        replaces_reason="",
        addressee=Addressee(
            "Dr Ngozi Adeyemi",
            "Course leader",
            ("University of Wexcombe", "School of Health Sciences", "12 Harbour Road", "Wexcombe", "WX1 2CD"),
        ),
        institution="University of Wexcombe",
        course="PgCert Musculoskeletal Ultrasound",
        course_reference="C-0001",
        award="Postgraduate certificate (PgC)",
        submission="S-2026-014",
        submission_kind="New accreditation",
        outcome=str(outcome),
        outcome_words=DecisionOutcome(outcome).label,
        reasons=reasons,
        decided_on=date(2026, 11, 20),
        period_from=date(2027, 1, 1) if accredited else None,
        period_to=date(2031, 12, 31) if accredited else None,
        conditions=CONDITIONS if outcome == DecisionOutcome.ACCREDIT_WITH_CONDITIONS else (),
        recommendations=RECOMMENDATIONS,
        commendations=COMMENDATIONS,
        clauses=clause_lines(),
        signature=Signature("Professor Iain Farrell", "Chair of the CASE Committee", date(2026, 11, 20)),
        basis=Basis(
            version=1,
            as_of=date(2026, 9, 30),
            sha256="5b1f" * 16,
            facts_sha256="90aa" * 16,
            rules_version="1.0",
            edition=EDITION.name,
            edition_title=EDITION.title,
            edition_published=EDITION.published,
            anchor="4711-0123456789abcdef",
        ),
        report=report() if kind == LetterKind.REPORT else None,
        made=Made(
            text.slug,
            text.version,
            text.text,
            remit=("shoulder", "elbow", "knee"),
            not_remit=("wrist and hand", "hip and groin", "ankle and foot"),
            withdraws=False,
            apply_by=date(2030, 12, 31),
        ),
    )


def report() -> ReportPart:
    """The report's own part, with an answer, evidence and a comment for each clause and one dissent."""
    return ReportPart(
        panel=(
            PanelMember("Dr Helen Marsh", "Lead assessor", date(2026, 10, 30)),
            PanelMember("Mr Owen Pryce", "Co-assessor", date(2026, 10, 31)),
            PanelMember("Ms Tara Singh", "Shadow assessor", None),
        ),
        summary="The panel met the course team online and read twelve portfolios.\n\nThe course is led with care. Its "
        "mentors know what is asked of them, and the appraisal of scans is unusually thorough.",
        clauses=tuple(
            ClauseReport(
                clause=clause.id,
                quote=clause.quote,
                question=f"How does the course make sure of this: {clause.decided}?",
                answer="The admissions tutor checks each applicant’s register entry and keeps a copy. Applicants describe "
                "their experience in a structured form that two members of the team read.",
                evidence=(
                    Cited("E1", "Programme specification", "12-14"),
                    Cited("E3", "Clinical handbook", ""),
                ),
                found=(
                    "Of 30 students: not met for 2, met for 28.",
                    "No unseen examination covers the foot.",
                ),
                comment="The panel saw this for every student in its sample.",
                dissent="The co-assessor would have judged this clause not met."
                if clause.id == "PS2.6"
                else "",
            )
            for clause in EDITION.clauses
        ),
        files=(
            Filed("E1", "Programme specification", "programme-specification-2026.pdf", "ab12" * 16),
            Filed("E3", "Clinical handbook", "clinical handbook v4.docx", "cd34" * 16),
        ),
    )


def with_words(content: LetterContent, short: str, words: str) -> LetterContent:
    """The same letter with people's words in every field that they can type into: `short` in names and titles."""
    return replace(
        content,
        addressee=Addressee(short, content.addressee.role, (short, short)),
        institution=short,
        course=short,
        reasons=words,
        replaces_reason=words,
        replaces="CASE-L-2026-0001",
        conditions=tuple(replace(row, text=words, satisfied_when=words) for row in CONDITIONS),
        recommendations=(Item(1, "", words),),
        commendations=(Item(1, "", words),),
        clauses=tuple(replace(line, reason=words[:1500]) for line in content.clauses[:4])
        + content.clauses[4:],
        signature=replace(content.signature, name=short),
        report=content.report
        and replace(
            content.report,
            summary=words,
            panel=(PanelMember(short, "Lead assessor", None),),
            clauses=tuple(
                replace(
                    part,
                    answer=words,
                    comment=words,
                    dissent=words,
                    found=(words,),
                    evidence=(Cited("E1", short, short[:60]),),
                )
                for part in content.report.clauses[:4]
            ),
            files=(Filed("E1", short, short, "ab12" * 16),),
        ),
    )
