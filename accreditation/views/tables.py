"""What every table page shares: the file of just what is shown, and views that a person keeps."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accreditation.exceptions import Invalid
from accreditation.imports import writing
from accreditation.models import User
from accreditation.presenters.tables import Table
from accreditation.services.kept_views import drop_view, keep_view, note_taken_out

KINDS = {"csv": writing.CSV, "xlsx": writing.XLSX}


def wants_file(request: HttpRequest) -> str:
    """The kind of file that the address asks for ("csv", "xlsx"), or ""."""
    wanted = request.GET.get("as", "")
    return wanted if wanted in KINDS else ""


def as_file(form: str, table: Table[Any], *, by: User, title: str, of: Model | None = None) -> HttpResponse:
    """The table's rows on all pages, in the order and with the columns that the page shows; `form` is csv or xlsx.

    The audit trail notes who took which rows. `of`: whose table it is, a course's for example.
    """
    keys, headings, rows = table.values()
    note_taken_out(by=by, table=table.code, form=form, query=table.query, keys=keys, of=of)
    if form == "csv":
        data = writing.to_csv(headings, rows)
    else:
        data = writing.to_xlsx(title, headings, rows, freeze="B2", marked=False)
    answer = HttpResponse(data, content_type=KINDS[form])
    name = f"{table.code}-{timezone.localdate():%Y-%m-%d}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def context_of(request: HttpRequest, table: Table[Any]) -> dict[str, Any]:
    """What components/listing.html needs beside its words."""
    return {
        "table": table,
        "page_obj": table.page,
        "views": cast(User, request.user).kept_views.filter(table=table.code),
        "here": request.path,
    }


@require_POST
def table_view_keep(request: HttpRequest, table: str) -> HttpResponse:
    """Keeps the table as it is shown under a name, and goes back to it."""
    query = request.POST.get("query", "")
    try:
        view = keep_view(
            by=cast(User, request.user), table=table[:40], name=request.POST.get("name", ""), query=query
        )
        query = view.query
        messages.success(request, f"The view “{view.name}” was kept.")
    except Invalid as refusal:
        messages.error(request, " ".join(text for some in refusal.problems.values() for text in some))
    return redirect(f"{_back(request)}?{query}")


@require_POST
def table_view_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Removes one of the person's own views."""
    drop_view(by=cast(User, request.user), view_id=pk)
    messages.success(request, "The view was removed.")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The table's own page; never another site's."""
    path = request.POST.get("here", "")
    safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe else "/"
