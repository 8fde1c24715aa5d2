"""What a student achieved: competency assessments (PS2.6), results in modules (PS5.3), awards (PS4.1)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import Module, User
from accreditation.rules import regions as parts
from mentors.models import Mentor
from portfolios.enums import AssessmentKind, AssessmentOutcome, AwardKind, ResultOutcome, StudentState
from portfolios.models import CompetencyAssessment, Portfolio, Result, Scan, StudentAward
from portfolios.permissions import check_assess, check_for_student
from portfolios.plain_words import identifier_problems
from portfolios.services.admissions import locked as locked_student
from portfolios.services.portfolios import locked

COUNTS = "This counts as an unseen patient examination for {region}."
DOES_NOT_COUNT = "This is kept, and does not count towards the unseen patient examinations of the remit."


@transaction.atomic
def record_assessment(
    *,
    by: User,
    portfolio_id: UUID,
    kind: str,
    on: date,
    regions: Sequence[str],
    outcome: str,
    assessor_mentor: Mentor | None = None,
    assessor_name: str = "",
    signed_on: date | None = None,
    case: str = "",
    comment: str = "",
    identifier_reason: str = "",
) -> CompetencyAssessment:
    """Records one attempt; every attempt is kept. The first region of `regions` is the one an examination counts for.

    The course's team records; a mentor of the student's team, what they themselves assessed; never the student. Raises
    `NotAllowed`, `Invalid`: no assessor, the student as assessor, a case number that stands in the student's own log (that
    patient was not unseen), words that may say who the patient is.
    """
    portfolio = locked(portfolio_id)
    check_assess(by, portfolio, assessor_mentor)
    today = timezone.localdate()
    problems: dict[str, list[str]] = {}
    if kind not in AssessmentKind.values:
        problems["kind"] = ["Choose the kind of assessment."]
    if outcome not in AssessmentOutcome.values:
        problems["outcome"] = ["Choose passed or failed."]
    if not regions or not set(regions) <= parts.BITS.keys():
        problems["regions"] = ["Choose at least one region."]
    if on > today:
        problems["on"] = ["The day lies in the future."]
    if signed_on is not None and not on <= signed_on <= today:
        problems["signed_on"] = [
            "The sign-off lies on or after the day of the assessment, and not in the future."
        ]
    if assessor_mentor is None and not assessor_name.strip():
        problems["assessor"] = ["Name the assessor."]
    student = portfolio.student
    if (assessor_mentor and assessor_mentor.user_id and assessor_mentor.user_id == student.user_id) or (
        assessor_name and assessor_name in (student.full_name, student.code)
    ):
        problems["assessor"] = ["Nobody assesses themselves."]
    if (
        kind == AssessmentKind.UNSEEN_PATIENT
        and case
        and Scan.objects.filter(portfolio=portfolio, case=case).exists()
    ):
        problems["case"] = ["This case number stands in the student's own log: that patient was not unseen."]
    for name, sentences in identifier_problems({"case": case, "comment": comment}, identifier_reason).items():
        problems.setdefault(name, []).extend(sentences)
    if problems:
        raise Invalid(problems)
    whole = CompetencyAssessment.whole.filter(
        portfolio=portfolio
    )  # a number that was taken back is not given again
    number = int(whole.aggregate(last=Max("number"))["last"] or 0) + 1
    own = assessor_mentor is not None and assessor_mentor.user_id == by.pk
    attempt = CompetencyAssessment.objects.create(
        portfolio=portfolio, number=number, kind=kind, on=on, regions=frozenset(regions), first_region=regions[0],
        outcome=outcome, assessor_mentor=assessor_mentor, assessor_name=assessor_name, signed_on=signed_on, case=case,
        comment=comment, identifier_reason=identifier_reason.strip(), signed_by=by if own and signed_on else None,
    )  # fmt: skip
    audit.record(
        "assessment.recorded", by=by, obj=attempt,
        payload={"portfolio": portfolio.pk, "kind": kind, "outcome": outcome, "regions": list(regions), "on": on},
    )  # fmt: skip
    return attempt


def what_counts(attempt: CompetencyAssessment) -> str:
    """What an attempt counts for, said at entry (PS2.6)."""
    if attempt.kind != AssessmentKind.UNSEEN_PATIENT:
        return f"{DOES_NOT_COUNT} Only an examination of a patient not seen before does."
    if attempt.outcome != AssessmentOutcome.PASS:
        return f"{DOES_NOT_COUNT} It was not passed; a later pass counts."
    if not attempt.signed_on:
        return f"{DOES_NOT_COUNT} It counts from the day on which the assessor signs it off."
    if not attempt.case:
        return f"{DOES_NOT_COUNT} Without a case number nobody can see that the patient is not in the student’s own log."
    counts = COUNTS.format(region=parts.LABELS[attempt.first_region])
    others = parts.spoken(parts.mask(attempt.regions - {attempt.first_region}))
    return counts if len(attempt.regions) < 2 else f"{counts} For {others} CASE’s assessors decide."


@transaction.atomic
def record_results(
    *, by: User, student_id: UUID, results: Mapping[Module, str], on: date | None = None
) -> list[Result]:
    """Records results in modules of the course, one event. Raises `NotAllowed`, `NotNow` for one given before, `Invalid`."""
    student = locked_student(student_id)
    check_for_student(by, student)
    if any(outcome not in ResultOutcome.values for outcome in results.values()):
        raise Invalid({"outcome": ["Choose the result from the list."]})
    if on is not None and on > timezone.localdate():
        raise Invalid({"on": ["The day lies in the future."]})
    if any(module.course_id != student.course_id for module in results):
        raise Invalid({"module": ["This module belongs to another course."]})
    if student.results.filter(module__in=list(results)).exists():
        raise NotNow("A result in one of these modules is recorded already.")
    made = Result.objects.bulk_create(
        Result(student=student, module=module, outcome=outcome, on=on) for module, outcome in results.items()
    )
    audit.record(
        "student.results",
        by=by,
        obj=student,
        payload={module.code: outcome for module, outcome in results.items()},
    )
    return made


@transaction.atomic
def record_award(
    *,
    by: User,
    student_id: UUID,
    kind: str,
    ratified_on: date | None,
    regions: Collection[str] = (),
    published_on: date | None = None,
    conferred_on: date | None = None,
) -> StudentAward:
    """Records an award with its three dates; only ratification releases from supervision. A final one completes the course.

    Raises `NotAllowed`, `NotNow` for a second final award, `Invalid`: an interim award that names no region, a ratification
    in the future.
    """
    student = locked_student(student_id)
    check_for_student(by, student)
    problems: dict[str, list[str]] = {}
    if kind not in AwardKind.values:
        problems["kind"] = ["Choose interim or final."]
    if kind == AwardKind.INTERIM and not regions:
        problems["regions"] = ["An interim award names the regions that it covers."]
    if not set(regions) <= parts.BITS.keys():
        problems["regions"] = ["Choose regions from the list."]
    if ratified_on is not None and ratified_on > timezone.localdate():
        problems["ratified_on"] = ["The day lies in the future: an award releases when it has been ratified."]
    if problems:
        raise Invalid(problems)
    if kind == AwardKind.FINAL and student.awards.filter(kind=AwardKind.FINAL).exists():
        raise NotNow("The final award is recorded already.")
    award = StudentAward.objects.create(
        student=student, kind=kind, ratified_on=ratified_on, regions=frozenset(regions), published_on=published_on,
        conferred_on=conferred_on,
    )  # fmt: skip
    if kind == AwardKind.FINAL and ratified_on is not None:
        student.state = StudentState.COMPLETED
        student.version += 1
        student.save(update_fields=["state", "version", "updated_at"])
    payload: dict[str, Any] = {"kind": kind, "ratified_on": ratified_on, "regions": sorted(regions)}
    audit.record("student.awarded", by=by, obj=student, payload=payload)
    return award


@transaction.atomic
def set_hours(*, by: User, portfolio_id: UUID, hours: float) -> Portfolio:
    """Keeps the total of scan hours where minutes are not kept by scan (PS2.5). Raises `NotAllowed`, `Invalid`."""
    portfolio = locked(portfolio_id)
    check_for_student(by, portfolio.student)
    if not 0 < hours < 100_000:
        raise Invalid({"hours": ["Enter the hours as a number above nought."]})
    Portfolio.objects.filter(pk=portfolio.pk).update(hours=hours)
    audit.record("portfolio.hours_set", by=by, obj=portfolio, payload={"hours": hours})
    return portfolio
