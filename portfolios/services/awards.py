"""Awards as their dates come: ratified, published, conferred. Only the first ends the duty of supervision (PS4.1)."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from portfolios.enums import AwardKind, StudentState
from portfolios.models import Student, StudentAward
from portfolios.permissions import check_for_student
from portfolios.services import outcomes
from portfolios.services.admissions import locked
from portfolios.services.applications import take_back

DATES = ("ratified_on", "published_on", "conferred_on")


@transaction.atomic
def add_dates(
    *,
    by: User,
    award_id: UUID,
    ratified_on: date | None = None,
    published_on: date | None = None,
    conferred_on: date | None = None,
) -> StudentAward:
    """Fills in dates of an award that were not known yet; one that stands is changed by a correction only.

    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    award = StudentAward.whole.select_for_update().get(pk=award_id)
    student = locked(award.student_id)
    check_for_student(by, student)
    if award.taken_back_at is not None:
        raise NotNow("This award was corrected meanwhile. Open the page again. Nothing was changed.")
    given = {
        name: day
        for name, day in zip(DATES, (ratified_on, published_on, conferred_on), strict=True)
        if day is not None
    }
    problems: dict[str, list[str]] = {
        name: ["This date stands already. To change it, correct the award and say why."]
        for name, day in given.items()
        if getattr(award, name) not in (None, day)
    }
    if ratified_on is not None and ratified_on > timezone.localdate():
        problems["ratified_on"] = ["The day lies in the future: an award releases when it has been ratified."]
    if not given:
        problems[""] = ["Enter at least one date."]
    if problems:
        raise Invalid(problems)
    for name, day in given.items():
        setattr(award, name, day)
    award.save(update_fields=list(given))
    _complete(student)
    audit.record("student.award_dated", by=by, obj=student, payload={"award": award.pk, **given})
    return award


@transaction.atomic
def correct_award(
    *,
    by: User,
    award_id: UUID,
    reason: str,
    withdrawn: bool = False,
    ratified_on: date | None = None,
    published_on: date | None = None,
    conferred_on: date | None = None,
    regions: Collection[str] = (),
) -> StudentAward | None:
    """Takes a wrong award back, with the reason, and enters the right one (`withdrawn`: there was none).

    Where no ratified final award stands afterwards, the student is enrolled again. Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    old = StudentAward.whole.select_for_update().get(pk=award_id)
    student = locked(old.student_id)
    check_for_student(by, student)
    take_back(old, by=by, reason=reason)
    payload: dict[str, Any] = {"award": old.pk, "kind": old.kind, "was": old.ratified_on, "is": ratified_on}
    audit.record("student.award_corrected", by=by, obj=student, payload=payload | {"withdrawn": withdrawn})
    new = None
    if not withdrawn:
        new = outcomes.record_award(
            by=by, student_id=student.pk, kind=old.kind, ratified_on=ratified_on, regions=regions,
            published_on=published_on, conferred_on=conferred_on,
        )  # fmt: skip
        student.refresh_from_db()
    _complete(student)
    return new


def _complete(student: Student) -> None:
    """A ratified final award completes the course; without one, whoever had completed it is enrolled again."""
    final = student.awards.filter(kind=AwardKind.FINAL, ratified_on__isnull=False).exists()
    if final and student.state in (StudentState.ENROLLED, StudentState.INTERRUPTED):
        student.state = StudentState.COMPLETED
    elif not final and student.state == StudentState.COMPLETED:
        student.state = StudentState.ENROLLED
    else:
        return
    student.version += 1
    student.save(update_fields=["state", "version", "updated_at"])
