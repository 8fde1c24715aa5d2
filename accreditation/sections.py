"""The sections of a submission's task list, and what each still lacks. No person here: see `permissions`."""

from collections.abc import Callable
from dataclasses import dataclass

from accreditation import scopes
from accreditation.models import Course, Submission
from accreditation.rules.clauses import Clause

COURSE, PEOPLE, SUBMIT = "course", "people", "submit"


@dataclass(frozen=True, slots=True)
class SectionInfo:
    """A section: its code, the task's name (a verb first), and its short name for sentences."""

    code: str
    task: str
    name: str


STATEMENTS = (
    SectionInfo("PS1", "Answer position statement 1: applicants", "Position statement 1"),
    SectionInfo("PS2", "Answer position statement 2: portfolio and competency", "Position statement 2"),
    SectionInfo("PS3", "Answer position statement 3: presentation to the employer", "Position statement 3"),
    SectionInfo("PS4", "Answer position statement 4: supervision", "Position statement 4"),
    SectionInfo("PS5", "Answer position statement 5: learning and assessment", "Position statement 5"),
)
DETAILS = (
    SectionInfo(COURSE, "Check the course details", "Course details"),
    SectionInfo(PEOPLE, "Check the people: mentors and students", "People"),
)
LAST = SectionInfo(SUBMIT, "Check your answers and submit", "Check your answers and submit")
ALL = (*DETAILS, *STATEMENTS)
CODES = tuple(section.code for section in ALL)
BY_CODE = {section.code: section for section in (*ALL, LAST)}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a section lacks: one sentence, the clause it belongs to, or the field of the course details."""

    words: str
    clause: str = ""
    field: str = ""


def clauses_of(submission: Submission, statement: str) -> tuple[Clause, ...]:
    """The clauses of a statement that the submission is asked about, in order."""
    return tuple(clause for clause in scopes.clauses(submission) if clause.statement == statement)


def statements_of(submission: Submission) -> tuple[SectionInfo, ...]:
    """The statements of which the submission is asked about a clause."""
    asked = {clause.statement for clause in scopes.clauses(submission)}
    return tuple(info for info in STATEMENTS if info.code in asked)


def codes_of(submission: Submission) -> tuple[str, ...]:
    """The sections that the submission has, but for the last: submitting."""
    return tuple(info.code for info in (*DETAILS, *statements_of(submission)))


def missing(submission: Submission, code: str, *, marked: bool = False) -> list[Gap]:
    """What a section lacks before it can be called complete; with `marked`, also that nobody called it complete."""
    found = _FINDERS.get(code, _answers)(submission, code)
    if marked and not found and not submission.sections.filter(code=code, complete=True).exists():
        found.append(Gap(f"{BY_CODE[code].name}: say that the section is complete"))
    return found


def _answers(submission: Submission, code: str) -> list[Gap]:
    answered = set(
        submission.answers.filter(clause__startswith=f"{code}.")
        .exclude(text="")
        .values_list("clause", flat=True)
    )
    return unanswered(submission, code, answered)


def unanswered(submission: Submission, code: str, answered: set[str]) -> list[Gap]:
    """A gap for each clause of a statement that is not among those answered."""
    return [
        Gap(f"{clause.id} {clause.label}: answer the question", clause=clause.id)
        for clause in clauses_of(submission, code)
        if clause.id not in answered
    ]


def _course(submission: Submission, code: str) -> list[Gap]:
    return course_gaps(submission.course, has_modules=submission.course.modules.exists())


def course_gaps(course: Course, *, has_modules: bool) -> list[Gap]:
    """What the course details lack."""
    found = []
    if course.requires_professional_body is None:
        found.append(
            Gap(
                "Course details: say whether applicants need a professional body",
                field="requires_professional_body",
            )
        )
    if not course.experience_judged:
        found.append(Gap("Course details: say how experience is judged", field="experience_judged"))
    if course.tells_students is None:
        found.append(
            Gap(
                "Course details: say whether graduates are told to present their portfolio",
                field="tells_students",
            )
        )
    if not has_modules:
        found.append(
            Gap("Course details: add the modules that teach and assess the four topics", field="modules")
        )
    return found


def _people(submission: Submission, code: str) -> list[Gap]:
    return []  # a new course may have no student yet: the rules say then what could not be decided


_FINDERS: dict[str, Callable[[Submission, str], list[Gap]]] = {COURSE: _course, PEOPLE: _people}
