"""The register's list, and a mentor's page: both can be read as known on an earlier day."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accreditation.facts import evening_of
from accreditation.models import User
from accreditation.permissions import refusal
from accreditation.presenters.tables import arrange
from accreditation.roles import ASSESSOR, COURSE_LEADER, OFFICER
from accreditation.rules.dates import spoken
from accreditation.views import tables
from mentors.enums import MentorState
from mentors.forms.asked import FilterForm, MentorAskForm
from mentors.models import Mentor
from mentors.permissions import check_edit_register, is_self
from mentors.presenters.answers import answers
from mentors.presenters.eligibility import Standing, standings
from mentors.presenters.page import held_rows, knowledge_days, register_words
from mentors.presenters.register_table import columns
from mentors.presenters.timeline import drawn
from mentors.selectors import identities, known_mentors, posts, remits, running_out, searched, visible_mentors
from mentors.services.addresses import check_may, checked_address
from mentors.services.reading import note_read
from mentors.services.register import confirm_entry
from mentors.services.standing import Knowledge, forecast
from mentors.supervision import supervised
from mentors.views.placements import placing

PAGE = 25


def person(request: HttpRequest) -> User:
    """The person signed in: the access table lets nobody else here."""
    return cast(User, request.user)


@require_safe
def mentors(request: HttpRequest) -> HttpResponse:
    """The register, or the part of it that this person may see, narrowed by what they ask for."""
    user = person(request)
    form = FilterForm(request.GET)
    found = narrowed(user, form)
    is_today = form.day == timezone.localdate()
    heading = "Eligible today" if is_today else f"Eligible on {spoken(form.day)}"
    table = arrange(
        "mentors", columns(form.tail, heading), found.order_by("full_name", "number"), request.GET, per_page=PAGE,
        present=lambda some: list_rows(some, form), key=lambda row: str(row["mentor"].pk),
    )  # fmt: skip
    if (form_of_file := tables.wants_file(request)) and user.has_role(OFFICER):
        return tables.as_file(form_of_file, table, by=user, title="Mentors")
    context = {
        "form": form,
        **tables.context_of(request, table),
        "is_office": user.has_role(OFFICER),
        "may_propose": user.has_role(COURSE_LEADER) and not user.has_role(OFFICER),
        "is_today": is_today,
    }
    return render(request, "mentors/list.html", context)


def narrowed(user: User, form: FilterForm) -> QuerySet[Mentor]:
    """The mentors that a person may see, as known on the day asked for, narrowed by the form: constant queries."""
    asked, at = form.asked, evening_of(form.known_on)
    found = searched(known_mentors(user, at), str(asked.get("q") or ""), at)
    if last := form.horizon:
        found = found.filter(running_out(last))
    if region := asked.get("region"):
        held = remits(found, form.day, at)
        found = found.filter(pk__in=[pk for pk, parts in held.items() if region in parts])
    if wanted := asked.get("standing"):
        all_of_them = standings(found.values_list("pk", flat=True), form.day, known_on=form.known_on)
        numbers = [number for number, one in all_of_them.items() if one.code == wanted]
        found = found.filter(number__in=numbers)
    return found


def list_rows(rows: Iterable[Mentor], form: FilterForm) -> list[dict[str, Any]]:
    """What the list shows of each mentor, as known on the day asked for."""
    shown = list(rows)
    ids, at = [one.pk for one in shown], evening_of(form.known_on)
    found: dict[str, Standing] = standings(ids, form.day, known_on=form.known_on)
    held, where = remits(ids, form.day, at), posts(ids, form.day, at)
    former = identities(ids, at) if form.looks_back else {}
    return [
        {
            "mentor": one,
            "entry": former.get(one.pk, one),
            "standing": found[one.number],
            "remit": held.get(one.pk, frozenset()),
            "post": where.get(one.pk),
        }
        for one in shown
    ]


@require_safe
def mentor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mentor's page: who they are, what they hold, what they scan, and whether they are eligible on a day."""
    user = person(request)
    form = MentorAskForm(request.GET)
    at = evening_of(form.known_on)
    found = get_object_or_404(known_mentors(user, at), pk=pk)
    own = is_self(user, found)
    if user.has_role(OFFICER, ASSESSOR) and not own:
        note_read(by=user, mentor=found)
    today = timezone.localdate()
    region = str(form.asked.get("region") or "")
    then = answers(found, on=form.day, known_on=form.known_on, region=region, seen_by=user)
    now = (
        answers(found, on=form.day, known_on=today, region=region, seen_by=user) if form.looks_back else None
    )
    place_ids = (
        set(placing(user).values_list("pk", flat=True)) if user.has_role(OFFICER, COURSE_LEADER) else set()
    )
    knowledge, plot = _plot(found, user, form.known_on, today)
    context = {
        "mentor": found,
        "entry": identities([pk], at).get(pk, found) if form.looks_back else found,
        "form": form,
        "then": then,
        "now": now,
        "differs": now is not None and then.differs_from(now),
        "is_today": form.day == today,
        "plot": plot,
        "forecast": forecast(knowledge, pk),
        "today": today,
        "off_register": register_words(found, form.day, at),
        "knowledge_days": [day for day in knowledge_days(found) if day != form.known_on],
        **held_rows(found, at),
        "crumbs": _crumbs(user, found, form.tail)
        if not own or user.has_role(OFFICER, ASSESSOR, COURSE_LEADER)
        else [],
        "can_edit": not form.looks_back and refusal(check_edit_register, user, found) is None,
        "is_self": own,
        "address_check": checked_address(found),
        "may_check_address": bool(found.email)
        and not form.looks_back
        and refusal(check_may, user, found) is None,
        "may_open_files": own or user.has_role(OFFICER, ASSESSOR),
        "may_place": bool(place_ids)
        and not own
        and found.state == MentorState.ACTIVE
        and not form.looks_back,
        "place_ids": place_ids,
        "in_register": user.has_role(OFFICER),
    }
    return render(request, "mentors/mentor.html", context)


def _plot(found: Mentor, user: User, known_on: date, today: date) -> tuple[Knowledge, Any]:
    # An officer keeps the register and sees when and what was supervised, though no portfolio.
    seen_by = None if is_self(user, found) or user.has_role(OFFICER) else user
    scans = supervised([found.pk], seen_by=seen_by, as_of=min(known_on, today))
    knowledge = Knowledge.load(
        [found.pk], as_of=today, known_on=known_on, course_ids={scan.course_id for scan in scans}
    )
    return knowledge, drawn(knowledge, found.pk, scans, today)


def _crumbs(user: User, found: Mentor, tail: str) -> list[dict[str, str]]:
    return [
        {"label": "Mentor register", "url": reverse("mentors") + tail},
        {"label": found.full_name, "url": ""},
    ]


@require_safe
def mentor_mine(request: HttpRequest) -> HttpResponse:
    """One's own entry."""
    own = get_object_or_404(Mentor, user=person(request))
    return redirect("mentor", pk=own.pk)


@require_POST
def mentor_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The mentor confirms their own entry. Opening the page changes nothing; only this button does."""
    own = get_object_or_404(visible_mentors(person(request)), pk=pk)
    confirm_entry(by=person(request), mentor_id=own.pk)
    return redirect(f"{reverse('mentor', args=[own.pk])}#confirmed")
