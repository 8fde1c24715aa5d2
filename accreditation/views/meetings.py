"""Pages of the Committee's meetings: the list, one with its agenda and who was there, planning, and recusals."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accreditation import committee, permissions
from accreditation.enums import MeetingKind
from accreditation.exceptions import Invalid
from accreditation.forms.meetings import MeetingForm, RecuseForm, TakesPartForm, details_of
from accreditation.models import Meeting, Submission, User
from accreditation.presenters import meetings as present
from accreditation.roles import CHAIR, OFFICER
from accreditation.selectors import BODY
from accreditation.services import meetings as service
from accreditation.views.asking import case_for, person
from accreditation.views.form_page import either, form_page

BODY_ONLY = "The Committee and the CASE office"


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    steps = (("Decisions", reverse("decisions")), ("Meetings", reverse("meetings")), *more)
    return [{"label": label, "url": url} for label, url in steps]


def _meeting(user: User, pk: UUID) -> Meeting:
    return get_object_or_404(committee.visible_meetings(user), pk=pk)


@login_required
@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings to come, the nearest first, and those that were held, the last first."""
    user = person(request)
    permissions.need_role(user, *BODY)
    today = timezone.localdate()
    seen = committee.visible_meetings(user)
    held = Paginator(seen.filter(held_on__lt=today), 25).get_page(request.GET.get("page"))
    context = {
        "coming": list(seen.filter(held_on__gte=today).order_by("held_on", "created_at")),
        "page_obj": held,
        "may_plan": user.has_role(OFFICER, CHAIR),
        "crumbs": _crumbs()[:-1] + [{"label": "Meetings", "url": ""}],
    }
    return render(request, "meetings/list.html", context)


@login_required
@either
def plan(request: HttpRequest) -> HttpResponse:
    """A new meeting."""
    user = person(request)
    permissions.need_role(user, OFFICER, CHAIR)

    def save(values: dict[str, Any]) -> str:
        values.pop("version")
        return reverse("meeting", args=[service.plan(by=user, **values).pk])

    return form_page(
        request,
        MeetingForm(request.POST or None),
        save,
        title="Plan a meeting",
        crumbs=_crumbs(),
        audience=BODY_ONLY,
        template="form_page.html",
        label="Plan the meeting",
        said="The meeting is planned. Put cases on its agenda.",
    )


