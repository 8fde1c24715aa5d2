"""One applicant or student as the course knows them, and as they see it themselves: from application to enrolment."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accreditation import files
from accreditation.exceptions import Invalid
from accreditation.permissions import is_on_team, refusal
from accreditation.services import invitations
from accreditation.services.evidence import keep_file
from accreditation.views.sending import send_blob
from portfolios.enums import StudentState
from portfolios.forms import applicants as forms
from portfolios.models import Experience, Registration, Student
from portfolios.permissions import check_application, check_for_student
from portfolios.presenters.admission import all_met, findings_on
from portfolios.presenters.application import experience_rows, history, registration_rows
from portfolios.selectors import cohorts_of, visible_applications
from portfolios.services import admissions, applications, standing
from portfolios.views.formpage import TEAM, TEAM_AND_OWNER, either, form_page
from portfolios.views.people import crumbs_to_course
from portfolios.views.student import person


def seen_application(request: HttpRequest, pk: UUID) -> Student:
    """An applicant or student whose application the person may see (their own, their course's), or 404."""
    return get_object_or_404(visible_applications(person(request)), pk=pk)


def of_own_course(request: HttpRequest, pk: UUID) -> Student:
    """The same, for the course's team about somebody else. Raises `NotAllowed` for one's own."""
    found = seen_application(request, pk)
    check_for_student(person(request), found)
    return found


def page_of(student: Student) -> str:
    """The address of an applicant's page."""
    return reverse("applicant", args=[student.pk])


def crumbs_to(request: HttpRequest, student: Student) -> list[dict[str, str]]:
    """The way to a form about a person."""
    if student.user_id == person(request).pk:
        return [{"label": "Your application", "url": page_of(student)}]
    return [*crumbs_to_course(student.course), {"label": student.full_name, "url": page_of(student)}]


@require_safe
def application_home(request: HttpRequest) -> HttpResponse:
    """One's own application; the choice, where there are several."""
    own = list(visible_applications(person(request)).filter(user=person(request)).order_by("-applied_on"))
    if len(own) == 1:
        return redirect("applicant", pk=own[0].pk)
    return render(request, "portfolios/applications.html", {"applications": own})


@require_safe
def applicant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Registrations, experience and its judgement, what the rules say of PS1, and what became of the person."""
    user, found = person(request), seen_application(request, pk)
    mine = found.user_id == user.pk
    team = is_on_team(user, found.course)
    context = {
        "student": found,
        "mine": mine,
        "may_decide": team and not mine,
        "cannot_add": refusal(check_application, user, found),
        "is_applicant": found.state == StudentState.APPLICANT,
        "registrations": registration_rows(found),
        "experience": experience_rows(found),
        "judgement": getattr(found, "experience_judgement", None),
        "former": found.former_judgements.all(),
        "findings": findings_on(found),
        "moves": found.moves.select_related("by_user"),
        "open_moves": standing.open_moves(found) if team and not mine else (),
        "history": history(found),
        "invitation": invitations.latest_for([found]).get(str(found.pk)) if team and not mine else None,
        "has_portfolio": hasattr(found, "portfolio"),
        "crumbs": [] if mine else [*crumbs_to_course(found.course), {"label": found.full_name, "url": ""}],
    }
    return render(request, "portfolios/applicant.html", context)


@either
def applicant_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name, profession and cohort are corrected."""
    found = of_own_course(request, pk)

    def save(values: dict[str, Any]) -> str:
        applications.edit_details(by=person(request), student_id=found.pk, **values)
        return page_of(found)

    initial = {name: getattr(found, name) for name in ("version", "full_name", "profession", "cohort")}
    form = forms.DetailsForm(request.POST or None, initial=initial)
    return form_page(
        request, form, save, title="Correct the details", crumbs=crumbs_to(request, found), caption=found.full_name,
        audience=TEAM_AND_OWNER,
    )  # fmt: skip


@either
def registration_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An entry with a regulator or professional body: by the course's team, or the applicant."""
    found = seen_application(request, pk)
    check_application(person(request), found)

    def save(values: dict[str, Any]) -> str:
        entry = admissions.RegistrationEntry(**values)
        admissions.add_registration(by=person(request), student_id=found.pk, entry=entry)
        return f"{page_of(found)}#registrations"

    return form_page(
        request, forms.RegistrationForm(request.POST or None), save, title="Add a registration",
        crumbs=crumbs_to(request, found), caption=found.full_name, audience=TEAM_AND_OWNER,
        lead="Somebody of the course team then looks the number up on the regulator’s public register.",
    )  # fmt: skip


@either
def registration_check(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A look-up in the regulator's public register."""
    found = of_own_course(request, pk)
    entry = get_object_or_404(Registration, pk=row, student=found)

    def save(values: dict[str, Any]) -> str:
        applications.check_registration(by=person(request), registration_id=entry.pk, **values)
        return f"{page_of(found)}#registrations"

    form = forms.LookUpForm(request.POST or None, initial={"since": entry.since})
    return form_page(
        request, form, save, title="Record a look-up", crumbs=crumbs_to(request, found),
        caption=f"{found.full_name}: {entry}", audience=TEAM_AND_OWNER,
        lead="Look the number up on the regulator’s public register first. A number of the right form is not a check.",
    )  # fmt: skip


@either
def experience_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Experience before the course: by the course's team, or the applicant."""
    found = seen_application(request, pk)
    check_application(person(request), found)

    def save(values: dict[str, Any]) -> str:
        entry = admissions.ExperienceEntry(**values)
        admissions.add_experience(by=person(request), student_id=found.pk, entry=entry)
        return f"{page_of(found)}#experience"

    return form_page(
        request, forms.ExperienceForm(request.POST or None), save, title="Add experience",
        crumbs=crumbs_to(request, found), caption=found.full_name, audience=TEAM_AND_OWNER,
        lead="In a clinical musculoskeletal or ultrasound specialism, before the course. Files follow on the next page.",
    )  # fmt: skip


@either
def experience_file_add(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A file behind experience."""
    found = seen_application(request, pk)
    check_application(person(request), found)
    entry = get_object_or_404(Experience, pk=row, student=found)

    def save(values: dict[str, Any]) -> str:
        kept = keep_file(values["file"])
        applications.add_file(by=person(request), experience_id=entry.pk, title=values["title"], kept=kept)
        return f"{page_of(found)}#experience"

    form = forms.FileForm(request.POST or None, request.FILES or None)
    return form_page(
        request, form, save, title="Add a file", crumbs=crumbs_to(request, found), audience=TEAM_AND_OWNER,
        caption=f"{found.full_name}: {entry.get_specialism_display()}", label="Add the file",
    )  # fmt: skip


@require_safe
def experience_file(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """A file of an application, as a download; recorded."""
    found = seen_application(request, pk)
    held = get_object_or_404(found.files, number=number)
    applications.note_file_read(by=person(request), file=held)
    try:
        return send_blob(held.sha256, name=held.name, media_type=held.media_type, size=held.size)
    except files.BlobMissing:
        raise Http404 from None


@either
def entry_take_back(request: HttpRequest, pk: UUID, kind: str, row: UUID) -> HttpResponse:
    """A registration or experience that was entered wrongly."""
    found = seen_application(request, pk)
    check_application(person(request), found)
    tables = {"registration": Registration, "experience": Experience}
    if kind not in tables:
        raise Http404
    entry = get_object_or_404(tables[kind].objects, pk=row, student=found)

    def save(values: dict[str, Any]) -> str:
        applications.take_back_application_entry(by=person(request), kind=kind, row_id=entry.pk, **values)
        return f"{page_of(found)}#history"

    return form_page(
        request, forms.TakeBackForm(request.POST or None), save, title="This entry is wrong",
        crumbs=crumbs_to(request, found), caption=f"{found.full_name}: {entry}", audience=TEAM_AND_OWNER,
        lead="It no longer counts, and stays readable with your reason. Enter the right one afterwards.",
        label="Take the entry back", said="The entry was taken back.",
    )  # fmt: skip


@either
def experience_judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The course's judgement of the experience by its quality; months stand beside it and decide nothing."""
    found = of_own_course(request, pk)
    before = getattr(found, "experience_judgement", None)

    def save(values: dict[str, Any]) -> str:
        admissions.judge_experience(
            by=person(request), student_id=found.pk, again=before is not None, **values
        )
        return f"{page_of(found)}#judgement"

    return form_page(
        request, forms.JudgeForm(request.POST or None), save, title="Judge the experience",
        crumbs=crumbs_to(request, found), caption=found.full_name, audience=TEAM_AND_OWNER,
        lead="Is it an appropriate amount and type of experience in a clinical musculoskeletal or ultrasound specialism?",
        template="portfolios/judge.html", more={"experience": experience_rows(found), "before": before, "student": found},
    )  # fmt: skip


@either
def applicant_enrol(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enrolment, with what the rules find for that day; where something is open, why all the same."""
    found = of_own_course(request, pk)
    form = forms.EnrolForm(request.POST or None, cohorts=cohorts_of(found.course_id))
    form.is_valid()
    day = form.cleaned_data.get("on") if form.is_bound else None
    shown = findings_on(found, day)
    if all_met(shown):
        form.hide_reason()

    def save(values: dict[str, Any]) -> str:
        if not all_met(shown) and not values["reason"].strip():
            raise Invalid({"reason": ["Say why you enrol although something is open. It is kept."]})
        admissions.enrol(by=person(request), student_id=found.pk, **values)
        return page_of(found)

    return form_page(
        request, form, save, title="Enrol", crumbs=crumbs_to(request, found), caption=found.full_name,
        lead="From the first day on, the person has a portfolio and can log scans.", audience=TEAM_AND_OWNER,
        label="Enrol", said=f"{found.full_name} is enrolled. Next, on “The portfolio”: the supervisory team "
        "and the learning contract.",
        template="portfolios/enrol.html", more={"findings": shown, "all_met": all_met(shown), "day": day},
    )  # fmt: skip


@either
def applicant_move(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Refused, interrupted, back again, withdrawn: from a day on, with the reason."""
    found = of_own_course(request, pk)
    chosen = dict(standing.open_moves(found)).get(kind)
    if chosen is None:
        raise Http404

    def save(values: dict[str, Any]) -> str:
        standing.move(by=person(request), student_id=found.pk, kind=kind, **values)
        return f"{page_of(found)}#moves"

    return form_page(
        request, forms.MoveForm(request.POST or None, kind=kind), save, title=chosen, crumbs=crumbs_to(request, found),
        caption=found.full_name, audience=TEAM, label=chosen,
        lead="The portfolio, if there is one, stays as it is: the person can read it and take it with them.",
    )  # fmt: skip
