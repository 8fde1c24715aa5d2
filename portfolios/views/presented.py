"""What an employer, regulator or professional body sees of a passport, without an account (PS3).

The link is exchanged for a cookie of that one passport and left behind: the page's own address opens nothing for others. A
wrong, an expired and a revoked link are answered with the same bytes.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import wording
from accreditation.enums import BuildState
from accreditation.exceptions import Invalid, NotNow
from accreditation.forms.layout import show_problems
from accreditation.rules import regions
from accreditation.views import throttle
from portfolios.forms.passports import ListForm, PresentedForm
from portfolios.models import Passport, Presentation
from portfolios.passport import links, paper
from portfolios.services import passports
from portfolios.views.quiet import gone, quiet, too_many
from portfolios.views.sending import send_file

COOKIE = "case_passport"
P = ParamSpec("P")
Shown = Callable[Concatenate[HttpRequest, Passport, UUID, P], HttpResponseBase]


@login_not_required
@never_cache
@require_safe
def passport_open(request: HttpRequest, token: str) -> HttpResponse:
    """Follows a passport's link: the token stays behind, a cookie for this passport alone goes on."""
    if not throttle.allowed(request, "passport"):
        return too_many()
    found = passports.follow(token)
    if found is None:
        return gone()
    passport, opening = found
    answer = redirect("passport_shown", passport=passport.pk)
    answer.set_cookie(
        COOKIE, links.opened(passport, opening), max_age=links.OPEN_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SECURE_ORIGIN, path=reverse("passport_shown", args=[passport.pk]),
    )  # fmt: skip
    return quiet(answer)


def _with_opening(
    policy: str,
) -> Callable[[Shown[P]], Callable[Concatenate[HttpRequest, UUID, P], HttpResponseBase]]:
    """For whoever followed the link, while it opens: the view gets the passport and the opening. For the rest: nothing."""

    def around(view: Shown[P]) -> Callable[Concatenate[HttpRequest, UUID, P], HttpResponseBase]:
        @wraps(view)
        def ask(request: HttpRequest, passport: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not throttle.allowed(request, "passport-shown", limit=120):
                return too_many()
            opening = links.read_opened(request.COOKIES.get(COOKIE, ""), passport)
            found = passports.still_open(passport)
            if opening is None or found is None:
                return gone()
            return quiet(view(request, found, opening, *args, **kwargs), policy)

        return ask

    return around


@login_not_required
@never_cache
@require_safe
@_with_opening("no-referrer")
def passport_shown(request: HttpRequest, passport: Passport, opening: UUID) -> HttpResponse:
    """The passport, and which regions of a planned scan list it covers. The list is part of the address and not kept."""
    if request.method == "GET":
        passports.note_view(passport=passport, opening=opening)
    asked = "asked" in request.GET
    form = ListForm(request.GET if asked else None)
    chosen = form.cleaned_data["list"] if asked and form.is_valid() else []
    held, changed = passports.standing_of(passport)
    context = {
        **paper.context_of(held), "passport": passport, "changed": changed,
        "changes": wording.join(gettext(one) for one in changed), "form": form, "asked": asked,
        "answer": _answer(chosen, held.covered), "shown": Presentation.objects.filter(opening=opening).first(),
        "ready": passport.file.state == BuildState.BUILT,
    }  # fmt: skip
    return render(request, "portfolios/passports/shown.html", context)


def _answer(chosen: list[str], covered: tuple[str, ...]) -> dict[str, list[str]]:
    """The chosen parts, those that the remit covers and those that it does not, in words."""
    ordered = [part for part in regions.PARTS if part in chosen]
    return {
        "inside": [wording.region_headed(part) for part in ordered if part in covered],
        "outside": [wording.region_headed(part) for part in ordered if part not in covered],
    }


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_with_opening(
    "same-origin"
)  # without a referrer a browser sends no origin with a form, which is then refused
def passport_presented(request: HttpRequest, passport: Passport, opening: UUID) -> HttpResponse:
    """Records that award and portfolio were presented (PS3.2), once for each opening of the link."""
    form = PresentedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        try:
            passports.note_presented(
                passport_id=passport.pk, opening=opening, to=values["to"], recipient=values["recipient"],
                award="award" in values["shown"], portfolio_shown="portfolio" in values["shown"],
            )  # fmt: skip
            return redirect("passport_shown", passport=passport.pk)
        except Invalid as refused:
            show_problems(form, refused)
        except NotNow:
            return redirect("passport_shown", passport=passport.pk)
    context = {"form": form, "passport": passport, "holder": passport.portfolio.student.full_name}
    status = 422 if request.method == "POST" else 200
    return render(request, "portfolios/passports/presented.html", context, status=status)


@login_not_required
@never_cache
@require_safe
@_with_opening("no-referrer")
def passport_paper(request: HttpRequest, passport: Passport, opening: UUID) -> HttpResponseBase:
    """The sealed PDF, for whoever opened the link."""
    return send_file(passport.file, f"{passport.number}.pdf", "application/pdf")
