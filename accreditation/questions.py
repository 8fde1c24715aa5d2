"""What the course team is asked for each clause, in CASE's plain words: data only. Frozen with each answer.

`asked` is the question itself; `good` what good evidence looks like; `look` where it usually stands; `shortfalls` what
assessors most often write a condition about. After the accreditors' checklist and practice notes (domain notes 4.1).
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Question:
    """One clause's question, with help that is shown beside it."""

    clause: str
    asked: str
    good: tuple[str, ...]
    look: str
    shortfalls: tuple[str, ...]


_ALL: Final = (
    Question(
        "PS1.1",
        "How do you make sure, before enrolment, that every applicant is aligned with a professional body?",
        (
            "The admissions rule that asks for a professional body, with the page where it stands.",
            "Who looks the number up on the body’s public register, when, and where that is recorded.",
        ),
        "The admissions section of the programme specification; the applicant checklist.",
        (
            "Only a degree class and a language test are asked for.",
            "A number is written down, but nobody looks it up on the register.",
        ),
    ),
    Question(
        "PS1.2",
        "How do you judge that an applicant’s experience in a clinical MSK or ultrasound specialism is of an "
        "appropriate amount and type?",
        (
            "What the selectors look for: the clinical setting, the skills shown, the referee’s words.",
            "A filled-in example of the form on which the judgement is recorded, without the applicant’s name.",
        ),
        "The interview form; the applicant checklist; the admissions section of the programme specification.",
        (
            "A number of months is the sole test.",
            "The judgement is made, but not recorded with a name and a date.",
        ),
    ),
    Question(
        "PS1.3",
        "Which words of your admissions rules ask for a professional body, and how do they say that experience is "
        "judged by its quality?",
        (
            "The published rules themselves, with the page cited.",
            "The same words on the public page for applicants.",
        ),
        "The admissions section of the programme specification; the prospectus page.",
        (
            "The rules say “at least 12 months” and nothing about quality.",
            "Handbook and web page say different things.",
        ),
    ),
    Question(
        "PS1.4",
        "Who can join the course? Say whether people without a health profession can enter directly.",
        (
            "The entry routes in the programme specification.",
            "Where the MSK part is shared with an undergraduate course or an apprenticeship: how the MSK part is closed to "
            "direct entrants.",
        ),
        "The entry routes in the programme specification.",
        ("An apprenticeship route lists musculoskeletal ultrasound among its options.",),
    ),
    Question(
        "PS2.1",
        "How do student, mentor and university agree the learning contract, and when?",
        (
            "The template of the contract with places for all three signatures and their dates.",
            "A signed example without names, dated before the student’s first scan.",
        ),
        "The clinical handbook; the contract template; a signed sample.",
        ("The university is not among those who sign.", "Contracts are signed weeks after scanning began."),
    ),
    Question(
        "PS2.2",
        "How does the learning contract define each student’s own remit?",
        (
            "A list of regions to choose from, with extras such as guided injections named one by one.",
            "How a remit is widened later: a new version, signed again by all three.",
        ),
        "The contract template; the guidance for students and mentors.",
        (
            "The remit is free text, such as “general MSK”.",
            "“Upper limb” is written without saying which regions.",
        ),
    ),
    Question(
        "PS2.3",
        "How are scans documented, and how does the mentor appraise their quality?",
        (
            "The scan log’s template, with a place for the mentor’s appraisal of each scan.",
            "The scale that mentors use, and how they are prepared to use it.",
            "A page of a real log without names.",
        ),
        "The portfolio template; the mentor handbook; an anonymised sample portfolio.",
        ("Scans are counted, but their quality is not appraised.", "Students tick their own appraisals."),
    ),
    Question(
        "PS2.4",
        "How do you make sure that every student scans across the whole of their own remit?",
        (
            "Your own minimum for each region, if you set one, and why.",
            "When the balance between regions is looked at during the course, by whom, and what happens then.",
        ),
        "The portfolio template; the clinical handbook; notes of progress meetings.",
        (
            "One total number is set, and nothing by region.",
            "A region of the remit can end the course almost empty.",
        ),
    ),
    Question(
        "PS2.5",
        "How are scan hours recorded?",
        (
            "The log’s column of minutes for each scan, or the signed timesheet.",
            "How the hours are checked against the placement.",
        ),
        "The portfolio template; the placement agreement.",
        ("Scans are recorded without hours.",),
    ),
    Question(
        "PS2.6",
        "How is clinical competency assessed on unseen patients across the full remit, and by whom?",
        (
            "The assessment strategy, which says that the patient was not seen before and that every region "
            "of the remit is examined.",
            "The examination form with region, date, outcome and the assessor’s signature.",
            "How assessors are chosen and moderated; the external examiner’s comments.",
        ),
        "The assessment strategy; the module specification; the examination forms; the external examiner’s report.",
        (
            "The examination is an OSCE on models, or a viva on stored images.",
            "The random list of patients leaves a region of the remit out.",
        ),
    ),
    Question(
        "PS3.1",
        "Where do you tell your graduates to present both their award and their portfolio to their "
        "employer, or to their regulator?",
        (
            "The handbook’s section on what to do after qualifying.",
            "The words that go out with the award or the results.",
        ),
        "The student handbook, “after you qualify”; the letter that comes with the award.",
        ("The handbook is silent on presenting the portfolio.",),
    ),
    Question(
        "PS3.2",
        "How do you know whether graduates have presented their award and their portfolio, and what do you do to help them?",
        (
            "How a graduate takes the portfolio and its remit with them.",
            "Replies of employers or graduates, if you ask for them.",
        ),
        "The portfolio’s export; the graduate survey.",
        ("The portfolio closes when the course ends.",),
    ),
    Question(
        "PS4.1",
        "How is every scan of a student directly supervised until the examination board has ratified the award?",
        (
            "The rule that says who must be present, and until which day: the ratification of the final or interim award.",
            "The dates of your examination boards, and how placements learn that an award was ratified.",
        ),
        "The clinical handbook; the placement agreement; the calendar of the examination board.",
        (
            "Students scan alone “on passing” instead of on ratification.",
            "The rule does not say what direct supervision means.",
        ),
    ),
    Question(
        "PS4.2",
        "How do you make sure that every mentor is appropriately qualified and experienced in MSK "
        "ultrasound on the day of each scan?",
        (
            "The criteria for mentors: a PgC and two years after its ratification, or level 2 radiology, in MSK ultrasound.",
            "The list of mentors with awards and the dates of their ratification.",
            "Where there is a significant shortage: the request, who accepted it, and until when.",
        ),
        "The mentor criteria; the mentor register; the mentors’ CVs; the audit of placements.",
        (
            "The two years cannot be checked because dates are missing.",
            "Exceptions for a shortage have no end.",
        ),
    ),
    Question(
        "PS4.3",
        "How do you make sure that each mentor’s own remit covers the regions that they supervise?",
        (
            "The mentors’ remits, dated, next to the remits of their students.",
            "What happens when a student needs a region that the mentor does not scan.",
        ),
        "The mentor register; the placement agreement.",
        ("The mentors’ remits are not recorded.",),
    ),
    Question(
        "PS4.4",
        "How do you make sure that students scan a range of pathologies in every region of their remit?",
        (
            "The log’s place for what was found, with your list of pathologies.",
            "How the range is looked at during the course, and how gaps are filled.",
        ),
        "The rules of the log; an anonymised sample log.",
        ("The log counts normal studies only.", "Pathologies are recorded, but nobody looks at their range."),
    ),
    Question(
        "PS4.5",
        "How do you keep scans of healthy volunteers, of fellow students and on simulators out of the scan log?",
        ("The rule of the log, in its own words.", "Where such scans are kept instead."),
        "The rules of the log; the handbook of the simulation suite.",
        ("Volunteers are counted among the scans.",),
    ),
    Question(
        "PS5.1",
        "Which modules teach professional issues, science, physics and technology, and how is each formally assessed?",
        (
            "A table of the four topics with module, learning outcome and assessment.",
            "The module specifications that it points to.",
        ),
        "The module specifications; the table that maps learning outcomes.",
        (
            "Professional issues are taught but not formally assessed.",
            "Physics is part of a module without an assessment of its own.",
        ),
    ),
    Question(
        "PS5.2",
        "At which level, and of which framework, is each of those modules?",
        (
            "The module specifications with level and credits.",
            "Where a level 6 module is part of a postgraduate course: why.",
        ),
        "The module specifications.",
        ("Handbook and specification name different levels.",),
    ),
    Question(
        "PS5.3",
        "How do you make sure that every student has passed the formal assessments of all four topics before the award?",
        (
            "The rules on compensation and on recognition of prior learning.",
            "An anonymised extract of the board’s marks.",
        ),
        "The assessment regulations; the board’s marks sheet.",
        (
            "A failed physics assessment can be compensated.",
            "Prior learning is recognised without saying which topic it covers.",
        ),
    ),
    Question(
        "PS5.4",
        "How is the learning in those modules relevant to the scope of MSK ultrasound practice?",
        (
            "Learning outcomes and assessment tasks that name MSK practice.",
            "Who judged the relevance, and when.",
        ),
        "The module specifications; the assessment briefs; the external examiner’s report.",
        ("The physics module is shared with general ultrasound, and its MSK part is not shown.",),
    ),
)

QUESTIONS: Final[dict[str, Question]] = {question.clause: question for question in _ALL}
