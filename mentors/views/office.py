"""The officers' side of the register: what to look at, capacity, reminders; and anybody's saved views."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accreditation.exceptions import Invalid
from mentors.forms.asked import AskForm
from mentors.models import Mentor
from mentors.permissions import check_edit_register
from mentors.presenters.capacity import capacity
from mentors.presenters.office import heaps
from mentors.presenters.reminders import planned
from mentors.services.views import drop_view, keep_view
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


@require_POST
def mentor_view_save(request: HttpRequest) -> HttpResponse:
    """Keeps the list as it is narrowed under a name."""
    query = request.POST.get("query", "")
    try:
        view = keep_view(by=person(request), name=request.POST.get("name", ""), query=query)
        messages.success(request, f"The view “{view.name}” was kept.")
    except Invalid as refusal:
        messages.error(request, " ".join(text for some in refusal.problems.values() for text in some))
    return redirect(f"{reverse('mentors')}?{query}")


@require_POST
def mentor_view_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Removes one of the person's own views."""
    drop_view(by=person(request), view_id=pk)
    messages.success(request, "The view was removed.")
    return redirect("mentors")
