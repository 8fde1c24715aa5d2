"""Placements: which mentor takes students of which course, from when to when; the forecast is said before."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accreditation.exceptions import NotAllowed
from accreditation.models import Course, User
from accreditation.roles import OFFICER
from accreditation.selectors import led_courses, visible_courses
from mentors.forms.register import EndPlacementForm, PlaceForm
from mentors.models import Placement
from mentors.permissions import check_place
from mentors.selectors import visible_mentors
from mentors.services import periods
from mentors.services.standing import forecasts
from mentors.views.pages import either, form_page, person
from mentors.views.writing import crumbs_to, page_of


def placing(user: User) -> QuerySet[Course]:
    """The courses on which a person may place mentors: their own; for officers, all."""
    courses = visible_courses(user) if user.has_role(OFFICER) else led_courses(user).distinct()
    return courses.order_by("institution__name", "title")


@either
def mentor_place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A mentor is placed on a course. What the mentor may not supervise yet is said first."""
    user = person(request)
    mentor = get_object_or_404(visible_mentors(user), pk=pk)
    courses = placing(user)
    if not courses.exists():
        raise NotAllowed("Only a course's own team or an officer can place mentors on it.")

    def save(values: dict[str, Any]) -> str:
        periods.place(by=user, mentor_id=mentor.pk, **values)
        return page_of(mentor)

    return form_page(
        request, PlaceForm(request.POST or None, courses=courses), save, title="Place on a course",
        crumbs=crumbs_to(mentor), caption=mentor.full_name,
        lead=forecasts([mentor.pk], timezone.localdate()).get(mentor.pk, ""), said="The mentor is placed.",
    )  # fmt: skip


@either
def mentor_place_end(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A placement ends on its last day; the row that had no end is closed and one with the end is added."""
    user = person(request)
    mentor = get_object_or_404(visible_mentors(user), pk=pk)
    placement = get_object_or_404(Placement.objects.select_related("course"), pk=row, mentor=mentor)
    check_place(user, placement.course, mentor)

    def save(values: dict[str, Any]) -> str:
        periods.end_placement(by=user, placement_id=placement.pk, **values)
        return page_of(mentor)

    return form_page(
        request, EndPlacementForm(request.POST or None), save, title="End the placement", crumbs=crumbs_to(mentor),
        caption=f"{mentor.full_name}, {placement.course.title}", label="End it",
    )  # fmt: skip
