"""Empty files to fill with scans: the columns in order, one line as an example, and what may stand in each."""

from django.utils import timezone

from accreditation.imports import writing
from accreditation.models import Course
from accreditation.rules import regions
from portfolios import pathologies
from portfolios.enums import StudentState
from portfolios.imports.columns import COLUMNS
from portfolios.imports.logs import mentors_of, names_of
from portfolios.models import Student
from portfolios.policies import LISTS


def template(course: Course, form: str, *, several: bool) -> bytes:
    """A template as `csv` or `xlsx`; with a column for the student where it is for several logs."""
    mentors = names_of(mentors_of(course.pk))
    names = [name for name in COLUMNS if several or name != "student"]
    students = Student.objects.filter(
        course=course, state__in=(StudentState.ENROLLED, StudentState.COMPLETED)
    )
    codes = sorted(students.values_list("code", flat=True)) if several else []
    example = {
        "student": codes[0] if codes else "", "on": f"{timezone.localdate():%d/%m/%Y}", "regions": "shoulder; elbow",
        "side": "Left", "subject": "Patient", "age": "54", "indication": "Pain on lifting the arm",
        "mentor": mentors[0] if mentors else "", "supervision": "Mentor in the room", "role": "Performed", "minutes": "25",
        "pathologies": "effusion; bursitis", "case": "EXAMPLE: take this line out",
    }  # fmt: skip
    headings = [COLUMNS[name] for name in names]
    row = [example.get(name, "") for name in names]
    if form == "csv":
        return writing.to_csv(headings, [row])
    allowed = {
        COLUMNS["regions"]: [regions.LABELS[part] for part in regions.PARTS],
        **{COLUMNS[name]: [str(label) for label in choices.labels] for name, choices in LISTS.items()},
        COLUMNS["pathologies"]: list(pathologies.LABELS.values()),
        COLUMNS["mentor"]: mentors,
    }
    if several:
        allowed = {COLUMNS["student"]: codes} | allowed
    return writing.to_xlsx("Scans", headings, [row], allowed=allowed)
