"""What officers add to the register: entries, qualifications and their corrections, remit, breaks, look-ups."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accreditation.exceptions import Invalid
from accreditation.forms import keys
from accreditation.forms.layout import show_problems
from mentors.forms.register import BreakForm, CheckForm, HelpedForm, MentorForm, QualificationForm, RemitForm
from mentors.models import Mentor, Qualification
from mentors.permissions import check_edit_register
from mentors.selectors import visible_mentors
from mentors.services import periods, qualifications, register
from mentors.views.reading import person

either = require_http_methods(["GET", "HEAD", "POST"])


def _form_page(
    request: HttpRequest,
    form: HelpedForm,
    save: Callable[[dict[str, Any]], str],
    *,
    title: str,
    mentor: Mentor | None,
    lead: str = "",
    said: str = "Saved.",
) -> HttpResponse:
    """One form: saves once per key and goes where `save` says. A refusal stands beside its field; what was typed stays."""
    user = person(request)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("form_key")
        if done := keys.result_of(key, user):
            return redirect(done)
        try:
            with transaction.atomic():
                if keys.claim(key, user):
                    keys.remember(key, save(values))
            messages.success(request, said)
            return redirect(keys.result_of(key, user))
        except Invalid as refusal:
            show_problems(form, refusal)
    crumbs = [{"label": "Mentor register", "url": reverse("mentors")}]
    if mentor is not None:
        crumbs.append({"label": mentor.full_name, "url": reverse("mentor", args=[mentor.pk])})
    crumbs.append({"label": title, "url": ""})
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "crumbs": crumbs,
        "mentor": mentor,
        "back": crumbs[-2]["url"],
    }
    return render(request, "mentors/form.html", context, status=422 if form.errors else 200)


def _editable(request: HttpRequest, pk: UUID) -> Mentor:
    found = get_object_or_404(visible_mentors(person(request)), pk=pk)
    check_edit_register(person(request), found)
    return found


def _page_of(mentor: Mentor) -> str:
    return reverse("mentor", args=[mentor.pk])


@either
def mentor_add(request: HttpRequest) -> HttpResponse:
    """A new entry."""

    def save(values: dict[str, Any]) -> str:
        return _page_of(register.add_mentor(by=person(request), **values))

    check_edit_register(person(request))
    form = MentorForm(request.POST or None)
    return _form_page(
        request, form, save, title="Add a mentor", mentor=None, said="The mentor is on the register."
    )


@either
def mentor_qualification_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An award or level is added."""
    mentor = _editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        qualifications.add_qualification(by=person(request), mentor_id=mentor.pk, **values)
        return _page_of(mentor)

    form = QualificationForm(request.POST or None)
    return _form_page(request, form, save, title="Add a qualification", mentor=mentor)


@either
def mentor_qualification_correct(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """What is known of a qualification is corrected; what was known before stays readable."""
    mentor = _editable(request, pk)
    old = get_object_or_404(Qualification, pk=row, mentor=mentor)

    def save(values: dict[str, Any]) -> str:
        qualifications.correct_qualification(by=person(request), qualification_id=old.pk, **values)
        return _page_of(mentor)

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
    mentor = _editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        periods.set_remit(by=person(request), mentor_id=mentor.pk, **values)
        return _page_of(mentor)

    now = mentor.remit_periods.filter(known_until__isnull=True, until__isnull=True).first()
    form = RemitForm(request.POST or None, initial={"regions": sorted(now.regions) if now else []})
    return _form_page(request, form, save, title="Set the remit", mentor=mentor)


@either
def mentor_break(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A break in practice."""
    mentor = _editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        periods.add_break(by=person(request), mentor_id=mentor.pk, **values)
        return _page_of(mentor)

    return _form_page(request, BreakForm(request.POST or None), save, title="Add a break", mentor=mentor)


@either
def mentor_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A look-up in the regulator's register."""
    mentor = _editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        register.record_check(by=person(request), mentor_id=mentor.pk, **values)
        return _page_of(mentor)

    lead = (
        "A number of the right form is not yet a check: look it up on the regulator’s public register first."
    )
    return _form_page(
        request, CheckForm(request.POST or None), save, title="Record a look-up", mentor=mentor, lead=lead
    )
