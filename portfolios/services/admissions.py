"""From applicant to student (PS1): registrations and experience given, experience judged by its quality, enrolment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import Course, User
from accreditation.roles import STUDENT
from mentors import registration
from mentors.enums import Body
from portfolios.enums import ExperienceOutcome, RegistrationStatus, Specialism, StudentState
from portfolios.models import (
    Experience,
    ExperienceJudgement,
    FormerJudgement,
    Move,
    Portfolio,
    Registration,
    Student,
)
from portfolios.permissions import check_application, check_course_team, check_for_student
from portfolios.services import telling_applicants as telling


@dataclass(frozen=True, slots=True)
class RegistrationEntry:
    """An entry with a regulator or professional body as the applicant gives it and somebody looked it up."""

    body: str
    number: str = ""
    status: str = RegistrationStatus.UNKNOWN
    since: date | None = None
    until: date | None = None
    seen_on: date | None = None
    seen_by: str = ""
    other_body: str = ""


@dataclass(frozen=True, slots=True)
class ExperienceEntry:
    """Clinical experience before the course; months are information and never decide."""

    specialism: str
    months: int | None = None
    description: str = ""
    evidence: tuple[str, ...] = ()


@transaction.atomic
def apply(
    *,
    by: User,
    course: Course,
    full_name: str,
    profession: str,
    registrations: Sequence[RegistrationEntry],
    experience: Sequence[ExperienceEntry],
    user: User | None = None,
    applied_on: date | None = None,
) -> Student:
    """Records an application; the course's team does. Empty sequences mean: asked, and none given.

    The applicant gets the course's next code ("S001"). Raises `NotAllowed`, `Invalid`.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    check_course_team(by, course)
    problems: dict[str, list[str]] = {}
    if not full_name.strip():
        problems["full_name"] = ["Enter the applicant's name."]
    if not profession.strip():
        problems["profession"] = ["Enter the applicant's profession."]
    if user is not None and course.students.filter(user=user).exists():
        problems["user"] = ["This person has applied to the course already."]
    if problems:
        raise Invalid(problems)
    number = Student.objects.filter(course=course).aggregate(all=Count("pk"))["all"] + 1
    student = Student.objects.create(
        course=course, user=user, code=f"S{number:03}", full_name=" ".join(full_name.split()), profession=profession,
        applied_on=applied_on or timezone.localdate(),
    )  # fmt: skip
    for entry in registrations:
        _add_registration(student, entry)
    for brought in experience:
        _add_experience(student, brought)
    audit.record(
        "student.applied", by=by, obj=student,
        payload={"course": course.reference, "registrations": len(registrations), "experience": len(experience)},
    )  # fmt: skip
    telling.received(student, by=by)
    return student


@transaction.atomic
def add_registration(*, by: User, student_id: UUID, entry: RegistrationEntry) -> Registration:
    """Adds an entry with a regulator or body. Raises `NotAllowed`, `NotNow`, `Invalid`.

    What an applicant gives of themselves is a number; only the course's team says what the register showed.
    """
    student = locked(student_id)
    check_application(by, student)
    if student.user_id == by.pk:
        entry = replace(entry, status=RegistrationStatus.UNKNOWN, seen_on=None, seen_by="")
    row = _add_registration(student, entry)
    audit.record(
        "student.registration_added", by=by, obj=student, payload={"body": row.body, "status": row.status}
    )
    return row


