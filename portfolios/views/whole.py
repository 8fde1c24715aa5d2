"""The whole portfolio as one file for its owner: asked for, watched, taken, today and tomorrow."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accreditation.enums import BuildState
from accreditation.presenters.work import how_far
from portfolios.enums import FileKind
from portfolios.models import PortfolioFile
from portfolios.services import whole
from portfolios.services.files import again
from portfolios.views.passports import own_portfolio
from portfolios.views.sending import send_file
from portfolios.views.student import person


@require_POST
def whole_ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Has the file made; pressed twice, it is made once."""
    found = own_portfolio(request, pk)
    row = whole.ask_whole(by=person(request), portfolio_id=found.pk)
    return redirect("whole", pk=pk, file=row.pk)


@never_cache
@require_safe
def whole_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Where the file stands. The page can be left, and works tomorrow."""
    return render(request, "portfolios/whole.html", _context(request, pk, file))


@never_cache
@require_safe
def whole_state(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """What changes while it is made, for asking again every two seconds."""
    return render(request, "portfolios/_whole.html", _context(request, pk, file))


@require_POST
def whole_again(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Makes a file again that failed."""
    again(by=person(request), file_id=_row(request, pk, file).pk)
    return redirect("whole", pk=pk, file=file)


@never_cache
@require_safe
def whole_take(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponseBase:
    """The zip itself."""
    row = _row(request, pk, file)
    whole.note_taken(by=person(request), row=row)
    return send_file(row, f"portfolio-{row.created_at:%Y-%m-%d}.zip", "application/zip")


def _row(request: HttpRequest, pk: UUID, file: UUID) -> PortfolioFile:
    found = own_portfolio(request, pk)
    return get_object_or_404(
        found.files.filter(kind=FileKind.WHOLE).select_related("portfolio__student"), pk=file
    )


def _context(request: HttpRequest, pk: UUID, file: UUID) -> dict[str, Any]:
    row = _row(request, pk, file)
    ended = row.state in (BuildState.BUILT, BuildState.FAILED)
    return {
        "file": row, "portfolio": row.portfolio,
        "poll_url": "" if ended else reverse("whole_state", args=[pk, file]),
        "doing": how_far(row.step, row.steps),
        "crumbs": [{"label": "Your portfolio", "url": reverse("portfolio", args=[pk])}, {"label": "Everything", "url": ""}],
    }  # fmt: skip
