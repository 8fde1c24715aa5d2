"""What portfolios hold about a student (see `accreditation.personal`)."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from uuid import UUID

from django.utils import timezone

from accreditation.belongings import belongings, delete
from accreditation.models import User
from accreditation.personal import Part
from accreditation.retention import SCHEDULE, years_after
from portfolios.enums import StudentState
from portfolios.models import Registration, Scan, Student

ENDED = {
    StudentState.COMPLETED: "portfolio",
    StudentState.WITHDRAWN: "portfolio",
    StudentState.REFUSED: "applicant",
}
OWN = (
    "portfolios.Signature.contract",
    "portfolios.ExperienceFile.student",
    "portfolios.ExperienceFile.experience",
)


def parts(user: User | None, email: str) -> Iterator[Part]:
    """Each study of the person, with portfolio, contracts, scans, results."""
    for student in Student.objects.filter(user=user).select_related("course") if user else ():
        rows = belongings(Student.objects.filter(pk=student.pk), also=OWN)
        code = ENDED.get(StudentState(student.state), "")
        period = SCHEDULE[code or "portfolio"]
        until = years_after(_last(student), period.years) if code else None
        title = f"Study and portfolio on {student.course.reference}"
        yield Part(title, period, rows, until, partial(forget, student.pk))


def _last(student: Student) -> date:
    moments = [student.updated_at]
    newest = Scan.objects.filter(portfolio__student=student).order_by("-updated_at").first()
    if newest:
        moments.append(newest.updated_at)
    return timezone.localdate(max(moments))


def names(user: User | None, email: str) -> Iterator[str]:
    """The student's name and registration numbers."""
    for student in Student.objects.filter(user=user) if user else ():
        yield student.full_name
        yield from Registration.objects.filter(student=student).values_list("number", flat=True)


def due(today: date) -> Iterator[str]:
    """Studies whose period has ended, counted."""
    for state, code in ENDED.items():
        limit = years_after(today, -SCHEDULE[code].years)
        old = Student.objects.filter(state=state, updated_at__date__lt=limit)
        count = old.exclude(portfolio__scans__updated_at__date__gte=limit).distinct().count()
        if count:
            yield f"{count} studies ({state.label.lower()}) ended longer ago than their period ({SCHEDULE[code]})."


def forget(student_id: UUID) -> None:
    """Deletes a study with everything that belongs to it. Its files leave the store with `verify_store --prune`."""
    delete(belongings(Student.objects.filter(pk=student_id), also=OWN))
