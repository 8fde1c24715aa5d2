"""What officers add to the register: entries, qualifications and their corrections, remit, breaks, look-ups."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from mentors.forms.register import BreakForm, CheckForm, MentorForm, QualificationForm, RemitForm
from mentors.models import Mentor, Qualification
from mentors.permissions import check_edit_register
from mentors.selectors import visible_mentors
from mentors.services import periods, qualifications, register
from mentors.views.pages import either, form_page, person


def crumbs_to(mentor: Mentor | None) -> list[dict[str, str]]:
    """The way to a form: the register, and the mentor's page."""
    crumbs = [{"label": "Mentor register", "url": reverse("mentors")}]
    if mentor is not None:
        crumbs.append({"label": mentor.full_name, "url": page_of(mentor)})
    return crumbs


def _form_page(
    request: HttpRequest,
    form: forms.Form,
    save: Any,
    *,
    title: str,
    mentor: Mentor | None,
    lead: str = "",
    said: str = "Saved.",
) -> HttpResponse:
    caption = mentor.full_name if mentor else ""
    return form_page(
        request, form, save, title=title, crumbs=crumbs_to(mentor), caption=caption, lead=lead, said=said
    )


def editable(request: HttpRequest, pk: UUID) -> Mentor:
    """The entry, for an officer who may change it."""
    found = get_object_or_404(visible_mentors(person(request)), pk=pk)
    check_edit_register(person(request), found)
    return found


def page_of(mentor: Mentor) -> str:
    """The address of a mentor's page."""
    return reverse("mentor", args=[mentor.pk])


@either
def mentor_add(request: HttpRequest) -> HttpResponse:
    """A new entry."""

    def save(values: dict[str, Any]) -> str:
        return page_of(register.add_mentor(by=person(request), **values))

    check_edit_register(person(request))
    form = MentorForm(request.POST or None)
    return _form_page(
        request, form, save, title="Add a mentor", mentor=None, said="The mentor is on the register."
    )


@either
def mentor_qualification_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An award or level is added."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        qualifications.add_qualification(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    form = QualificationForm(request.POST or None)
    return _form_page(request, form, save, title="Add a qualification", mentor=mentor)


@either
def mentor_qualification_correct(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """What is known of a qualification is corrected; what was known before stays readable."""
    mentor = editable(request, pk)
    old = get_object_or_404(Qualification, pk=row, mentor=mentor)

    def save(values: dict[str, Any]) -> str:
        qualifications.correct_qualification(by=person(request), qualification_id=old.pk, **values)
        return page_of(mentor)

    form = QualificationForm(
        request.POST or None, initial={name: getattr(old, name) for name in qualifications.FIELDS}
    )
    lead = (
        "What was known until now stays on record, with the day on which it was corrected. "
        "Decisions made before keep what was known then."
    )
    return _form_page(request, form, save, title="Correct a qualification", mentor=mentor, lead=lead)


@either
def mentor_remit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A remit from a day on."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        periods.set_remit(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    now = mentor.remit_periods.filter(known_until__isnull=True, until__isnull=True).first()
    form = RemitForm(request.POST or None, initial={"regions": sorted(now.regions) if now else []})
    return _form_page(request, form, save, title="Set the remit", mentor=mentor)


@either
def mentor_break(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A break in practice."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        periods.add_break(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    return _form_page(request, BreakForm(request.POST or None), save, title="Add a break", mentor=mentor)


@either
def mentor_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A look-up in the regulator's register."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        register.record_check(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    lead = (
        "A number of the right form is not yet a check: look it up on the regulator’s public register first."
    )
    return _form_page(
        request, CheckForm(request.POST or None), save, title="Record a look-up", mentor=mentor, lead=lead
    )
