"""Results of a whole cohort in one event, and results that were entered wrongly (PS5.3)."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid
from accreditation.models import Course, Module, User
from portfolios.enums import ResultOutcome
from portfolios.models import Result, Student
from portfolios.permissions import check_course_team, check_for_student
from portfolios.services.admissions import locked
from portfolios.services.applications import take_back

Cell = tuple[UUID, UUID]
"""A student and a module."""


def cell_name(cell: Cell) -> str:
    """The name of a cell in a form and in a refusal."""
    return f"r-{cell[0]}-{cell[1]}"


@transaction.atomic
def record_cohort_results(
    *, by: User, course_id: UUID, results: Mapping[Cell, str], on: date | None
) -> list[Result]:
    """Records the results of many students of a course, all or none, as one event. `on`: the day of the board.

    Raises `NotAllowed`; `Invalid` with the name of each cell that cannot be taken (`cell_name`), and why: a result given
    meanwhile, one's own, a student or module of another course.
    """
    course = Course.objects.select_for_update().get(pk=course_id)
    check_course_team(by, course)
    students = {
        one.pk: one
        for one in Student.objects.select_for_update().filter(
            course=course, pk__in={student for student, _ in results}
        )
    }
    modules = {one.pk: one for one in Module.objects.filter(course=course)}
    given = {
        (row.student_id, row.module_id): row
        for row in Result.objects.filter(student__in=students).select_related("module")
    }
    problems: dict[str, list[str]] = {}
    if on is not None and on > timezone.localdate():
        problems["on"] = ["The day lies in the future."]
    if not results:
        problems[""] = ["Choose at least one result."]
    for (student_id, module_id), outcome in results.items():
        cell, student = cell_name((student_id, module_id)), students.get(student_id)
        if student is None or module_id not in modules:
            problems[cell] = ["This student or module belongs to another course."]
        elif student.user_id == by.pk:
            problems[cell] = ["This is your own result: a colleague must enter it."]
        elif student.enrolled_on is None:
            problems[cell] = [f"{student.full_name} is not enrolled."]
        elif outcome not in ResultOutcome.values:
            problems[cell] = ["Choose the result from the list."]
        elif earlier := given.get((student_id, module_id)):
            words = f"“{earlier.get_outcome_display()}” in {earlier.module.code}"
            problems[cell] = [f"{words} was entered for {student.full_name} meanwhile."]
    if problems:
        raise Invalid(problems)
    made = Result.objects.bulk_create(
        [
            Result(student=students[student_id], module=modules[module_id], outcome=outcome, on=on)
            for (student_id, module_id), outcome in results.items()
        ],
        batch_size=400,
    )
    audit.record(
        "course.results", by=by, obj=course,
        payload={
            "on": on,
            "results": [[students[one.student_id].code, modules[one.module_id].code, one.outcome] for one in made],
        },
    )  # fmt: skip
    return made


@transaction.atomic
def correct_result(*, by: User, result_id: UUID, outcome: str, on: date | None, reason: str) -> Result | None:
    """Takes a wrong result back, with the reason, and enters the right one (`outcome` empty: there is none yet).

    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    old = Result.whole.select_for_update().select_related("module").get(pk=result_id)
    student = locked(old.student_id)
    check_for_student(by, student)
    problems: dict[str, list[str]] = {}
    if outcome and outcome not in ResultOutcome.values:
        problems["outcome"] = ["Choose the result from the list."]
    if outcome and (outcome, on) == (old.outcome, old.on):
        problems["outcome"] = ["This is the result that stands already."]
    if on is not None and on > timezone.localdate():
        problems["on"] = ["The day lies in the future."]
    if problems:
        raise Invalid(problems)
    take_back(old, by=by, reason=reason)
    new = (
        Result.objects.create(student=student, module=old.module, outcome=outcome, on=on) if outcome else None
    )
    audit.record(
        "student.result_corrected", by=by, obj=student,
        payload={"module": old.module.code, "was": old.outcome, "is": outcome or None, "old": old.pk},
    )  # fmt: skip
    return new
