"""The rest of an entry: proposals, corrections, places of work, files and remarks."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accreditation import files
from accreditation.models import Course
from accreditation.roles import ASSESSOR, OFFICER
from accreditation.selectors import led_courses
from accreditation.services.evidence import keep_file
from accreditation.views.sending import send_blob
from mentors.forms.register import (
    BreakCorrection,
    ConsentCorrection,
    DocumentForm,
    EmploymentCorrection,
    EmploymentForm,
    EntryForm,
    ListingCorrection,
    ProposeForm,
    RemarkForm,
    RemitCorrection,
    SettleForm,
)
from mentors.models import Document, Qualification, Remark
from mentors.permissions import check_confirm, check_edit_register, is_self
from mentors.selectors import visible_mentors
from mentors.services import corrections, periods, qualifications, register, remarks
from mentors.services.reading import note_document
from mentors.views.pages import either, form_page, person
from mentors.views.writing import crumbs_to, editable, page_of

CORRECT: dict[str, tuple[str, Callable[..., forms.Form]]] = {
    "remit": ("Correct a remit", RemitCorrection),
    "break": ("Correct a break", BreakCorrection),
    "employment": ("Correct a place of work", EmploymentCorrection),
    "listing": ("Correct the days on the register", ListingCorrection),
    "consent": ("Correct a consent", ConsentCorrection),
}
KEPT = "What was known until now stays on record, with the day on which it was corrected."


@either
def mentor_propose(request: HttpRequest, course: UUID | None = None) -> HttpResponse:
    """A course's team proposes somebody for its own course; with several courses, the page asks for which."""
    user = person(request)
    mine = list(led_courses(user).distinct().order_by("title"))
    if not mine:
        raise Http404
    chosen = next((one for one in mine if one.pk == course), mine[0])
    form: forms.Form = ProposeForm(request.POST or None)
    if len(mine) > 1:
        form.fields["course"] = forms.ModelChoiceField(
            label="For which course?",
            queryset=Course.objects.filter(pk__in=[one.pk for one in mine]),
            initial=chosen,
        )
        form.order_fields(["course"])

    def save(values: dict[str, Any]) -> str:
        return page_of(register.propose_mentor(by=user, course=values.pop("course", chosen), **values))

    lead = "CASE’s officers look the person up, add qualifications and remit, and accept the proposal."
    return form_page(
        request, form, save, title="Propose a mentor", crumbs=crumbs_to(None), lead=lead,
        caption=chosen.title if len(mine) == 1 else "", label="Propose", said="The proposal was sent to CASE’s officers.",
    )  # fmt: skip


@either
def mentor_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name, address, regulator or number is corrected; how the entry read before is kept."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        register.correct_entry(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    initial = {name: getattr(mentor, name) for name in (*register.CONTACT, "version")}
    form = EntryForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form,
        save,
        title="Correct the entry",
        crumbs=crumbs_to(mentor),
        caption=mentor.full_name,
        lead=KEPT,
    )


@either
def mentor_employment_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A place of work is added."""
    mentor = editable(request, pk)

    def save(values: dict[str, Any]) -> str:
        periods.add_employment(by=person(request), mentor_id=mentor.pk, **values)
        return page_of(mentor)

    form = EmploymentForm(request.POST or None)
    return form_page(
        request, form, save, title="Add a place of work", crumbs=crumbs_to(mentor), caption=mentor.full_name
    )


@either
def mentor_period_correct(request: HttpRequest, pk: UUID, kind: str, row: UUID) -> HttpResponse:
    """A row with a period is corrected: it is closed, and one that replaces it is added."""
    mentor = editable(request, pk)
    if kind not in CORRECT:
        raise Http404
    title, form_class = CORRECT[kind]
    old = get_object_or_404(corrections.TABLES[kind], pk=row, mentor=mentor)

    def save(values: dict[str, Any]) -> str:
        corrections.correct_period(by=person(request), kind=kind, row_id=old.pk, **values)
        return page_of(mentor)

    initial = {name: getattr(old, name) for name in corrections.FIELDS[kind]}
    form = form_class(request.POST or None, initial=initial)
    return form_page(
        request, form, save, title=title, crumbs=crumbs_to(mentor), caption=mentor.full_name, lead=KEPT
    )


@either
def mentor_document_add(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A certificate or transcript is added to a qualification."""
    mentor = editable(request, pk)
    award = get_object_or_404(Qualification, pk=row, mentor=mentor)

    def save(values: dict[str, Any]) -> str:
        kept = keep_file(values["file"])
        qualifications.add_kept_document(
            by=person(request), qualification_id=award.pk, title=values["title"], kept=kept
        )
        return page_of(mentor)

    form = DocumentForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        save,
        title="Add a file",
        crumbs=crumbs_to(mentor),
        caption=f"{mentor.full_name}: {award}",
    )


@require_safe
def mentor_document(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """A file of the register, as a download; recorded."""
    user = person(request)
    mentor = get_object_or_404(visible_mentors(user), pk=pk)
    found = get_object_or_404(Document, mentor=mentor, number=number)
    if not (user.has_role(OFFICER, ASSESSOR) or is_self(user, mentor)):
        raise Http404
    note_document(by=user, document=found)
    try:
        return send_blob(found.sha256, name=found.name, media_type=found.media_type, size=found.size)
    except files.BlobMissing:
        raise Http404 from None


@either
def mentor_remark(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The mentor says that something in their own entry is not right."""
    own = get_object_or_404(visible_mentors(person(request)), pk=pk)
    check_confirm(person(request), own)

    def save(values: dict[str, Any]) -> str:
        remarks.remark(by=person(request), mentor_id=own.pk, **values)
        return page_of(own)

    return form_page(
        request, RemarkForm(request.POST or None), save, title="Something is not right", label="Send",
        crumbs=[{"label": "Your entry", "url": page_of(own)}], said="Your remark was sent to the CASE office.",
    )  # fmt: skip


@either
def mentor_remark_settle(request: HttpRequest, remark: UUID) -> HttpResponse:
    """An officer says what was done about a remark."""
    row = get_object_or_404(Remark.objects.select_related("mentor"), pk=remark)
    check_edit_register(person(request), row.mentor)

    def save(values: dict[str, Any]) -> str:
        remarks.settle_remark(by=person(request), remark_id=row.pk, **values)
        return reverse("mentor_office")

    crumbs = [{"label": "To look at", "url": reverse("mentor_office")}]
    return form_page(
        request, SettleForm(request.POST or None), save, title="Settle the remark", crumbs=crumbs,
        caption=row.mentor.full_name, lead=f"“{row.text}”", label="Settled",
    )  # fmt: skip
