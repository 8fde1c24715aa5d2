"""The officers' side of the register: what to look at, capacity, reminders."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mentors.forms.asked import AskForm
from mentors.models import Mentor
from mentors.permissions import check_edit_register
from mentors.presenters.capacity import capacity
from mentors.presenters.office import heaps
from mentors.presenters.reminders import planned
from mentors.views.pages import person
from mentors.views.writing import crumbs_to


@require_safe
def mentor_office(request: HttpRequest) -> HttpResponse:
    """What officers have to look at, in heaps."""
    user = person(request)
    check_edit_register(user)
    weeks = request.GET.get("weeks", "8")
    found = heaps(user, int(weeks) if weeks.isdecimal() and 0 < int(weeks) <= 104 else 8)
    return render(request, "mentors/office.html", {"heaps": found, "weeks": weeks, "is_office": True})


@require_safe
def mentor_capacity(request: HttpRequest) -> HttpResponse:
    """How many mentors may supervise, by region of the body and region of the country."""
    form = AskForm(request.GET)
    found = capacity(person(request), on=form.day, known_on=form.known_on)
    context = {
        "form": form,
        "capacity": found,
        "is_today": form.day == timezone.localdate(),
        "is_office": True,
    }
    return render(request, "mentors/capacity.html", context)


@require_safe
def mentor_reminders(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The days of a mentor's reminders, and what became of each."""
    found = get_object_or_404(Mentor, pk=pk)
    check_edit_register(person(request), found)
    crumbs = [*crumbs_to(found), {"label": "Reminders", "url": ""}]
    return render(
        request, "mentors/reminders.html", {"mentor": found, "plan": planned(found), "crumbs": crumbs}
    )
