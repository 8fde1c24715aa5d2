"""Competency assessments: entered by the course's team or by the mentor who assessed, signed off, taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accreditation.permissions import is_on_team
from accreditation.rules import regions
from accreditation.rules.dates import spoken
from mentors.models import Mentor
from mentors.selectors import placed_mentors
from portfolios.forms.applicants import TakeBackForm
from portfolios.forms.assessments import AssessmentForm, SignOffForm
from portfolios.models import CompetencyAssessment, Portfolio
from portfolios.permissions import check_assess, in_team, may_assess
from portfolios.selectors import current_team, named_portfolios
from portfolios.services import assessments, outcomes
from portfolios.views.formpage import either, form_page
from portfolios.views.student import person

AUDIENCE = "The student, their mentors and the course team; the course’s assessors without the name"


def _portfolio(request: HttpRequest, pk: UUID) -> Portfolio:
    return get_object_or_404(named_portfolios(person(request)), pk=pk)


def _crumbs(found: Portfolio) -> list[dict[str, str]]:
    return [{"label": found.student.full_name, "url": reverse("portfolio", args=[found.pk])}]


@either
def assessment_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One attempt. The page says before it is sent what counts, and after it what this one counts for."""
    found = _portfolio(request, pk)
    if not may_assess(person(request), found):
        raise Http404
    team = is_on_team(person(request), found.student.course) and found.student.user_id != person(request).pk
    own = None if team else in_team(person(request), found)
    of_team = current_team().filter(student=found.pk).values("mentor")
    placed = placed_mentors(found.student.course_id).values("pk")
    mentors = Mentor.objects.filter(Q(pk__in=of_team) | Q(pk__in=placed))
    form = AssessmentForm(request.POST or None, mentors=mentors, own=own is not None)

    def save(values: dict[str, Any]) -> str:
        entry = form.entry()
        if own is not None:
            entry |= {"assessor_mentor": own, "signed_on": timezone.localdate()}
        else:
            entry |= {"assessor_mentor": values["assessor_mentor"], "assessor_name": values["assessor_name"]}
        attempt = outcomes.record_assessment(by=person(request), portfolio_id=found.pk, **entry)
        messages.info(request, outcomes.what_counts(attempt))
        return f"{reverse('portfolio', args=[found.pk])}#assessments"

    boxes = {str(box.data["value"]): str(box.data["attrs"]["id"]) for box in form["regions"].subwidgets}
    places = [{"code": code.replace("_", "-"), "box": boxes[code]} for code in regions.REGIONS]
    return form_page(
        request, form, save, title="Competency assessment", crumbs=_crumbs(found), caption=found.student.full_name,
        audience=AUDIENCE, label="Enter and sign off" if own else "Enter", said="The assessment is entered.",
        lead="Every attempt is kept, passed or failed.", template="portfolios/assessment.html",
        more={"map": places, "own": own},
    )  # fmt: skip


@either
def assessment_sign(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The mentor who assessed signs off, today; or the course's team copies the day from the assessor's form."""
    found = _portfolio(request, pk)
    attempt = _attempt(found, number)
    check_assess(person(request), found, attempt.assessor_mentor)
    own = attempt.assessor_mentor is not None and attempt.assessor_mentor.user_id == person(request).pk

    def save(values: dict[str, Any]) -> str:
        signed = assessments.sign_assessment(
            by=person(request), assessment_id=attempt.pk, on=values.get("signed_on")
        )
        messages.info(request, outcomes.what_counts(signed))
        return f"{reverse('portfolio', args=[found.pk])}#assessments"

    lead = "You confirm that you assessed this yourself, and that the outcome is as entered."
    return form_page(
        request, SignOffForm(request.POST or None, own=own), save, title="Sign off", crumbs=_crumbs(found),
        caption=_called(found, attempt), audience=AUDIENCE, label="Sign off", said="Signed off.",
        lead=lead if own else "Copy the day from the assessor’s own signed form, and keep that form.",
    )  # fmt: skip


def _attempt(found: Portfolio, number: int) -> CompetencyAssessment:
    rows = CompetencyAssessment.objects.select_related("assessor_mentor")
    return get_object_or_404(rows, portfolio=found, number=number)


def _called(found: Portfolio, attempt: CompetencyAssessment) -> str:
    outcome = attempt.get_outcome_display().lower()
    return f"{found.student.full_name}: {attempt.get_kind_display()}, {spoken(attempt.on)}, {outcome}"


@either
def assessment_take_back(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """An attempt that was entered wrongly: it no longer counts, and stays readable with the reason."""
    found = _portfolio(request, pk)
    attempt = _attempt(found, number)
    check_assess(person(request), found, attempt.assessor_mentor)

    def save(values: dict[str, Any]) -> str:
        assessments.take_back_assessment(by=person(request), assessment_id=attempt.pk, **values)
        return f"{reverse('portfolio', args=[found.pk])}#assessments"

    return form_page(
        request, TakeBackForm(request.POST or None), save, title="This assessment is wrong", crumbs=_crumbs(found),
        caption=_called(found, attempt),
        audience=AUDIENCE, label="Take it back", said="The assessment was taken back.",
        lead="It no longer counts, and stays readable with your reason. A failed attempt is not wrong: it stays.",
    )  # fmt: skip
