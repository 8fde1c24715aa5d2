"""Tables as downloads that any spreadsheet opens: CSV in UTF-8, or XLSX."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from accreditation.imports import writing
from accreditation.imports.writing import Cell

KINDS = {"csv": writing.CSV, "xlsx": writing.XLSX}


def as_file(
    form: str, *, name: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """The table as a download; `form` is csv or xlsx (KeyError for any other)."""
    kind = KINDS[form]
    if form == "csv":
        data = writing.to_csv(headings, rows)
    else:
        data = writing.to_xlsx(title, headings, rows, freeze="B2", marked=False)
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
