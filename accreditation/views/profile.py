"""The pages on which an assessor keeps their profile, days away and standing interests."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accreditation.forms.declarations import AbsenceForm, InterestForm, ProfileForm
from accreditation.models import AssessorProfile
from accreditation.services import profiles as service
from accreditation.views.asking import person
from accreditation.views.form_page import either, form_page

AUDIENCE = "You and CASE’s officers, who look at it when they put a panel together. No course sees it."


def _crumbs() -> list[dict[str, str]]:
    return [
        {"label": "Your reviews", "url": reverse("reviews")},
        {"label": "Your profile", "url": reverse("assessor_profile")},
    ]


@login_required
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """What the office sees of an assessor, to be kept by themselves."""
    user = person(request)
    context = {
        "profile": AssessorProfile.objects.filter(user=user).select_related("member_body").first(),
        "absences": user.absences.filter(until__gte=timezone.localdate()),
        "interests": user.interests.select_related("institution"),
        "audience": AUDIENCE,
    }
    return render(request, "reviews/profile.html", context)


@login_required
@either
def profile_edit(request: HttpRequest) -> HttpResponse:
    """Member body and expertise."""
    user = person(request)
    form = ProfileForm(request.POST or None, profile=AssessorProfile.objects.filter(user=user).first())

    def save(values: dict[str, Any]) -> str:
        service.save_profile(by=user, **values)
        return reverse("assessor_profile")

    return form_page(
        request, form, save, title="Member body and expertise", crumbs=_crumbs(), audience=AUDIENCE,
        template="form_page.html",
    )  # fmt: skip


@login_required
@either
def absence_add(request: HttpRequest) -> HttpResponse:
    """Days away."""
    user = person(request)

    def save(values: dict[str, Any]) -> str:
        service.add_absence(by=user, **values)
        return reverse("assessor_profile")

    return form_page(
        request, AbsenceForm(request.POST or None), save, title="Say when you are away", crumbs=_crumbs(),
        audience=AUDIENCE, template="form_page.html",
        lead="Officers see it before they ask you. No reason is needed.",
    )  # fmt: skip


@login_required
@require_POST
def absence_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes days away off the list."""
    user = person(request)
    get_object_or_404(user.absences, pk=pk)
    service.remove_absence(by=user, absence_id=pk)
    messages.success(request, "These days are off your list.")
    return redirect("assessor_profile")


@login_required
@either
def interest_add(request: HttpRequest) -> HttpResponse:
    """A standing interest."""
    user = person(request)

    def save(values: dict[str, Any]) -> str:
        service.add_interest(by=user, text=values.pop("words"), **values)
        return reverse("assessor_profile")

    return form_page(
        request, InterestForm(request.POST or None), save, title="Name an interest", crumbs=_crumbs(),
        audience=AUDIENCE, template="form_page.html",
        lead="It is shown to the office whenever a case of this institution is given out, and to you when you declare. "
        "It does not declare anything by itself.",
    )  # fmt: skip


@login_required
@require_POST
def interest_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes an interest off the list."""
    user = person(request)
    get_object_or_404(user.interests, pk=pk)
    service.remove_interest(by=user, interest_id=pk)
    messages.success(request, "This interest is off your list.")
    return redirect("assessor_profile")
