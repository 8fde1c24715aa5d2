"""A student asks mentors without an account to sign; the course's team settles what a mentor disputes."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.exceptions import Invalid
from accreditation.forms.layout import show_problems
from accreditation.permissions import is_on_team, refusal
from portfolios import signing
from portfolios.forms.signing import SettleForm
from portfolios.models import Dispute, Portfolio, SigningLink
from portfolios.permissions import check_for_student
from portfolios.presenters.asking import asked_of
from portfolios.selectors import named_portfolios, open_links
from portfolios.services import signed
from portfolios.services import signing as services
from portfolios.views.passports import own_portfolio
from portfolios.views.signing import keep
from portfolios.views.student import person


@never_cache
@require_safe
def signing_asked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For each mentor without an account: what waits, whether a link is out, and what became of earlier ones."""
    found = own_portfolio(request, pk)
    context = {
        "portfolio": found, "rows": asked_of(found, person(request)),
        "crumbs": [
            {"label": "Your portfolio", "url": reverse("portfolio", args=[pk])},
            {"label": "Mentors without an account", "url": ""},
        ],
    }  # fmt: skip
    return render(request, "portfolios/signing/asked.html", context)


@require_POST
def signing_ask(request: HttpRequest, pk: UUID, mentor: UUID) -> HttpResponse:
    """Sends a mentor the link."""
    found = own_portfolio(request, pk)
    link = services.ask_mentor(by=person(request), portfolio_id=found.pk, mentor_id=_of_team(found, mentor))
    messages.success(request, f"Asked: {link.mentor} gets an e-mail at the address in the register.")
    return redirect("signing_asked", pk=pk)


def _of_team(found: Portfolio, mentor: UUID) -> UUID:
    return get_object_or_404(found.student.team, mentor=mentor, known_until__isnull=True).mentor_id


@require_POST
def signing_here(request: HttpRequest, pk: UUID, link: UUID) -> HttpResponse:
    """The mentor signs in this browser: the code still goes to their own address."""
    row = _own_link(request, pk, link)
    if not open_links().filter(pk=row.pk).exists():
        return redirect("signing_asked", pk=pk)
    return keep(redirect("signing", link=row.pk), signing.Kept(row.pk), "signing")


@require_POST
def signing_take_back(request: HttpRequest, pk: UUID, link: UUID) -> HttpResponse:
    """Ends a link."""
    services.take_back(by=person(request), link_id=_own_link(request, pk, link).pk)
    messages.success(request, "Taken back: the link opens no more.")
    return redirect("signing_asked", pk=pk)


def _own_link(request: HttpRequest, pk: UUID, link: UUID) -> SigningLink:
    return get_object_or_404(own_portfolio(request, pk).signing_links, pk=link)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, pk: UUID, dispute: UUID) -> HttpResponse:
    """What a mentor disputes, for the student and the course's team; the team settles it."""
    user = person(request)
    found = get_object_or_404(named_portfolios(user), pk=pk)
    if found.student.user_id != user.pk and not is_on_team(user, found.student.course):
        raise Http404("Disputes are between the student, the course and the mentor.")
    row = get_object_or_404(
        Dispute.objects.select_related("session__link__mentor", "settled_by"), pk=dispute, portfolio=found
    )
    cannot = refusal(check_for_student, user, found.student)
    form = SettleForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                signed.settle(by=user, dispute_id=row.pk, **form.cleaned_data)
                messages.success(request, "The dispute is settled.")
                return redirect("dispute", pk=pk, dispute=dispute)
            except Invalid as refused:
                show_problems(form, refused)
    context = {
        "dispute": row, "portfolio": found, "student": found.student, "lines": signed.signed_in(row.session),
        "form": None if cannot or row.settled_at else form, "mentor": row.session.link.mentor,
        "crumbs": [
            {"label": found.student.full_name, "url": reverse("portfolio", args=[pk])},
            {"label": "Dispute", "url": ""},
        ],
    }  # fmt: skip
    return render(request, "portfolios/signing/dispute.html", context, status=status)
