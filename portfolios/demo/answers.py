"""What the demo courses answer to each clause, and the pages they cite: data only."""

from dataclasses import dataclass

from portfolios.demo.courses import DemoCourse


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """An answer in the course's words, and its citations: (document, pages)."""

    text: str
    cites: tuple[tuple[str, str], ...] = ()


A = DemoAnswer
SPEC, CLINICAL, TEMPLATE, MENTOR, STRATEGY, MODULES, EXAMINER = (
    "programme_specification",
    "clinical_handbook",
    "portfolio_template",
    "mentor_handbook",
    "assessment_strategy",
    "module_specifications",
    "external_examiner",
)

ANSWERS: dict[str, DemoAnswer] = {
    "PS1.1": A(
        "Every applicant gives the number of their professional body. The admissions office looks it up on the public "
        "register within four weeks before enrolment and records the status, the day and the name "
        "of the person who looked.",
        ((SPEC, "2"),),
    ),
    "PS1.2": A(
        "Two selectors interview each applicant. They judge the setting, the case mix, the reasoning and the referee's "
        "account, and write down why the experience is of an appropriate amount and type. Months are noted only.",
        ((SPEC, "2"),),
    ),
    "PS1.3": A(
        "The published entry requirements ask for a professional body and say that experience is "
        "judged by its quality.",
        ((SPEC, "2"),),
    ),
    "PS1.4": A(
        "Only registered health professionals can join. There is no undergraduate route and no direct entry.",
        ((SPEC, "2"),),
    ),
    "PS2.1": A(
        "Student and mentor sign in the first week, the course leader for the university within two weeks of enrolment; "
        "scanning begins after the last signature. A change of remit or of mentor is a new version.",
        ((CLINICAL, "2"),),
    ),
    "PS2.2": A(
        "Each contract lists the regions by name. Nerve, soft tissue and intervention are named one "
        "by one or not included.",
        ((CLINICAL, "2"),),
    ),
    "PS2.3": A(
        "Each scan is documented in the log and appraised by the mentor for technique, images, "
        "report and patient care, on a scale of four grades.",
        ((TEMPLATE, "2, 4"), (MENTOR, "4")),
    ),
    "PS2.4": A(
        "Coverage by region is looked at in weeks 8, 16 and 24; students who are short in a region "
        "join another list.",
        ((TEMPLATE, "3"), (CLINICAL, "4")),
    ),
    "PS2.5": A(
        "Minutes are logged with each scan; the sum is checked against the placement's timetable.",
        ((TEMPLATE, "2"),),
    ),
    "PS2.6": A(
        "Every region of the remit is examined on a patient whom the student has not seen before. The assessor is not the "
        "student's mentor wherever that can be arranged. Both attempts stay on record.",
        ((STRATEGY, "2-3"), (EXAMINER, "2")),
    ),
    "PS3.1": A(
        "The clinical handbook and the letter with the results ask graduates to show award and "
        "portfolio to their employer, and if asked to their regulator.",
        ((CLINICAL, "5"),),
    ),
    "PS3.2": A(
        "Graduates export their portfolio with its remit. We ask them in September whether they "
        "have presented it and record the answer.",
        ((CLINICAL, "5"), (TEMPLATE, "5")),
    ),
    "PS4.1": A(
        "The mentor is in the room for every scan until the examination board has ratified the award. The course office "
        "writes to student, mentor and manager on the day after the board; publication of marks changes nothing.",
        ((CLINICAL, "3"), (SPEC, "4")),
    ),
    "PS4.2": A(
        "Mentors hold a PgC or higher in MSK ultrasound, ratified two years before the scan, or level 2 radiology in MSK. "
        "We keep certificates with the day of ratification and see the dates before a contract is signed.",
        ((MENTOR, "2"), (CLINICAL, "6")),
    ),
    "PS4.3": A(
        "The register holds the regions of each mentor; a student who needs another region has a "
        "second mentor in the team.",
        ((MENTOR, "3"),),
    ),
    "PS4.4": A(
        "Findings are recorded for each scan. Tutor and mentor look at the range in each region three times a year.",
        ((CLINICAL, "4"),),
    ),
    "PS4.5": A(
        "Practice on simulators, volunteers and fellow students is kept in the learning record and never in the log.",
        ((CLINICAL, "4"),),
    ),
    "PS5.1": A(
        "Physics and technology, professional issues, and science each have a module with a formal "
        "assessment of its own.",
        ((SPEC, "3"), (MODULES, "")),
    ),
    "PS5.2": A("Level and framework stand in each module's specification.", ((MODULES, "2-4"),)),
    "PS5.3": A(
        "All four topics must be passed before the award. The assessment regulations limit "
        "compensation and name the topic of any recognised prior learning.",
        ((SPEC, "4"), (STRATEGY, "5")),
    ),
    "PS5.4": A(
        "The programme board reviewed the relevance of each module to MSK ultrasound practice in June 2025.",
        ((MODULES, "2-4"), (EXAMINER, "2")),
    ),
}

OWN: dict[str, dict[str, DemoAnswer]] = {
    "focused": {
        "PS5.4": A(
            "The programme board reviewed the relevance of both modules to MSK ultrasound practice in June 2025.",
            ((MODULES, "2-3"), (EXAMINER, "2")),
        ),
        "PS1.2": A(
            "Applicants state the months in their role; twelve months are needed. The line manager countersigns.",
            ((SPEC, "2"),),
        ),
        "PS1.3": A(
            "Applicants have at least 12 months of experience in a musculoskeletal or ultrasound role.",
            ((SPEC, "2"),),
        ),
        "PS3.1": A(
            "Graduates receive a certificate of competency that names the regions. The handbook "
            "describes the alumni network.",
            ((CLINICAL, "5"),),
        ),
        "PS5.2": A(
            "Both modules are at FHEQ level 6, as is usual for a focused course.", ((MODULES, "2-3"),)
        ),
    },
    "scottish": {
        "PS4.2": A(
            "Mentors hold a PgC or higher in MSK ultrasound with two years, or level 2 radiology. At Strathcorran one "
            "mentor had one year when the cohort began: the shortage was claimed with the record of our search "
            "and accepted.",
            ((MENTOR, "2"), (CLINICAL, "6")),
        ),
        "PS5.2": A("All modules are at SCQF level 11, the equivalent of FHEQ level 7.", ((MODULES, "2-4"),)),
    },
    "undergraduate": {
        "PS1.1": A(
            "Students who join from school are aligned with the student membership of a professional "
            "body from year 2.",
            ((SPEC, "2"),),
        ),
        "PS1.2": A(
            "Students gain their experience in the placements of years 1 and 2, before the MSK pathway begins.",
            ((SPEC, "2"),),
        ),
        "PS1.4": A(
            "School leavers can join the programme; the MSK pathway is open to them from year 2.",
            ((SPEC, "2"),),
        ),
        "PS5.2": A("All modules are at FHEQ level 6.", ((MODULES, "2-4"),)),
    },
}

MAIN_OPEN = ("PS3.2", "PS4.2", "PS4.3", "PS5.2", "PS5.4")
"""Clauses that the draft of the main course has not answered yet."""


FIRST_WORDS = {
    "PS1.1": "Students join from school. Those who have registered with a professional body tell the programme office.",
    "PS5.4": "Examinations will be held in June; the external examiner’s report is expected in the autumn.",
}
"""What the undergraduate course answered in its first application, which the Committee deferred."""


def answer(plan: DemoCourse, clause: str) -> DemoAnswer:
    """What a course answers to a clause."""
    return OWN.get(plan.key, {}).get(clause, ANSWERS[clause])