@transaction.atomic
def add_experience(*, by: User, student_id: UUID, entry: ExperienceEntry) -> Experience:
    """Adds experience; the team does, or the applicant. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    student = locked(student_id)
    check_application(by, student)
    row = _add_experience(student, entry)
    audit.record("student.experience_added", by=by, obj=student, payload={"specialism": row.specialism})
    return row


def _add_registration(student: Student, entry: RegistrationEntry) -> Registration:
    if entry.body == Body.OTHER and not entry.other_body.strip():
        raise Invalid({"other_body": ["Enter the name of the body."]})
    if wrong := registration.problem(entry.body, entry.number):
        raise Invalid({"number": [wrong]})
    row = Registration(
        student=student, body=entry.body, other_body=entry.other_body, number=entry.number.upper().replace(" ", ""),
        status=entry.status, since=entry.since, until=entry.until, seen_on=entry.seen_on, seen_by=entry.seen_by,
    )  # fmt: skip
    _clean(row)
    row.save(force_insert=True)
    return row


def _add_experience(student: Student, entry: ExperienceEntry) -> Experience:
    if entry.specialism not in Specialism.values:
        raise Invalid({"specialism": ["Choose the specialism."]})
    row = Experience(
        student=student, specialism=entry.specialism, months=entry.months, description=entry.description,
        evidence=list(entry.evidence),
    )  # fmt: skip
    _clean(row)
    row.save(force_insert=True)
    return row


@transaction.atomic
def judge_experience(
    *, by: User, student_id: UUID, outcome: str, reason: str, on: date | None = None, again: bool = False
) -> ExperienceJudgement:
    """The course judges the experience by its quality, with a reason (PS1.2). Months decide nothing.

    `again`: a new judgement after further experience; the former one is kept as it was. Raises `NotAllowed`; `NotNow`
    where it has been judged already, and it is not said that this is a new judgement; `Invalid`.
    """
    student = locked(student_id)
    check_for_student(by, student)
    former = ExperienceJudgement.objects.filter(student=student).first()
    if former is not None and not again:
        raise NotNow("This applicant's experience has been judged already.")
    day = on or timezone.localdate()
    problems: dict[str, list[str]] = {}
    if outcome not in ExperienceOutcome.values:
        problems["outcome"] = ["Choose how the experience is judged."]
    if not reason.strip():
        problems["reason"] = ["Give the reason: what the applicant knows and can do, not for how long."]
    if day > timezone.localdate():
        problems["on"] = ["The day lies in the future."]
    if problems:
        raise Invalid(problems)
    if former is not None:
        FormerJudgement.objects.create(
            student=student, outcome=former.outcome, by=former.by, on=former.on, reason=former.reason,
            replaced_at=timezone.now(),
        )  # fmt: skip
        former.delete()
    judged = ExperienceJudgement.objects.create(
        student=student, outcome=outcome, by=by.full_name, on=day, reason=reason
    )
    audit.record(
        "student.experience_judged",
        by=by,
        obj=student,
        payload={"outcome": outcome, "on": day, "again": former is not None},
    )
    telling.judged(judged, student)
    return judged


@transaction.atomic
def enrol(*, by: User, student_id: UUID, on: date, cohort: str = "", reason: str = "") -> Portfolio:
    """Enrols an applicant and opens their portfolio. `reason`: why, where the rules found something open.

    Raises `NotAllowed`, `NotNow` where they are no applicant any more.
    """
    student = locked(student_id)
    check_for_student(by, student)
    if student.state != StudentState.APPLICANT:
        raise NotNow(f"{student.full_name} is “{student.get_state_display()}” already.")
    student.state, student.enrolled_on, student.cohort = StudentState.ENROLLED, on, cohort.strip()
    student.version += 1
    student.save()
    move = Move.objects.create(
        student=student,
        state=StudentState.ENROLLED,
        on=on,
        reason=reason.strip(),
        by=by.full_name,
        by_user=by,
    )
    portfolio = Portfolio.objects.create(student=student)
    if student.user is not None:
        # the group mirrors what follows from the row: menus look at it, permissions do not
        student.user.groups.add(Group.objects.get_or_create(name=STUDENT)[0])
    audit.record("student.enrolled", by=by, obj=student, payload={"on": on, "cohort": cohort})
    telling.moved(move, student)
    return portfolio


def locked(student_id: UUID) -> Student:
    """The student, locked until the caller's transaction ends. Raises `Student.DoesNotExist`."""
    return (
        Student.objects.select_for_update(of=("self",))
        .select_related("course__institution")
        .get(pk=student_id)
    )


def _clean(row: Registration | Experience) -> None:
    try:
        row.full_clean(exclude=("student",))
    except ValidationError as error:
        raise Invalid(
            {"" if key == "__all__" else key: list(said) for key, said in error.message_dict.items()}
        ) from None
