"""Shortage exceptions: the list with its counts, one exception, its claim and its decision."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accreditation.permissions import refusal
from accreditation.roles import OFFICER
from accreditation.selectors import led_courses
from mentors.forms.asked import AskForm
from mentors.forms.shortages import ClaimForm, DecideForm, EndForm
from mentors.models import Shortage
from mentors.permissions import check_claim_shortage, check_decide_shortage
from mentors.presenters.shortages import by_area, held, listed
from mentors.selectors import known_shortages
from mentors.services import shortages as services
from mentors.views.pages import either, form_page, person

HOME = "Shortages of mentors"


@require_safe
def shortages(request: HttpRequest) -> HttpResponse:
    """All exceptions that a person may see, counted by area."""
    user = person(request)
    form = AskForm(request.GET)
    rows = list(known_shortages(user, form.known_on).order_by("-since", "course__title"))
    lines = listed(rows, form.day, form.known_on)
    mine = [one for one in led_courses(user).distinct() if refusal(check_claim_shortage, user, one) is None]
    context = {
        "form": form,
        "lines": lines,
        "counts": by_area(lines),
        "is_office": user.has_role(OFFICER),
        "courses": mine,
    }
    return render(request, "mentors/shortages.html", context)


@require_safe
def shortage(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One exception: what was claimed and decided, whether it holds on a day, and which scans rely on it."""
    user = person(request)
    form = AskForm(request.GET)
    found = get_object_or_404(known_shortages(user, form.known_on), pk=pk)
    context = {
        "shortage": found,
        "form": form,
        "held": held(found, on=form.day, known_on=form.known_on, seen_by=user),
        "is_today": form.day == timezone.localdate(),
        "crumbs": [{"label": HOME, "url": reverse("shortages")}, {"label": found.name, "url": ""}],
        "may_decide": refusal(check_decide_shortage, user, found.course) is None,
        "is_office": user.has_role(OFFICER),
    }
    return render(request, "mentors/shortage.html", context)


@either
def shortage_claim(request: HttpRequest, course: UUID) -> HttpResponse:
    """A leader of the course claims that mentors are short."""
    user = person(request)
    claimed = get_object_or_404(led_courses(user).distinct(), pk=course)
    check_claim_shortage(user, claimed)

    def save(values: dict[str, Any]) -> str:
        row = services.claim_shortage(by=user, course=claimed, **values)
        return reverse("shortage", args=[row.pk])

    lead = (
        "A mentor with one year but not two can supervise by exception where a shortage was accepted and another "
        "member of the student’s team has reached two years (position statement 4)."
    )
    return form_page(
        request,
        ClaimForm(request.POST or None, course=claimed),
        save,
        title="Claim a shortage of mentors",
        caption=claimed.title,
        lead=lead,
        crumbs=[{"label": HOME, "url": reverse("shortages")}],
        label="Send the claim",
        said="The claim was sent. A CASE officer decides it.",
    )


def _of(request: HttpRequest, pk: UUID) -> Shortage:
    user = person(request)
    found = get_object_or_404(known_shortages(user, timezone.localdate()), pk=pk)
    check_decide_shortage(user, found.course)
    return found


@either
def shortage_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An officer accepts or refuses the claim for a period, with the reason."""
    found = _of(request, pk)

    def save(values: dict[str, Any]) -> str:
        services.decide_shortage(by=person(request), shortage_id=found.pk, **values)
        return reverse("shortage", args=[found.pk])

    return form_page(
        request,
        DecideForm(request.POST or None, initial={"until": found.until}),
        save,
        title="Decide the claim",
        caption=str(found.course),
        lead="Your name stands on the exception, and in every finding that rests on it.",
        crumbs=_crumbs(found),
        label="Record the decision",
        said="The decision is recorded.",
    )


@either
def shortage_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An officer ends an exception early."""
    found = _of(request, pk)

    def save(values: dict[str, Any]) -> str:
        services.end_shortage(by=person(request), shortage_id=found.pk, **values)
        return reverse("shortage", args=[found.pk])

    return form_page(
        request,
        EndForm(request.POST or None),
        save,
        title="End the exception",
        caption=str(found.course),
        lead="Scans up to the last day keep the exception; later ones cannot use it.",
        crumbs=_crumbs(found),
        label="End it",
        said="The exception ends on that day.",
    )


def _crumbs(found: Shortage) -> list[dict[str, str]]:
    return [
        {"label": HOME, "url": reverse("shortages")},
        {"label": found.name, "url": reverse("shortage", args=[found.pk])},
    ]
