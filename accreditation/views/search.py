"""The search page."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accreditation.models import User
from accreditation.search import SHORTEST, search


@login_required
def find(request: HttpRequest) -> HttpResponse:
    """What contains the words asked for, grouped by kind."""
    text = request.GET.get("q", "").strip()[:100]
    hits = search(cast(User, request.user), text)
    kinds: dict[str, list[object]] = {}
    for hit in hits:
        kinds.setdefault(hit.kind, []).append(hit)
    context = {"search_term": text, "kinds": kinds, "count": len(hits), "too_short": 0 < len(text) < SHORTEST}
    return render(request, "search.html", context)
