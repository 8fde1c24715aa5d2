"""Phrase bank for reports: balanced, clear, in similar words across events, and not over-prescriptive.

CASE's guidance on conditions and recommendations asks for these qualities and for at least one commendation where
possible. A phrase says what must be shown, not how; whoever writes the report makes it their own.
"""

from dataclasses import dataclass

from accreditation.enums import ReportItemKind as Kind


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording: of which kind, for which clause (empty: any), and, for a condition, what would satisfy it."""

    code: str
    kind: str
    clause: str
    title: str
    text: str
    satisfied_when: str = ""


PHRASES: tuple[Phrase, ...] = (
    Phrase(
        "c-body", Kind.CONDITION, "PS1.3", "Admissions ask for a professional body",
        "The admissions criteria must state that applicants are aligned with an appropriate professional body on "
        "enrolment, and how this is checked.",
        "The published admissions criteria and the form on which the check is recorded.",
    ),
    Phrase(
        "c-experience", Kind.CONDITION, "PS1.3", "Experience judged by quality",
        "The admissions process must show how the amount and type of an applicant’s earlier clinical experience is "
        "judged by its quality, rather than by time alone.",
        "The selection criteria with one anonymised example of their use.",
    ),
    Phrase(
        "c-contract", Kind.CONDITION, "PS2.1", "A contract of three parties",
        "The learning contract must be agreed by the student, the mentor and the awarding institution, and dated by "
        "each of them, before scanning begins.",
        "The revised template, and contracts of the present cohort with three dated signatures.",
    ),
    Phrase(
        "c-remit", Kind.CONDITION, "PS2.2", "A clear remit",
        "The learning contract must define each student’s remit of MSK ultrasound practice so that its limits are clear "
        "to the student, the mentor and a future employer.",
        "The revised template with the regions named, and two completed examples.",
    ),
    Phrase(
        "c-appraised", Kind.CONDITION, "PS2.3", "Scans appraised",
        "The portfolio must show that the scans it counts were documented and appraised for quality by the mentor.",
        "The portfolio template and the log of one completed student.",
    ),
    Phrase(
        "c-coverage", Kind.CONDITION, "PS2.4", "Experience across the remit",
        "The course must show how each student’s scanning experience covers the full remit of their learning contract, "
        "region by region, before the final assessment.",
        "The process by which coverage is monitored, and its record for the present cohort.",
    ),
    Phrase(
        "c-unseen", Kind.CONDITION, "PS2.6", "Unseen patients across the remit",
        "Clinical competency must be assessed on patients whom the student has not seen before, and signed off across "
        "the student’s full remit.",
        "The assessment strategy and the forms of the next round of assessments.",
    ),
    Phrase(
        "c-supervised", Kind.CONDITION, "PS4.1", "Supervision until ratification",
        "The course must make clear to students, mentors and departments that scans are directly supervised until the "
        "award is ratified by the examination board.",
        "The student and mentor handbooks and the information sent to departments.",
    ),
    Phrase(
        "c-mentors", Kind.CONDITION, "PS4.2", "Mentors qualified and experienced",
        "The course must hold, for every mentor, dated evidence of the qualification and of the experience that the "
        "standard asks for, and check it before the mentor supervises.",
        "The register of mentors with dates, and the check made for the present cohort.",
    ),
    Phrase(
        "c-patients", Kind.CONDITION, "PS4.5", "Patient cases only",
        "The scan log must hold patient cases only; scans of volunteers in simulation-based training are to be kept apart.",
        "The revised log and its guidance to students.",
    ),
    Phrase(
        "c-topics", Kind.CONDITION, "PS5.1", "Topics formally assessed",
        "Professional issues, science, physics and technology must each be taught and formally assessed.",
        "A mapping of the topics to modules and assessments.",
    ),
    Phrase(
        "r-advice", Kind.RECOMMENDATION, "PS3.1", "Tell graduates what to present",
        "The course may wish to advise its graduates, in the handbook and with the award letter, to present their "
        "portfolio and award to their employer.",
    ),
    Phrase(
        "r-mentors", Kind.RECOMMENDATION, "PS4.2", "Support for mentors",
        "The course team is encouraged to bring its mentors together once a year, to share practice in appraising scans.",
    ),
    Phrase(
        "r-moderation", Kind.RECOMMENDATION, "PS2.6", "Moderation of practical assessments",
        "The course team is encouraged to extend external moderation to the practical assessments.",
    ),
    Phrase(
        "r-index", Kind.RECOMMENDATION, "", "Documents that are easier to find",
        "An index to the clinical documents would help students, mentors and reviewers to find what applies to them.",
    ),
    Phrase(
        "m-mentors", Kind.COMMENDATION, "", "Support in clinical placements",
        "The panel commends the close working relationship between the course team and its clinical departments.",
    ),
    Phrase(
        "m-portfolio", Kind.COMMENDATION, "PS2.3", "The portfolio",
        "The panel commends the clinical portfolio, which is clear, well structured and valued by students and mentors.",
    ),
    Phrase(
        "m-students", Kind.COMMENDATION, "", "Response to students",
        "The panel commends the course team for listening to its students and for acting on what they say.",
    ),
    Phrase(
        "m-documents", Kind.COMMENDATION, "", "The submission",
        "The panel commends the quality of the submission, which was complete, consistent and easy to follow.",
    ),
)  # fmt: skip
BY_CODE = {phrase.code: phrase for phrase in PHRASES}


def phrases_for(kind: str, clause: str = "") -> list[Phrase]:
    """Phrases of one kind; those of the clause first, then those for any, then the others."""
    found = [phrase for phrase in PHRASES if phrase.kind == kind]
    return sorted(found, key=lambda phrase: (phrase.clause != clause, bool(phrase.clause)))
