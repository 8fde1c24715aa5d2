"""Competency assessments after their entry: signed off by the assessor, or taken back where the entry was wrong (PS2.6)."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from portfolios.models import CompetencyAssessment
from portfolios.permissions import check_assess
from portfolios.services.applications import take_back
from portfolios.services.portfolios import locked


@transaction.atomic
def sign_assessment(*, by: User, assessment_id: UUID, on: date | None = None) -> CompetencyAssessment:
    """Signs an attempt off: the mentor who assessed it, today; or the course's team, with the day on the assessor's form.

    Raises `NotAllowed`; `NotNow` where it is signed off or was taken back; `Invalid`.
    """
    attempt = _locked(assessment_id)
    portfolio = locked(attempt.portfolio_id)
    check_assess(by, portfolio, attempt.assessor_mentor)
    if attempt.taken_back_at is not None or attempt.signed_on is not None:
        raise NotNow("This assessment was signed off or taken back meanwhile. Nothing was changed.")
    today = timezone.localdate()
    own = attempt.assessor_mentor is not None and attempt.assessor_mentor.user_id == by.pk
    day = today if own else on or today
    if not attempt.on <= day <= today:
        said = "The sign-off lies on or after the day of the assessment, and not in the future."
        raise Invalid({"signed_on": [said]})
    attempt.signed_on, attempt.signed_by = day, by if own else None
    attempt.save(update_fields=["signed_on", "signed_by"])
    audit.record(
        "assessment.signed", by=by, obj=attempt,
        payload={"portfolio": portfolio.pk, "number": attempt.number, "on": day, "by_assessor": own},
    )  # fmt: skip
    return attempt


@transaction.atomic
def take_back_assessment(*, by: User, assessment_id: UUID, reason: str) -> None:
    """An attempt that was entered wrongly stands no longer; it stays readable, with the reason.

    The course's team may, and the mentor whose own assessment it is. Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    attempt = _locked(assessment_id)
    portfolio = locked(attempt.portfolio_id)
    check_assess(by, portfolio, attempt.assessor_mentor)
    take_back(attempt, by=by, reason=reason)
    audit.record(
        "assessment.taken_back", by=by, obj=attempt,
        payload={"portfolio": portfolio.pk, "number": attempt.number, "kind": attempt.kind},
    )  # fmt: skip


def _locked(assessment_id: UUID) -> CompetencyAssessment:
    rows = CompetencyAssessment.whole.select_for_update(of=("self",)).select_related("assessor_mentor")
    return rows.get(pk=assessment_id)
