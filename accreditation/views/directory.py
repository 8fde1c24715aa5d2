"""The directory of accredited courses: for everybody, without an account, as page, CSV and JSON."""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accreditation import replica
from accreditation.directory import LABELS, Entry, narrowed
from accreditation.directory import entries as read_entries
from accreditation.enums import CourseKind, Nation
from accreditation.presenters import directory as present

PAGE = 50
FRESH = 300  # seconds that a file may be kept by whoever fetched it


def entries(today: date) -> list[Entry]:
    """What the directory shows: it may be some minutes old, so a copy of the database may say it."""
    return replica.read(lambda: read_entries(today))


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Every accredited course, narrowed by words, nation, status and kind, with the plot by nation."""
    everything = entries(timezone.localdate())
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "nation", "status", "kind")}
    found = narrowed(
        everything, words=asked["q"], nation=asked["nation"], status=asked["status"], kind=asked["kind"]
    )
    context = {
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "count": len(found),
        "total": len(everything),
        "asked": asked,
        "narrows": any(asked.values()),
        "nations": Nation.choices,
        "kinds": CourseKind.choices,
        "statuses": [(status.value, label) for status, label in LABELS.items()],
        "plot": present.by_nation(everything),
        "today": timezone.localdate(),
    }
    return render(request, "directory/list.html", context)


@login_not_required
@require_safe
def course(request: HttpRequest, reference: str) -> HttpResponse:
    """One course with the history of its accreditations."""
    today = timezone.localdate()
    for one in entries(today):
        if one.reference == reference:
            return render(request, "directory/course.html", {"course": one, "today": today})
    raise Http404("Not in the directory.")


@login_not_required
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """The whole directory as CSV."""
    today = timezone.localdate()
    answer = _file(request, present.as_csv(entries(today)), "text/csv; charset=utf-8", today)
    answer["Content-Disposition"] = f'attachment; filename="CASE accredited courses {today}.csv"'
    return answer


@login_not_required
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The whole directory as JSON, as its schema describes it; other sites may read it in a browser."""
    today = timezone.localdate()
    answer = _file(request, present.as_json(entries(today), today), "application/json", today)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the directory."""
    return _file(request, _schema(), "application/schema+json", None)


@cache
def _schema() -> bytes:
    return (Path(settings.ROOT) / "accreditation/directory.schema.json").read_bytes()


def _file(request: HttpRequest, body: bytes, kind: str, day: date | None) -> HttpResponse:
    """A file that may be kept for five minutes; its tag holds the day, so that a period that ends overnight is seen."""
    tag = f'"{hashlib.sha256(f"{day} ".encode() + body).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(body, content_type=kind)
    answer["ETag"], answer["Cache-Control"] = tag, f"public, max-age={FRESH}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
