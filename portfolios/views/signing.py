"""What a mentor without an account sees: the code, the student's waiting scans and contract, and afterwards what was signed.

A link is exchanged for a cookie of its own page and left behind. Opening changes nothing; buttons do.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.forms.layout import prefill, show_problems
from accreditation.views import throttle
from accreditation.views.languages import stay_english
from portfolios import signing, tokens
from portfolios.enums import AppraisalState, Party
from portfolios.forms.scans import AppraiseForm
from portfolios.forms.signing import CodeForm, LinkSignForm
from portfolios.models import SigningSession
from portfolios.presenters.contracts import team_before_signing
from portfolios.selectors import grades_of, open_links
from portfolios.services import appraisals, contracts, signed
from portfolios.services import signing as services
from portfolios.views.quiet import gone, quiet, too_many

COOKIE = "case_signing"
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, UUID, P], HttpResponse]
InSession = Callable[Concatenate[HttpRequest, SigningSession, P], HttpResponse]


def keep(answer: HttpResponse, kept: signing.Kept, name: str) -> HttpResponse:
    """Gives the browser what it needs for one page and those below it."""
    answer.set_cookie(
        COOKIE, signing.keep(kept), max_age=signing.KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=settings.SECURE_ORIGIN, path=reverse(name, args=[kept.row]),
    )  # fmt: skip
    return quiet(answer)


@login_not_required
@never_cache
@require_safe
def signing_open(request: HttpRequest, token: str) -> HttpResponse:
    """Follows the link of the first e-mail."""
    if not throttle.allowed(request, "signing"):
        return too_many()
    link = services.follow(token)
    if link is None:
        return gone()
    return keep(redirect("signing", link=link.pk), signing.Kept(link.pk), "signing")


def _kept(request: HttpRequest, row: UUID) -> signing.Kept | None:
    return signing.read(request.COOKIES.get(COOKIE, ""), row)


def in_session(view: InSession[P]) -> Page[P]:
    """For a mentor who entered the code, while their session lasts; everybody else learns nothing."""

    @wraps(view)
    def ask(request: HttpRequest, link: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        kept = _kept(request, link)
        session = services.session_of(link, kept.key) if kept else None
        if session is None:
            return gone()
        return quiet(view(request, session, *args, **kwargs), "same-origin")

    return ask


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signing_home(request: HttpRequest, link: UUID) -> HttpResponse:
    """Before the code: ask for it and enter it. After it: what waits."""
    if not throttle.allowed(request, "signing-home", limit=60):
        return too_many()
    kept = _kept(request, link)
    found = open_links().filter(pk=link).first() if kept else None
    if kept is None or found is None:
        return gone()
    session = services.session_of(link, kept.key)
    if session is not None:
        return quiet(_waiting(request, session), "same-origin")
    form, problem, status = CodeForm(), "", 200
    try:
        if request.method == "POST" and "send" in request.POST:
            found = services.send_code(link_id=link)
        elif request.method == "POST":
            form, status = CodeForm(request.POST), 422
            if form.is_valid():
                own = request.user.is_authenticated and request.user.pk == found.portfolio.student.user_id
                opened, key = services.enter(link_id=link, code=form.cleaned_data["code"], by_student=own)
                return keep(redirect("signing", link=link), signing.Kept(opened.link_id, key), "signing")
    except NotAllowed:
        return gone()
    except NotNow as refused:
        problem, status = str(refused), 409
        found.refresh_from_db()
    context = {
        "link": found, "form": form, "problem": problem, "address": hint(found.address),
        "sent": found.code_sent_at is not None, "minutes": services.CODE_MINUTES, "session": settings.SIGNING_MINUTES,
        "by_student": request.user.is_authenticated and request.user.pk == found.portfolio.student.user_id,
    }  # fmt: skip
    return quiet(render(request, "portfolios/signing/code.html", context, status=status), "same-origin")


def hint(address: str) -> str:
    """Enough of an address to know it again: "h…@wexcombe-nhs.example"."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def _waiting(request: HttpRequest, session: SigningSession) -> HttpResponse:
    stay_english(request)  # what waits behind the code is not offered in Welsh
    link = session.link
    context = {
        "session": session, "link": link, "student": link.portfolio.student,
        "scans": services.waiting_scans(link.portfolio, link.mentor),
        "contract": services.unsigned_contract(link.portfolio, link.mentor),
        "done": signed.signed_in(session),
    }  # fmt: skip
    return render(request, "portfolios/signing/waiting.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_session
def signing_scan(request: HttpRequest, session: SigningSession, number: int) -> HttpResponse:
    """One waiting scan and the mentor's appraisal, as on the page of a mentor with an account. Then the next one."""
    link = session.link
    waiting = services.waiting_scans(link.portfolio, link.mentor)
    scan = get_object_or_404(waiting, number=number)
    grades = grades_of(link.portfolio.student.course_id)
    form = AppraiseForm(request.POST or None, initial={"version": scan.version}, grades=grades)
    status, stale = 200, ""
    if request.method == "POST":
        status = 422
        form.ask_again(request.POST)
        if form.is_valid():
            values = dict(form.cleaned_data)
            version = values.pop("version")
            try:
                signed.appraise_by_link(
                    session=session, scan_id=scan.pk, version=version, said=appraisals.Appraised(**values),
                    state=request.POST.get("say", AppraisalState.AGREED),
                )  # fmt: skip
                messages.success(request, f"Signed: scan {number}.")
                following = waiting.all().first()
                if following is None:
                    return redirect("signing", link=link.pk)
                return redirect("signing_scan", link=link.pk, number=following.number)
            except Invalid as refused:
                form.ask_if_needed(refused)
                show_problems(form, refused)
            except Stale as refused:
                stale, status = str(refused), 409
                scan.refresh_from_db()
                prefill(form, version=str(scan.version))
            except NotAllowed:
                return gone()
    before = getattr(scan, "appraisal", None)
    context = {
        "scan": scan, "form": form, "student": link.portfolio.student, "left": waiting.count(), "stale": stale,
        "before": before, "changed": appraisals.changed_since(before, scan) if before else (),
        "crumbs": _crumbs(session, f"Scan {number}"),
    }  # fmt: skip
    return render(request, "portfolios/appraise.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_session
def signing_contract(request: HttpRequest, session: SigningSession) -> HttpResponse:
    """The exact text of the learning contract, who mentors it, and the place to sign."""
    link = session.link
    found = services.unsigned_contract(link.portfolio, link.mentor)
    if found is None:
        return redirect("signing", link=link.pk)
    form = LinkSignForm(request.POST or None, initial={"text_sha256": found.text_sha256})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                signed.sign_by_link(session=session, contract_id=found.pk, **form.cleaned_data)
                messages.success(request, "Signed. The signature is bound to exactly this text.")
                return redirect("signing", link=link.pk)
            except Invalid as refused:
                show_problems(form, refused)
            except NotAllowed:
                return gone()
    context = {
        "contract": found, "form": form, "lines": contracts.contract_text(found).splitlines(),
        "statement": contracts.STATEMENT[Party.MENTOR], "link": link, "student": link.portfolio.student,
        "mentors": team_before_signing(found, timezone.localdate()),
        "before": (before := contracts.version_before(found)),
        "differences": contracts.differences(before, found) if before else (),
        "crumbs": _crumbs(session, "Learning contract"),
    }  # fmt: skip
    return render(request, "portfolios/signing/contract.html", context, status=status)


@login_not_required
@require_POST
@in_session
def signing_finish(request: HttpRequest, session: SigningSession) -> HttpResponse:
    """The mentor is done: the link opens no more."""
    services.finish(session=session)
    return render(request, "portfolios/signing/finished.html", {"student": session.link.portfolio.student})


def _crumbs(session: SigningSession, words: str) -> list[dict[str, str]]:
    name = session.link.portfolio.student.full_name
    return [{"label": name, "url": reverse("signing", args=[session.link_id])}, {"label": words, "url": ""}]


@login_not_required
@never_cache
@require_safe
def signed_open(request: HttpRequest, token: str) -> HttpResponse:
    """Follows the link of the e-mail that lists what was signed."""
    if not throttle.allowed(request, "signing"):
        return too_many()
    session = SigningSession.objects.filter(check_sha256=tokens.sum_of(token), told_at__isnull=False).first()
    if session is None:
        return gone()
    return keep(redirect("signed", session=session.pk), signing.Kept(session.pk), "signed")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signed_answer(request: HttpRequest, session: UUID) -> HttpResponse:
    """The mentor says: this was me, or this was not me."""
    if not throttle.allowed(request, "signing-home", limit=60):
        return too_many()
    chosen = SigningSession.objects.filter(told_at__isnull=False).select_related(
        "link__mentor", "link__portfolio__student", "dispute"
    )
    found = chosen.filter(pk=session).first() if _kept(request, session) else None
    if found is None:
        return gone()
    status, problem = 200, ""
    if request.method == "POST":
        try:
            if request.POST.get("say") == "not_me":
                signed.dispute(session_id=found.pk)
            elif request.POST.get("say") == "me":
                signed.confirm(session_id=found.pk)
            return quiet(redirect("signed", session=found.pk), "same-origin")
        except NotNow as refused:
            problem, status = str(refused), 409
    found = chosen.get(pk=session)
    context = {
        "session": found, "student": found.link.portfolio.student, "lines": signed.signed_in(found),
        "dispute": getattr(found, "dispute", None), "problem": problem,
    }  # fmt: skip
    return quiet(render(request, "portfolios/signing/answer.html", context, status=status), "same-origin")
