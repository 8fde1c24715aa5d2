"""Coming onto the register and leaving it, and the mentor's consent: each with its day, and since when it is known."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from mentors.forms.register import ConsentForm, LeaveForm, ReturnForm, WithdrawForm
from mentors.services import listing
from mentors.views.pages import either, form_page, person
from mentors.views.writing import crumbs_to, editable, page_of


@require_POST
def mentor_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An officer takes a proposed mentor on the register."""
    mentor = editable(request, pk)
    listing.accept_mentor(by=person(request), mentor_id=mentor.pk)
    messages.success(request, f"{mentor.full_name} is on the register.")
    return redirect(page_of(mentor))


@either
def mentor_leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mentor leaves the register."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        listing.remove_mentor(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    lead = "The rows stay, because scans of the past rest on them. Nobody can be placed with this mentor any more."
    return form_page(
        request, LeaveForm(request.POST or None), save, title="Leave the register", crumbs=crumbs_to(mentor),
        caption=mentor.full_name, lead=lead, label="Has left the register",
    )  # fmt: skip


@either
def mentor_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mentor who had left is on the register again."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        listing.take_back(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    return form_page(
        request, ReturnForm(request.POST or None), save, title="Return to the register", crumbs=crumbs_to(mentor),
        caption=mentor.full_name, label="Is on the register again",
    )  # fmt: skip


@either
def mentor_consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A consent is recorded."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        listing.give_consent(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    return form_page(
        request, ConsentForm(request.POST or None), save, title="Record a consent", crumbs=crumbs_to(mentor),
        caption=mentor.full_name,
    )  # fmt: skip


@either
def mentor_consent_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A consent was withdrawn."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        listing.withdraw_consent(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    lead = "This does not take the mentor off the register: decide with them whether they leave it."
    return form_page(
        request, WithdrawForm(request.POST or None), save, title="Consent withdrawn", crumbs=crumbs_to(mentor),
        caption=mentor.full_name, lead=lead,
    )  # fmt: skip
