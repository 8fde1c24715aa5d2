"""Where an applicant or student stands: refused, studies interrupted, back again, withdrawn. Dated, with a reason, kept."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from accreditation.rules.dates import spoken
from portfolios.enums import StudentState
from portfolios.models import Move, Student
from portfolios.permissions import check_for_student
from portfolios.services import telling_applicants as telling
from portfolios.services.admissions import locked

APPLICANT, ENROLLED = StudentState.APPLICANT, StudentState.ENROLLED
REFUSED, INTERRUPTED, WITHDRAWN = StudentState.REFUSED, StudentState.INTERRUPTED, StudentState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Kind:
    """One move: its words on a button, the states from which it leads, and the state to which."""

    label: str
    origins: tuple[str, ...]
    to: str
    enrolled: bool | None = None  # whether the person must have been enrolled at some time; None: either


KINDS: dict[str, Kind] = {
    "refuse": Kind("Refuse the application", (APPLICANT,), REFUSED),
    "interrupt": Kind("Interrupt the studies", (ENROLLED,), INTERRUPTED),
    "return": Kind("Return to the course", (INTERRUPTED,), ENROLLED),
    "withdraw": Kind("Withdraw", (APPLICANT, ENROLLED, INTERRUPTED), WITHDRAWN),
    "reopen": Kind("Open the application again", (REFUSED, WITHDRAWN), APPLICANT, enrolled=False),
    "readmit": Kind("Readmit to the course", (WITHDRAWN,), ENROLLED, enrolled=True),
}


def open_moves(student: Student) -> list[tuple[str, str]]:
    """The moves that the present state allows: (code, words)."""
    return [(code, kind.label) for code, kind in KINDS.items() if _fits(kind, student)]


def _fits(kind: Kind, student: Student) -> bool:
    once = student.enrolled_on is not None
    return student.state in kind.origins and kind.enrolled in (None, once)


@transaction.atomic
def move(
    *, by: User, student_id: UUID, kind: str, on: date, reason: str, expected_back: date | None = None
) -> Move:
    """Moves an applicant or student, from a day on, with the reason. The portfolio stays as it is, and readable.

    Raises `NotAllowed`; `NotNow` where the present state does not lead there; `Invalid`.
    """
    student = locked(student_id)
    check_for_student(by, student)
    chosen = KINDS.get(kind)
    if chosen is None or not _fits(chosen, student):
        raise NotNow(f"{student.full_name} is “{student.get_state_display()}”: this cannot be done now.")
    problems: dict[str, list[str]] = {}
    last = student.moves.order_by("-on", "-created_at").values_list("on", flat=True).first()
    first = last or student.enrolled_on or student.applied_on or date.min
    if on > timezone.localdate():
        problems["on"] = ["The day lies in the future: record it when it has come."]
    elif on < first:
        problems["on"] = [f"The day lies before {spoken(first)}, when the present state began."]
    if not reason.strip():
        problems["reason"] = ["Give the reason."]
    if expected_back is not None and expected_back <= on:
        problems["expected_back"] = ["The return lies after the first day of the interruption."]
    if problems:
        raise Invalid(problems)
    made = Move.objects.create(
        student=student, state=chosen.to, on=on, reason=" ".join(reason.split()), by=by.full_name, by_user=by,
        expected_back=expected_back if chosen.to == INTERRUPTED else None,
    )  # fmt: skip
    student.state = chosen.to
    student.version += 1
    student.save(update_fields=["state", "version", "updated_at"])
    audit.record("student.moved", by=by, obj=student, payload={"kind": kind, "to": chosen.to, "on": on})
    telling.moved(made, student)
    return made
