"""A graduate's passports: the list with the form for a new one, and one with its link, its file and who opened it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.enums import BuildState
from accreditation.exceptions import Invalid
from accreditation.forms.keys import claim, remember, result_of
from accreditation.forms.layout import show_problems
from accreditation.letters.qr import qr_svg
from accreditation.permissions import refusal
from portfolios.forms.passports import PassportForm
from portfolios.models import Passport, Portfolio
from portfolios.passport import links
from portfolios.services import passports
from portfolios.services.files import again
from portfolios.views.sending import send_file
from portfolios.views.student import person, seen_portfolio


def own_portfolio(request: HttpRequest, pk: UUID) -> Portfolio:
    """One's own portfolio, or 404: to everybody else it has no passports."""
    found = seen_portfolio(request, pk)
    if found.student.user_id != person(request).pk:
        raise Http404("Not one's own portfolio.")
    return found


def _own_passport(request: HttpRequest, pk: UUID, passport: UUID) -> Passport:
    found = own_portfolio(request, pk)
    return get_object_or_404(found.passports.select_related("file"), pk=passport)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passport_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All passports of a graduate, the newest first, and the form for another."""
    found = own_portfolio(request, pk)
    cannot = refusal(passports.check_make, person(request), found)
    form = PassportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_make(request, found, form))
        except Invalid as refused:
            show_problems(form, refused)
    rows = found.passports.annotate(times=Count("views", distinct=True), last=Max("views__hour"))
    context = {
        "portfolio": found, "form": form, "cannot": cannot,
        "rows": [{"passport": row, "state": state_of(row)} for row in rows.order_by("-created_at")],
        "crumbs": _crumbs(found),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "portfolios/passports/list.html", context, status=status)


@transaction.atomic
def _make(request: HttpRequest, found: Portfolio, form: PassportForm) -> str:
    """Once for each rendered form; the second press leads to what the first one made."""
    values = form.cleaned_data
    key = values["form_key"]
    if not claim(key, person(request)):
        return result_of(key, person(request)) or reverse("passport_list", args=[found.pk])
    made = passports.make_passport(
        by=person(request), portfolio_id=found.pk, days=values["days"], sections=values["sections"],
        purpose=values["purpose"],
    )  # fmt: skip
    address = reverse("passport", args=[found.pk, made.pk])
    remember(key, address)
    messages.success(request, "The passport is made. Its link is below.")
    return address


@never_cache
@require_safe
def passport(request: HttpRequest, pk: UUID, passport: UUID) -> HttpResponse:
    """One passport for its owner: link, square code, file, openings, and the way to revoke it."""
    found = _own_passport(request, pk, passport)
    return render(request, "portfolios/passports/passport.html", _context(found))


@never_cache
@require_safe
def passport_state(request: HttpRequest, pk: UUID, passport: UUID) -> HttpResponse:
    """What changes while the file is made, for asking again every two seconds."""
    return render(request, "portfolios/passports/_file.html", _file(_own_passport(request, pk, passport)))


@require_POST
def passport_revoke(request: HttpRequest, pk: UUID, passport: UUID) -> HttpResponse:
    """Closes the link at once."""
    found = _own_passport(request, pk, passport)
    passports.revoke_passport(by=person(request), passport_id=found.pk)
    messages.success(request, "Revoked. The link opens no more, and the PDF is answered as withdrawn.")
    return redirect("passport", pk=pk, passport=passport)


@require_POST
def passport_again(request: HttpRequest, pk: UUID, passport: UUID) -> HttpResponse:
    """Makes a file again that failed."""
    again(by=person(request), file_id=_own_passport(request, pk, passport).file.pk)
    return redirect("passport", pk=pk, passport=passport)


@never_cache
@require_safe
def passport_code(request: HttpRequest, pk: UUID, passport: UUID) -> HttpResponse:
    """The link as a square code, for its owner."""
    found = _own_passport(request, pk, passport)
    address = links.address_of(found)
    if not address or state_of(found) != "valid":
        raise Http404("This link opens no more.")
    return HttpResponse(qr_svg(address), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@never_cache
@require_safe
def passport_file(request: HttpRequest, pk: UUID, passport: UUID) -> HttpResponseBase:
    """The PDF, for its owner."""
    found = _own_passport(request, pk, passport)
    return send_file(found.file, f"{found.number}.pdf", "application/pdf")


def state_of(found: Passport) -> str:
    """The code of how a passport's link stands: valid, expired or withdrawn."""
    if found.revoked_at:
        return "withdrawn"
    return "expired" if found.expires_on < timezone.localdate() else "valid"


def _context(found: Passport) -> dict[str, Any]:
    state = state_of(found)
    held, changed = passports.standing_of(found)
    args = [found.portfolio_id, found.pk]
    return {
        **_file(found), "held": held, "changed": changed, "state": state,
        "address": links.address_of(found) if state == "valid" else "",
        "views": found.views.order_by("-hour")[:50], "times": found.views.count(),
        "presentations": found.presentations.order_by("-on"),
        "crumbs": [*_crumbs(found.portfolio)[:1], {"label": "Passports", "url": reverse("passport_list", args=args[:1])},
                   {"label": found.number, "url": ""}],
    }  # fmt: skip


def _file(found: Passport) -> dict[str, Any]:
    ended = found.file.state in (BuildState.BUILT, BuildState.FAILED)
    poll_url = "" if ended else reverse("passport_state", args=[found.portfolio_id, found.pk])
    return {"passport": found, "file": found.file, "poll_url": poll_url}


def _crumbs(found: Portfolio) -> list[dict[str, str]]:
    return [
        {"label": "Your portfolio", "url": reverse("portfolio", args=[found.pk])},
        {"label": "Passports", "url": ""},
    ]
