"""The living style page: the house style with every component in every state, and the words for each status."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accreditation.views.style_samples import SampleForm, samples


def style_page(request: HttpRequest) -> HttpResponse:
    """GET: the page, with a form without errors and the same form with all its errors."""
    context = samples()
    context["sample_form"] = SampleForm(prefix="good")
    context["bad_form"] = SampleForm(
        {"bad-seen_day": "31", "bad-seen_month": "2", "bad-seen_year": "2026"}, prefix="bad"
    )
    return render(request, "style.html", context)
