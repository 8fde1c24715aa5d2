"""The living style page: the house style with every component in every state, and the words for each status."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accreditation.views.style_samples import SampleForm, samples


def style_page(request: HttpRequest) -> HttpResponse:
    """GET: the page, with a form without errors and the same form with all its errors. 404 outside the demo world."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    context = samples()
    context["sample_form"] = SampleForm(prefix="good")
    context["bad_form"] = SampleForm(
        {"bad-seen_day": "31", "bad-seen_month": "2", "bad-seen_year": "2026"}, prefix="bad"
    )
    return render(request, "style.html", context)
