"""The register's list, and a mentor's page."""

from typing import Any, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accreditation.models import User
from accreditation.permissions import refusal
from accreditation.roles import ASSESSOR, COURSE_LEADER, OFFICER
from accreditation.rules import regions
from mentors.facts import mentor_facts
from mentors.forms.register import DayForm, FilterForm
from mentors.models import Employment, Mentor, RemitPeriod
from mentors.permissions import check_edit_register, is_self
from mentors.presenters.eligibility import standing, standings, timeline
from mentors.selectors import visible_mentors
from mentors.services.reading import note_read
from mentors.services.register import confirm_entry

PAGE = 25


def person(request: HttpRequest) -> User:
    """The person signed in: the access table lets nobody else here."""
    return cast(User, request.user)


@require_safe
def mentors(request: HttpRequest) -> HttpResponse:
    """The register, or the part of it that this person may see, narrowed by what they ask for."""
    user = person(request)
    form = FilterForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate()
    found = narrowed(visible_mentors(user), asked)
    if wanted := asked.get("standing"):
        all_standings = standings(found.values_list("pk", flat=True), today)
        found = found.filter(
            number__in=[number for number, one in all_standings.items() if one.code == wanted]
        )
    page = Paginator(found.order_by("full_name", "number"), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    shown = standings([mentor.pk for mentor in rows], today)
    sites = _sites(rows)
    context = {
        "form": form,
        "page_obj": page,
        "rows": [
            {"mentor": one, "standing": shown[one.number], "site": sites.get(one.pk, "")} for one in rows
        ],
        "can_add": user.has_role(OFFICER),
        "narrowed": any(asked.values()),
        "is_office": user.has_role(OFFICER),
    }
    return render(request, "mentors/list.html", context)


def narrowed(found: QuerySet[Mentor], asked: dict[str, Any]) -> QuerySet[Mentor]:
    """Mentors whose name, numbers or site hold each word, and whose remit holds the region today."""
    site = Employment.objects.filter(mentor=OuterRef("pk"), known_until__isnull=True)
    for word in str(asked.get("q") or "").split():
        found = found.filter(
            Q(full_name__icontains=word)
            | Q(number__iexact=word)
            | Q(registration_number__icontains=word)
            | Exists(site.filter(Q(employer__icontains=word) | Q(site__icontains=word)))
        )
    if (region := asked.get("region")) in regions.BITS:
        found = found.filter(pk__in=[pk for pk, parts in held_today(found) if region in parts])
    return found


def held_today(found: QuerySet[Mentor]) -> list[tuple[UUID, frozenset[str]]]:
    """Mentor and regions, for each remit that holds today: one query."""
    today = timezone.localdate()
    rows = RemitPeriod.objects.filter(mentor__in=found.values("pk"), known_until__isnull=True)
    return list(rows.exclude(since__gt=today).exclude(until__lt=today).values_list("mentor_id", "regions"))


def _sites(rows: list[Mentor]) -> dict[UUID, str]:
    posts = Employment.objects.filter(mentor__in=rows, known_until__isnull=True, until__isnull=True)
    return {
        mentor: ", ".join(part for part in (site, employer) if part)
        for mentor, employer, site in posts.order_by("since").values_list("mentor_id", "employer", "site")
    }


@require_safe
def mentor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mentor's page: who they are, what they hold, what they scan, and whether they are eligible on a day."""
    user = person(request)
    found = get_object_or_404(visible_mentors(user), pk=pk)
    if user.has_role(OFFICER, ASSESSOR) and not is_self(user, found):
        note_read(by=user, mentor=found)
    today = timezone.localdate()
    form = DayForm(request.GET if "on_day" in request.GET else None)
    on = form.cleaned_data.get("on") if form.is_bound and form.is_valid() else None
    day = on or today
    facts = mentor_facts([found.pk], day, known_on=max(day, today))[0]
    known = {"known_until__isnull": True}
    context = {
        "mentor": found,
        "form": form,
        "standing": standing(facts, day),
        "day": day,
        "is_today": day == today,
        "timeline": timeline(mentor_facts([found.pk], today)[0], today),
        "today": today,
        "qualifications": found.qualifications.filter(**known)
        .prefetch_related("documents")
        .order_by("ratified_on"),
        "corrected": found.qualifications.filter(known_until__isnull=False).order_by("-known_until"),
        "remit": found.remit_periods.filter(**known).order_by("-since"),
        "breaks": found.breaks.filter(**known).order_by("-since"),
        "posts": found.employments.filter(**known).order_by("-since"),
        "placements": found.placements.filter(**known)
        .select_related("course__institution")
        .order_by("-since"),
        "checks": found.checks.select_related("by")[:5],
        "crumbs": []
        if is_self(user, found) and not user.has_role(OFFICER, ASSESSOR, COURSE_LEADER)
        else [{"label": "Mentor register", "url": reverse("mentors")}, {"label": found.full_name, "url": ""}],
        "can_edit": refusal(check_edit_register, user, found) is None,
        "is_self": is_self(user, found),
        "in_register": user.has_role(OFFICER),
    }
    return render(request, "mentors/mentor.html", context)


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
