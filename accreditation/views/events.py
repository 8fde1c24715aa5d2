"""The event of a case: its page for all concerned, and for the office proposing, agreeing, changing and calling off."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import calendar, permissions, recipients
from accreditation.enums import EventState
from accreditation.event_selectors import event_of, is_asked, visible_events
from accreditation.exceptions import Invalid, Stale
from accreditation.forms.events import AnswerForm, DetailsForm, ProposeForm, details_of
from accreditation.forms.keys import claim, remember, result_of
from accreditation.forms.reviews import ReasonForm
from accreditation.models import CaseEvent, User
from accreditation.presenters import events as present
from accreditation.roles import OFFICER
from accreditation.services import events as service
from accreditation.views.asking import case_for, person


def _event(user: User, pk: UUID) -> CaseEvent:
    """An event for its office, panel and course; 404 for anybody else."""
    event = get_object_or_404(visible_events(user), pk=pk)
    submission = event.submission
    close = (
        user.has_role(OFFICER)
        or permissions.is_on_team(user, submission.course)
        or permissions.panel_place(user, submission)
    )
    if not close:
        raise Http404("No such event.")
    return event


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office proposes an event; a second press of the same form proposes nothing again."""
    user = person(request)
    submission = case_for(user, pk)
    permissions.need_role(user, OFFICER)
    if standing := event_of(user, submission):
        return redirect("event", pk=standing.pk)
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["form_key"]
        try:
            with transaction.atomic():
                if not claim(key, user):
                    return redirect(result_of(key, user) or "cases")
                made = service.propose(
                    by=user,
                    submission_id=pk,
                    dates=form.moments(),
                    **{
                        name: form.cleaned_data[name]
                        for name in ("kind", "minutes", "place", "link", "agenda")
                    },
                )
                remember(key, f"/events/{made.pk}/")
            messages.success(request, "The days are proposed, and everybody is asked.")
            return redirect("event", pk=made.pk)
        except Invalid as no:
            form.blame(no.problems)
    context = {"submission": submission, "form": form}
    return render(request, "events/propose.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The event: when, where, what about, who; and what is asked of the person who looks."""
    user = person(request)
    return render(request, "events/event.html", _context(user, _event(user, pk)))


def _context(user: User, found: CaseEvent, form: AnswerForm | None = None) -> dict[str, object]:
    people = list(recipients.event_people(found.submission))
    asked = any(one.pk == user.pk for one in people)
    office = user.has_role(OFFICER)
    may_answer = asked and found.state == EventState.PROPOSED
    if may_answer and form is None:
        form = AnswerForm(dates=found.dates.all(), initial=present.own_answers(found, user))
    return {
        "event": found,
        "submission": found.submission,
        "at": calendar.spoken_moment(found.starts_at) if found.starts_at else "",
        "length": calendar.spoken_length(found.minutes),
        "people": people,
        "days": present.days(found, people if office else []),
        "office": office,
        "form": form if may_answer else None,
        "waits": found.state == EventState.PROPOSED,
    }


@login_required
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: the person says when they can come."""
    user = person(request)
    found = _event(user, pk)
    if not is_asked(user, found):
        raise Http404("Not asked.")
    form = AnswerForm(request.POST, dates=found.dates.all())
    if not form.is_valid():
        return render(request, "events/event.html", _context(user, found, form), status=422)
    answers = {date.pk: form.cleaned_data[f"date_{date.pk}"] for date in found.dates.all()}
    service.answer(by=user, event_id=pk, answers=answers)
    messages.success(request, "Thank you. You can change your answer until a day is agreed.")
    return redirect("event", pk=pk)


@login_required
@require_POST
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: the office agrees one of the days."""
    user = person(request)
    found = _event(user, pk)
    date = get_object_or_404(found.dates, pk=_uuid(request.POST.get("date", "")))
    service.agree(by=user, event_id=pk, date_id=date.pk, version=_number(request.POST.get("version", "")))
    messages.success(request, "The day is agreed. Everybody gets it with a file for their calendar.")
    return redirect("event", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office changes place, link, agenda or length."""
    user = person(request)
    found = _event(user, pk)
    permissions.need_role(user, OFFICER)
    form = DetailsForm(request.POST or None, initial=details_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            service.change(by=user, event_id=pk, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("event", pk=pk)
        except Invalid as no:
            form.blame(no.problems)
        except Stale as stale:
            form.add_error(None, f"{stale} What you typed is still here.")
    context = {"event": found, "submission": found.submission, "form": form}
    return render(request, "events/change.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office calls the event off, with a reason."""
    user = person(request)
    found = _event(user, pk)
    permissions.need_role(user, OFFICER)
    form = ReasonForm(
        request.POST or None, label="Why is it called off?", help_text="Everybody who was asked reads it."
    )
    if request.method == "POST" and form.is_valid():
        version = _number(request.POST.get("version", ""))
        service.call_off(by=user, event_id=pk, version=version, reason=form.cleaned_data["reason"])
        messages.success(request, "The event is called off, and everybody is told.")
        return redirect("case", pk=found.submission_id)
    context = {"event": found, "submission": found.submission, "form": form}
    return render(request, "events/call_off.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def event_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The event as a file for a calendar."""
    found = _event(person(request), pk)
    if found.starts_at is None:
        raise Http404("No day is agreed yet.")
    answer = HttpResponse(calendar.file_of(found), content_type=calendar.MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{calendar.name_of(found)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("No such day.") from None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