@login_required
@either
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Day, time and place of a meeting."""
    user = person(request)
    found = _meeting(user, pk)
    permissions.need_role(user, OFFICER, CHAIR)

    def save(values: dict[str, Any]) -> str:
        service.change(by=user, meeting_id=pk, **values)
        return reverse("meeting", args=[pk])

    return form_page(
        request,
        MeetingForm(request.POST or None, initial=details_of(found)),
        save,
        title="Change the meeting",
        crumbs=_crumbs((present.title(found), reverse("meeting", args=[pk]))),
        audience=BODY_ONLY,
        template="form_page.html",
        lead="Tell the members again once it is right.",
    )


@login_required
@require_safe
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One meeting: its agenda, for each reader with the cases they take part in; who was there; what was decided."""
    user = person(request)
    found = _meeting(user, pk)
    may_keep = user.has_role(OFFICER, CHAIR)
    rows = present.rows(found, committee.visible_items(user, found))
    there = {one.pk for one in committee.present_at(found)}
    everybody = list(committee.members())
    context = {
        "meeting": found,
        "title": present.title(found),
        "rows": rows,
        "members": [(one, one.pk in there) for one in everybody],
        "present": [one for one in everybody if one.pk in there],
        "quorum": committee.quorum(),
        "may_keep": may_keep,
        "may_record": may_keep and found.held_on <= timezone.localdate(),
        "circulation": found.kind == MeetingKind.CIRCULATION,
        "waiting": list(committee.waiting_cases(user)) if may_keep else [],
        "told": found.announced_version == found.version,
        "may_tell": may_keep and bool(rows) and found.held_on >= timezone.localdate(),
        "decided": any(row.decision for row in rows),
        "crumbs": [*_crumbs(), {"label": present.title(found), "url": ""}],
    }
    return render(request, "meetings/meeting.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _case(user: User, text: str) -> Submission:
    try:
        return case_for(user, UUID(text))
    except ValueError:
        raise Http404("No such case.") from None


@login_required
@require_POST
def put_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Puts a case on the agenda; the page may be that of the meeting or that of the case."""
    user = person(request)
    chosen = _meeting(user, pk)
    case = _case(user, request.POST.get("submission", ""))
    service.put_on(by=user, meeting_id=chosen.pk, submission_id=case.pk)
    messages.success(request, f"{case.reference} is on the agenda.")
    if request.POST.get("from") == "case":
        return redirect("decision", pk=case.pk)
    return redirect("meeting", pk=pk)


@login_required
@require_POST
def take_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a case off the agenda."""
    user = person(request)
    _meeting(user, pk)
    case = _case(user, request.POST.get("submission", ""))
    service.take_off(by=user, meeting_id=pk, submission_id=case.pk)
    messages.success(request, f"{case.reference} is off the agenda.")
    return redirect("meeting", pk=pk)


@login_required
@require_POST
def record_present(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who was present, or answered in the round."""
    user = person(request)
    _meeting(user, pk)
    version = _number(request.POST.get("version", ""))
    try:
        service.record_present(by=user, meeting_id=pk, people=request.POST.getlist("people"), version=version)
    except Invalid as no:
        messages.warning(request, " ".join(no.problems["people"]) + ". Nothing was changed.")
    else:
        messages.success(request, "Who was present is recorded.")
    return redirect(reverse("meeting", args=[pk]) + "#present")


@login_required
@require_POST
def announce(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tells the members that the agenda is ready."""
    user = person(request)
    _meeting(user, pk)
    told = service.announce(by=user, meeting_id=pk, version=_number(request.POST.get("version", "")))
    messages.success(request, f"{told} member{'' if told == 1 else 's'} of the Committee will be told.")
    return redirect("meeting", pk=pk)


@login_required
@either
def recuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who takes no part in a case: a member says so of themselves, an officer records it of anybody."""
    user = person(request)
    case = case_for(user, pk)
    permissions.need_role(user, *BODY)
    out = committee.away([case])[case.pk]
    office = user.has_role(OFFICER)
    people = None
    if office:
        gone = {one.person.pk for one in out if not one.proposed}
        people = [one for one in committee.members() if one.pk not in gone]
    form = RecuseForm(request.POST or None, people=people, initial={"person": request.GET.get("person", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.recuse(
                by=user,
                submission_id=pk,
                person_id=form.cleaned_data.get("person") or None,
                kind=form.cleaned_data["kind"],
                reason=form.cleaned_data["reason"],
            )
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(request, f"{made.user.full_name} takes no part in {case.reference}.")
            return redirect("decisions" if made.user_id == user.pk else reverse("decision", args=[pk]))
    context = {"submission": case, "form": form, "office": office, "away": out}
    return render(request, "meetings/recuse.html", context, status=422 if form.is_bound else 200)


@login_required
@either
def takes_part(request: HttpRequest, pk: UUID, person_id: UUID) -> HttpResponse:
    """An officer records that a member may take part after all."""
    user = person(request)
    case = case_for(user, pk)
    permissions.need_role(user, OFFICER)
    one = next((one for one in committee.away([case])[case.pk] if one.person.pk == person_id), None)
    if one is None:
        raise Http404("Nobody of the Committee who takes no part.")
    form = TakesPartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.takes_part(
                by=user, submission_id=pk, person_id=person_id, reason=form.cleaned_data["reason"]
            )
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(request, f"{one.person.full_name} takes part in {case.reference}.")
            return redirect("decision", pk=pk)
    context = {"submission": case, "form": form, "one": one}
    return render(request, "meetings/takes_part.html", context, status=422 if form.is_bound else 200)
