"""The first page: what I have to do next, by when, and what I wait for from whom."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accreditation.first_visit import visit_for
from accreditation.home.items import home_for


def home(request: HttpRequest) -> HttpResponse:
    """A person's own home; for everybody else what this place is and what can be looked up without an account."""
    if not request.user.is_authenticated:
        doors = {
            "verify_url": reverse("verify"),
            "standard_url": reverse("standard"),
            "directory_url": reverse("directory"),
            "employers_url": reverse("employers"),
        }
        return render(request, "home/public.html", doors)
    stops = visit_for(request.user.role_codes) if settings.DEMO else ()
    visit = [(reverse(step.route), step) for step in stops]
    return render(request, "home/home.html", {"home": home_for(request.user), "visit": visit})
