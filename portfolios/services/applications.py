"""An application as it grows: details, look-ups in registers, files behind experience, entries that were wrong."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.models import User
from accreditation.services.evidence import Kept
from mentors.enums import SeenStatus
from portfolios.enums import RegistrationStatus
from portfolios.models import Experience, ExperienceFile, Registration, RegistrationCheck, Student
from portfolios.models.entries import Entry
from portfolios.permissions import check_application, check_for_student
from portfolios.services.admissions import locked

MOST_FILES = 40
SHOWN_AS = {
    SeenStatus.ACTIVE: RegistrationStatus.ACTIVE,
    SeenStatus.LAPSED: RegistrationStatus.LAPSED,
    SeenStatus.NOT_FOUND: RegistrationStatus.UNKNOWN,
}
"""What a look-up showed → what the registration counts as."""


@transaction.atomic
def edit_details(
    *, by: User, student_id: UUID, version: int, full_name: str, profession: str, cohort: str = ""
) -> Student:
    """Changes name, profession or cohort. Raises `NotAllowed`, `Stale`, `Invalid`."""
    student = locked(student_id)
    check_for_student(by, student)
    if student.version != version:
        raise Stale("Somebody changed this entry since you opened it. Nothing was saved.", student)
    given = {"full_name": " ".join(full_name.split()), "profession": " ".join(profession.split())}
    words = {"full_name": "Enter the name.", "profession": "Enter the profession."}
    if missing := {name: [words[name]] for name, value in given.items() if not value}:
        raise Invalid(missing)
    given["cohort"] = cohort.strip()
    changed = sorted(name for name, value in given.items() if getattr(student, name) != value)
    for name, value in given.items():
        setattr(student, name, value)
    student.version += 1
    student.save()
    audit.record("student.edited", by=by, obj=student, payload={"changed": changed})
    return student


@transaction.atomic
def check_registration(
    *, by: User, registration_id: UUID, on: date, status: str, since: date | None = None, note: str = ""
) -> RegistrationCheck:
    """Keeps what the regulator's register showed on a day; the registration then counts as that. The team looks, never the
    applicant. `since`: the first day of the registration, where the register shows it.

    Raises `NotAllowed`; `NotNow` for an entry that was taken back; `Invalid`.
    """
    row = Registration.whole.select_for_update().get(pk=registration_id)
    student = locked(row.student_id)
    check_for_student(by, student)
    _check_stands(row)
    problems: dict[str, list[str]] = {}
    if status not in SeenStatus.values:
        problems["status"] = ["Choose what the register showed."]
    if on > timezone.localdate():
        problems["on"] = ["The day lies in the future."]
    if since is not None and since > on:
        problems["since"] = ["The registration cannot begin after the day on which you saw it."]
    if problems:
        raise Invalid(problems)
    check = RegistrationCheck.objects.create(
        registration=row, on=on, status=status, by=by.full_name, by_user=by, note=note.strip()
    )
    newest = row.checks.order_by("-on", "-created_at").first() or check
    row.status = SHOWN_AS[SeenStatus(newest.status)]
    row.seen_on, row.seen_by, row.since = newest.on, newest.by, since or row.since
    row.save(update_fields=["status", "seen_on", "seen_by", "since"])
    audit.record(
        "student.registration_checked", by=by, obj=student,
        payload={"registration": row.pk, "body": row.body, "status": status, "on": on},
    )  # fmt: skip
    return check


@transaction.atomic
def add_file(*, by: User, experience_id: UUID, title: str, kept: Kept) -> ExperienceFile:
    """Keeps a checked file (`accreditation.services.evidence.keep_file`) behind experience, as F1, F2 … of the applicant.

    Raises `NotAllowed`, `NotNow`, `Invalid`: the same bytes again, or too many files.
    """
    experience = Experience.whole.select_for_update().get(pk=experience_id)
    student = locked(experience.student_id)
    check_application(by, student)
    _check_stands(experience)
    if same := student.files.filter(sha256=kept.sha256).first():
        raise Invalid({"file": [f"This file is here already: {same} “{same.title}”."]})
    if student.files.count() >= MOST_FILES:
        raise Invalid({"file": [f"An application can hold {MOST_FILES} files."]})
    number = int(student.files.aggregate(last=Max("number"))["last"] or 0) + 1
    made = ExperienceFile.objects.create(
        student=student, experience=experience, number=number, title=" ".join(title.split()) or kept.name,
        name=kept.name, sha256=kept.sha256, size=kept.size, media_type=kept.media_type, uploaded_by=by,
    )  # fmt: skip
    experience.evidence = [*experience.evidence, str(made)]
    experience.save(update_fields=["evidence"])
    audit.record("student.file_added", by=by, obj=student, payload={"number": number, "sha256": kept.sha256})
    return made


@transaction.atomic
def note_file_read(*, by: User, file: ExperienceFile) -> None:
    """Records that somebody was given a file of an application."""
    audit.record(
        "student.file_read", by=by, obj=file.student, payload={"number": file.number, "sha256": file.sha256}
    )


@transaction.atomic
def take_back_application_entry(*, by: User, kind: str, row_id: UUID, reason: str) -> None:
    """A registration or experience that was entered wrongly stands no longer; it stays readable with the reason.

    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    row: Registration | Experience = (
        Registration.whole.select_for_update().get(pk=row_id)
        if kind == "registration"
        else Experience.whole.select_for_update().get(pk=row_id)
    )
    student = locked(row.student_id)
    check_application(by, student)
    take_back(row, by=by, reason=reason)
    audit.record("student.entry_taken_back", by=by, obj=student, payload={"kind": kind, "row": row.pk})


def take_back(row: Entry, *, by: User, reason: str) -> None:
    """Marks a locked entry as wrong, with the reason. The caller has asked for permission and writes the audit event.

    Raises `NotNow` where that was done already, `Invalid` without a reason.
    """
    _check_stands(row)
    if not reason.strip():
        raise Invalid({"reason": ["Say what was wrong. The entry and your reason are kept."]})
    if len(reason) > 300:
        raise Invalid({"reason": ["The reason must be 300 characters or fewer."]})
    values: dict[str, Any] = {
        "taken_back_at": timezone.now(), "taken_back_by": by, "taken_back_reason": " ".join(reason.split()),
    }  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _check_stands(row: Entry) -> None:
    if row.taken_back_at is not None:
        raise NotNow("This entry was taken back meanwhile. Open the page again. Nothing was changed.")
