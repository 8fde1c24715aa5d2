"""Edition `msk-2023`: the clauses cut from the five statements, and every dated setting with its clause."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from accreditation.rules.clauses import Clause, Edition, Force, NumberFormat, Origin, Setting, SubjectKind
from accreditation.rules.dates import LeapRule
from accreditation.rules.standards.msk_2023_text import STATEMENTS, TITLE

IN_FORCE: Final = date(2023, 5, 1)

MUST, SHOULD = Force.MUST, Force.SHOULD
STATEMENT, RATIONALE = Origin.STATEMENT, Origin.RATIONALE
COURSE, STUDENT = SubjectKind.COURSE, SubjectKind.STUDENT

CLAUSES: Final = (
    # --- Position Statement 1: applicants -------------------------------------------------------------------
    Clause(
        "PS1.1", MUST, STATEMENT, STUDENT, "Professional body",
        "aligned with an appropriate professional body on the day of enrolment",
        "Applicants should be aligned with an appropriate professional body",
    ),
    Clause(
        "PS1.2", MUST, STATEMENT, STUDENT, "Experience before the course",
        "pre-existing experience in a clinical MSK or ultrasound specialism, of an appropriate amount and type",
        "have an appropriate amount and type of pre-existing experience in a clinical musculoskeletal or ultrasound "
        "specialism",
    ),
    Clause(
        "PS1.3", MUST, RATIONALE, COURSE, "Admissions rules",
        "its admissions rules carry PS1: they ask for a professional body, and judge experience by its quality",
        "the level/quality of experience is not directly related to time",
    ),
    Clause(
        "PS1.4", MUST, RATIONALE, COURSE, "No direct entry for undergraduates",
        "not a direct-entry undergraduate ultrasound course",
        "MSK is not currently an option for direct entry US courses, at undergraduate level.",
    ),
    # --- Position Statement 2: portfolio and competency -------------------------------------------------------
    Clause(
        "PS2.1", MUST, RATIONALE, STUDENT, "Learning contract",
        "learning contract agreed by student, mentor and awarding institution",
        "agree a learning contract between student, mentor and awarding institution",
    ),
    Clause(
        "PS2.2", MUST, RATIONALE, STUDENT, "A clear remit",
        "the contract defines the remit clearly",
        "a clearly defined individual breadth/remit of MSK US practice",
    ),
    Clause(
        "PS2.3", MUST, RATIONALE, STUDENT, "Scans appraised",
        "scans are documented and quality-appraised by the mentor",
        "documented scans (quality appraised by mentor)",
    ),
    Clause(
        "PS2.4", MUST, STATEMENT, STUDENT, "Scans across the remit",
        "scanning experience covers the full remit, region by region",
        "the areas that clearly align with their subsequent breadth/remit of ultrasound scanning following completion "
        "of the course",
    ),
    Clause(
        "PS2.5", MUST, RATIONALE, STUDENT, "Scan hours",
        "scan hours are recorded",
        "scan hours",
    ),
    Clause(
        "PS2.6", MUST, STATEMENT, STUDENT, "Unseen patient examinations",
        "clinical competency assessed on unseen patients, passed and signed off across the full remit",
        "demonstrate competency in the areas that clearly align with their subsequent breadth/remit",
    ),
    # --- Position Statement 3: presentation to the employer ---------------------------------------------------
    Clause(
        "PS3.1", SHOULD, STATEMENT, COURSE, "Graduates are told",
        "the course tells its graduates to present portfolio and award to the employer (or regulator)",
        "CASE advocate that the learner presents their portfolio of practice/learning and competency assessments",
    ),
    Clause(
        "PS3.2", SHOULD, STATEMENT, STUDENT, "Portfolio presented",
        "a student with a ratified award has presented both: evidence of the award, and the portfolio with its remit",
        "presents their portfolio of practice/learning and competency assessments to their employer (or regulator, as "
        "appropriate)",
    ),
    # --- Position Statement 4: supervision --------------------------------------------------------------------
    Clause(
        "PS4.1", MUST, STATEMENT, STUDENT, "Direct supervision",
        "every student scan directly supervised until the award is ratified",
        "Student scans must be directly supervised",
    ),
    Clause(
        "PS4.2", MUST, STATEMENT, STUDENT, "A qualified mentor",
        "every supervising mentor was qualified and experienced on the day of the scan",
        "who has appropriate qualifications and experience (ie. PgC qualification and a minimum of 2*-years post "
        "qualification experience or level 2 Radiology) in MSK US",
    ),
    Clause(
        "PS4.3", MUST, STATEMENT, STUDENT, "A mentor with the same remit",
        "the supervising mentor's remit covers every region of the scan",
        "aligned with the student’s breadth/remit of practice",
    ),
    Clause(
        "PS4.4", MUST, RATIONALE, STUDENT, "A range of pathologies",
        "a range of MSK pathologies in every region of the remit",
        "These scans must include scanning of a range of MSK pathologies aligned to the student’s breadth/scope of "
        "practice",
    ),
    Clause(
        "PS4.5", MUST, RATIONALE, STUDENT, "Patients only",
        "the scan log holds patient cases only",
        "The portfolio should be reflective of patient cases only.",
    ),
    # --- Position Statement 5: learning and assessment ----------------------------------------------------------
    Clause(
        "PS5.1", MUST, STATEMENT, COURSE, "Four topics taught and assessed",
        "each topic (professional issues, science, physics, technology) is taught and formally assessed",
        "appropriate learning and formal assessment(s)",
    ),
    Clause(
        "PS5.2", MUST, STATEMENT, COURSE, "Level of the modules",
        "the level of those modules is right for the kind of course",
        "usually at level 7 or equivalent Masters level",
    ),
    Clause(
        "PS5.3", MUST, STATEMENT, STUDENT, "Assessments passed",
        "the formal assessments are successfully completed",
        "must be successfully completed for professional issues, science, physics and technology",
    ),
    Clause(
        "PS5.4", MUST, STATEMENT, COURSE, "Relevant learning",
        "that learning is relevant to the scope of MSK ultrasound practice",
        "Aligning with the subsequent scope of musculoskeletal ultrasound practice",
    ),
)  # fmt: skip

HCPC_PROFESSIONS: Final = (
    "AS",
    "BS",
    "CH",
    "CS",
    "DT",
    "HAD",
    "ODP",
    "OR",
    "OT",
    "PA",
    "PH",
    "PO",
    "PYL",
    "RA",
    "SL",
)


def setting(name: str, clause: str, value: Any, words: str, source: str, since: date = IN_FORCE) -> Setting:
    return Setting(name, clause, since, value, words, source)


SETTINGS: Final = (
    setting(
        "recognised_bodies", "PS1.1",
        frozenset(("HCPC", "GMC", "NMC", "GOsC", "GCC", "CORU", "RCT", "CSP", "SCoR", "RCoP", "RCR")),
        "recognised bodies: HCPC, GMC, NMC, GOsC, GCC, CORU, RCT, CSP, SCoR, RCoP and RCR",
        "an appropriate professional body (inclusive of AHPs, medical professionals)",
    ),
    setting(
        "number_formats", "PS1.1",
        {
            "HCPC": NumberFormat(
                rf"(?:{'|'.join(HCPC_PROFESSIONS)})[0-9]{{1,6}}", "a profession code such as PH or RA, and 1 to 6 digits"
            ),
            "GMC": NumberFormat(r"[0-9]{7}|L[0-9]{6}", "7 digits, or L and 6 digits"),
            "NMC": NumberFormat(r"[0-9]{2}[A-Z][0-9]{4}[A-Z]", "2 digits, a letter, 4 digits and a letter"),
        },
        "numbers whose form is known: HCPC, GMC and NMC",
        "a setting: the bodies' own published forms",
    ),
    setting(
        "no_direct_entry", "PS1.4", frozenset(("undergraduate", "apprenticeship")),
        "no direct entry on undergraduate courses and apprenticeships",
        "MSK is not currently an option for direct entry US courses, at undergraduate level.",
    ),
    setting(
        "few_scans", "PS2.4", 5,
        "under 5 counted scans in a part of the remit, a human looks",
        "a setting: the statements set no number",
    ),
    setting(
        "supervised", "PS4.1", frozenset(("observed",)),
        "observed scans are directly supervised",
        "Student scans must be directly supervised",
    ),
    setting(
        "supervised_apart", "PS4.1", frozenset(("indirect", "remote")),
        "whether indirect or remote supervision is direct, a human decides",
        "a setting: the statements do not say what direct means",
    ),
    setting(
        "mentor_years", "PS4.2", 2,
        "2 years after the award",
        "a minimum of 2*-years post qualification experience",
    ),
    setting(
        "shortage_years", "PS4.2", 1,
        "1 year after the award, in a significant shortage",
        "qualified staff with a minimum of 1 year post qualification experience may act as the local mentor",
    ),
    setting(
        "radiology_level", "PS4.2", 2,
        "level 2 in radiology, or more",
        "level 2 Radiology",
    ),
    setting(
        "leap_rule", "PS4.2", LeapRule.FEBRUARY_28,
        "the anniversary of 29 February is 28 February in a year without one",
        "a setting: the statements do not say",
    ),
    setting(
        "pathology_range", "PS4.4", 2,
        "2 distinct pathologies are a range; whether 1 is, a human decides",
        "a range of MSK pathologies",
    ),
    setting(
        "topics", "PS5.1", ("professional_issues", "science", "physics", "technology"),
        "professional issues, science, physics and technology",
        "professional issues, science, physics and technology",
    ),
    setting(
        "level_equivalents", "PS5.2",
        {
            ("FHEQ", 7): 7, ("CQFW", 7): 7, ("SCQF", 11): 7, ("NFQ", 9): 7,
            ("FHEQ", 6): 6, ("CQFW", 6): 6, ("SCQF", 10): 6, ("NFQ", 8): 6,
        },
        "level 7: FHEQ 7, CQFW 7, SCQF 11, NFQ 9; level 6: FHEQ 6, CQFW 6, SCQF 10, NFQ 8",
        "between levels 6 or 7 (or equivalent levels outside of England)",
    ),
    setting(
        "level_between", "PS5.2", frozenset((("SCQF", 9), ("NFQ", 7))),
        "SCQF 9 and NFQ 7 are for a human to decide",
        "a setting: ordinary degrees have no equal in England",
    ),
    setting(
        "levels_accepted", "PS5.2", {"focused": frozenset((6, 7)), "postgraduate": frozenset((7,))},
        "a focused course: level 6 or 7; a postgraduate course: level 7, and level 6 is for a human to decide",
        "whether the MSK course is at a focused or postgraduate level",
    ),
    setting(
        "levels_known", "PS5.2", frozenset((6, 7)),
        "levels 6 and 7",
        "The level is not named here, as could differ between levels 6 or 7",
    ),
)  # fmt: skip

MSK_2023: Final = Edition(
    name="msk-2023",
    title=TITLE,
    published="April 2023",
    in_force=IN_FORCE,
    statements=STATEMENTS,
    clauses=CLAUSES,
    settings=SETTINGS,
)
