"""One page for the rows behind any finding: searched, sorted, page by page, and as a file. The caller found the finding."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accreditation.models import User
from accreditation.presenters.finding_rows import COLUMNS, matching
from accreditation.presenters.findings import Row
from accreditation.presenters.tables import arrange
from accreditation.views import tables

PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding whose rows are shown: what it says, where its reader came from, who can see the page."""

    clause: str
    outcome: str
    subject: str
    reason: str
    settle: str
    rows: Sequence[Row]
    crumbs: list[dict[str, str]]
    audience: str
    of: Model


def rows_page(request: HttpRequest, by: User, shown: Shown) -> HttpResponse:
    """The page, or the file that it offers."""
    text = request.GET.get("q", "").strip()[:100]
    table = arrange("finding-rows", COLUMNS, matching(shown.rows, text), request.GET, per_page=PAGE)
    if form := tables.wants_file(request):
        return tables.as_file(form, table, by=by, title=f"{shown.clause} rows", of=shown.of)
    context = {**tables.context_of(request, table), "shown": shown, "q": text, "crumbs": shown.crumbs}
    return render(request, "findings/rows.html", context)
