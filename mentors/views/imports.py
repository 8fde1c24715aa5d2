"""Files of mentors, in and out: looked at first, taken over by a second press, taken back as a whole."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accreditation.exceptions import Invalid, NotNow
from accreditation.files import StoreUnavailable
from accreditation.forms.layout import show_problems
from accreditation.services.evidence import keep_file
from mentors import sheets
from mentors.enums import ImportState
from mentors.forms.asked import FilterForm
from mentors.forms.register import ImportForm
from mentors.models import Import
from mentors.permissions import check_edit_register
from mentors.services import export, imports
from mentors.services.import_plan import KINDS
from mentors.views.pages import either, person
from mentors.views.reading import narrowed

WORDS = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "kept": "Left as a person entered it",
    "refused": "Refused",
}
SHOWN = 100
HOME = {"label": "Bring in a file"}


@either
def mentor_imports(request: HttpRequest) -> HttpResponse:
    """Files that were brought in, and a form for the next one. Sending a file stores nothing in the register."""
    user = person(request)
    check_edit_register(user)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep_file(form.cleaned_data["file"], limit=sheets.MOST_BYTES)
            row, _ = imports.look_at(by=user, kept=kept)
            return redirect("mentor_import", pk=row.pk)
        except Invalid as refusal:
            show_problems(form, refusal)
        except StoreUnavailable as refusal:
            form.add_error("file", str(refusal))
    context = {
        "form": form,
        "imports": Import.objects.select_related("by", "undone_by")[:25],
        "columns": sheets.COLUMNS.values(),
    }
    return render(request, "mentors/imports.html", context, status=422 if form.errors else 200)


@require_safe
def mentor_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One file: what taking it over would do, line by line, or what became of it."""
    user = person(request)
    check_edit_register(user)
    row = get_object_or_404(Import.objects.select_related("by", "undone_by"), pk=pk)
    return render(request, "mentors/import.html", _context(request, row))


def _context(request: HttpRequest, row: Import, error: str = "") -> dict[str, Any]:
    context: dict[str, Any] = {
        "import": row,
        "counts": [(WORDS[kind], row.counts.get(kind, 0)) for kind in KINDS],
        "crumbs": [{**HOME, "url": reverse("mentor_imports")}, {"label": row.name, "url": ""}],
        "error": error,
    }
    if row.state != ImportState.CHECKED:
        return context
    found = imports.plan_again(row, person(request))
    wanted = request.GET.get("show", "")
    lines = [line for line in found.lines if line.kind != "refused" and wanted in ("", line.kind)]
    return context | {
        "problems": found.problems,
        "page_obj": Paginator(lines, SHOWN).get_page(request.GET.get("page")),
        "words": WORDS,
        "stale": found.sum != row.plan,
        "good": sum(row.counts.get(kind, 0) for kind in ("new", "changed")),
        "refused": (refused := row.counts.get("refused", 0)),
        "refused_caption": f"{len(found.problems)} reason{pluralize(found.problems)} in {refused} line{pluralize(refused)}",
        "shown": wanted,
        "kinds": [(kind, WORDS[kind], row.counts.get(kind, 0)) for kind in KINDS if kind != "refused"],
    }


@require_POST
def mentor_import_apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file is taken over: all of it, or its good lines."""
    row = get_object_or_404(Import, pk=pk)
    try:
        imports.apply(by=person(request), import_id=row.pk, good_only=request.POST.get("which") == "good")
        messages.success(request, "The file was taken over. It can be taken back as a whole.")
        return redirect("mentor_import", pk=row.pk)
    except (Invalid, NotNow) as refusal:
        words = (
            "; ".join(text for some in refusal.problems.values() for text in some)
            if isinstance(refusal, Invalid)
            else str(refusal)
        )
        row.refresh_from_db()
        return render(request, "mentors/import.html", _context(request, row, words), status=409)


@require_POST
def mentor_import_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The kept file is looked at once more, against the register as it is now."""
    from accreditation.services.evidence import Kept

    row = get_object_or_404(Import, pk=pk)
    new, _ = imports.look_at(by=person(request), kept=Kept(row.name, row.sha256, row.size, "", None))
    return redirect("mentor_import", pk=new.pk)


@require_POST
def mentor_import_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file is taken back as a whole."""
    row = get_object_or_404(Import, pk=pk)
    try:
        imports.undo(by=person(request), import_id=row.pk)
        messages.success(request, "The file was taken back. What it had changed holds again as before.")
        return redirect("mentor_import", pk=row.pk)
    except NotNow as refusal:
        return render(request, "mentors/import.html", _context(request, row, str(refusal)), status=409)


@require_safe
def mentor_export(request: HttpRequest, form: str) -> HttpResponse:
    """The list as it is narrowed, as a file. Whose entries went out is on the audit trail."""
    user = person(request)
    asked = FilterForm(request.GET)
    found = list(narrowed(user, asked).order_by("full_name", "number"))
    export.note_export(by=user, numbers=[one.number for one in found], form=form, query=asked.query)
    rows = export.rows(found, on=asked.day, known_on=asked.known_on)
    if form == "csv":
        data, kind = sheets.to_csv(rows), "text/csv; charset=utf-8"
    elif form == "xlsx":
        data, kind = (
            sheets.to_xlsx(rows),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    else:
        raise Http404
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="mentors-{asked.known_on.isoformat()}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
