"""A student's portfolio: at a glance, the scan log, and one more scan."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.exceptions import Invalid, Stale
from accreditation.forms.layout import set_version, show_problems
from accreditation.models import User
from accreditation.permissions import is_on_team, refusal
from accreditation.rules import regions
from mentors.models import Mentor
from portfolios.enums import AppraisalState, FileKind, ScanRole, Subject, Supervision
from portfolios.forms.scans import CorrectForm, ScanForm
from portfolios.models import LearningContract, Portfolio, Scan, Student
from portfolios.permissions import check_for_student, check_log, may_assess
from portfolios.presenters.assessments import attempts_of, taken_back
from portfolios.presenters.exceptions import by_exception
from portfolios.presenters.progress import progress_of
from portfolios.presenters.waiting import waits_of
from portfolios.presenters.weekly import weekly
from portfolios.selectors import WAITS, current_team, favourites_of, logs_to_fill, visible_portfolios
from portfolios.services import scans as services
from portfolios.services.contracts import check_draft
from portfolios.services.export import export_portfolio

PAGE = 30


def person(request: HttpRequest) -> User:
    """The person signed in: the access table lets nobody else here."""
    return cast(User, request.user)


def seen_portfolio(request: HttpRequest, pk: UUID) -> Portfolio:
    """A portfolio that this person may see, or 404. `named` says whether its owner's name may be shown."""
    return get_object_or_404(visible_portfolios(person(request)), pk=pk)


def whose(portfolio: Portfolio) -> str:
    """What a page calls the owner: the name, or for assessors the code only."""
    named = getattr(portfolio, "named", False)
    return portfolio.student.full_name if named else f"Student {portfolio.student.code}"


@require_safe
def portfolio_home(request: HttpRequest) -> HttpResponse:
    """One's own portfolio; the choice, where there are several."""
    own = list(visible_portfolios(person(request)).filter(student__user=person(request)))
    if len(own) == 1:
        return redirect("portfolio", pk=own[0].pk)
    if not own and Student.objects.filter(user=person(request)).exists():
        return redirect("application_home")
    return render(request, "portfolios/none.html", {"portfolios": own})


@require_safe
def portfolio(request: HttpRequest, pk: UUID) -> HttpResponse:
    """At a glance: coverage of the remit, gaps in words, who is waited for, contract and team."""
    found = seen_portfolio(request, pk)
    named = getattr(found, "named", False)
    mine = found.student.user_id == person(request).pk
    progress = progress_of(found)
    context = {
        "portfolio": found,
        "student": found.student,
        "whose": "Your portfolio" if mine else whose(found),
        "mine": mine,
        "named": named,
        "progress": progress,
        "sees_application": mine or named and is_on_team(person(request), found.student.course),
        "waiting": waits_of([found.pk]).get(found.pk, ()) if named else (),
        "weekly": weekly(found.scans.all()),
        "team": current_team().filter(student=found.pk).select_related("mentor").order_by("since"),
        "contracts": found.contracts.order_by("-number") if named else LearningContract.objects.none(),
        "can_propose": named and refusal(check_draft, person(request), found) is None,
        "recent": log_of(found)[:5],
        "cannot_log": (cannot := refusal(check_log, person(request), found)),
        "may_correct": found.student.user_id == person(request).pk and cannot is None,
        "attempts": attempts_of(found, progress, person(request)),
        "taken_back": taken_back(found) if named else (),
        "can_staff": named and refusal(check_for_student, person(request), found.student) is None,
        "can_assess": named and may_assess(person(request), found),
        "awards": found.student.awards.order_by("ratified_on"),
        "disputes": found.disputes.filter(settled_at__isnull=True).select_related("session__link__mentor")
        if named
        else (),
        "without_account": mine
        and current_team().filter(student=found.pk, mentor__user__isnull=True).exists(),
        "whole_files": found.files.filter(kind=FileKind.WHOLE).order_by("-created_at")[:3] if mine else (),
        "presentations": found.presentations.order_by("on") if named else (),
    }
    return render(request, "portfolios/portfolio.html", context)


@require_POST
def portfolio_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything as a zip file, for the owner only; the audit trail notes it."""
    found = seen_portfolio(request, pk)
    if found.student.user_id != person(request).pk:
        raise Http404("Not one's own portfolio.")
    made = export_portfolio(by=person(request), portfolio_id=found.pk)
    name = f"portfolio-{timezone.localdate():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/zip", headers=headers)


def log_of(found: Portfolio) -> QuerySet[Scan]:
    """The scans of a portfolio, newest first, with what a row shows."""
    return found.scans.select_related("mentor", "appraisal").order_by("-on", "-number")


@require_safe
def scan_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The scan log, page by page; what is kept apart is a list of its own."""
    found = seen_portfolio(request, pk)
    which = request.GET.get("show", "log")
    rows = log_of(found).filter(logged=which != "apart")
    if which == "waiting":
        rows = rows.filter(WAITS)
    elif which in (AppraisalState.QUERIED, AppraisalState.DISPUTED):
        rows = rows.filter(appraisal__state=which)
    base = reverse("scan_list", args=[pk])
    counts = found.scans.aggregate(
        log=Count("pk", filter=Q(logged=True)),
        waiting=Count("pk", filter=WAITS & Q(logged=True)),
        queried=Count("pk", filter=Q(logged=True, appraisal__state=AppraisalState.QUERIED)),
        disputed=Count("pk", filter=Q(logged=True, appraisal__state=AppraisalState.DISPUTED)),
        apart=Count("pk", filter=Q(logged=False)),
    )
    names = {
        "log": "In the log", "waiting": "Waiting for the mentor", "queried": "Queried",
        "disputed": "“I was not the mentor”", "apart": "Kept apart",
    }  # fmt: skip
    pages = Paginator(rows, PAGE)
    pages.count = counts.get(which, counts["log"])
    page = pages.get_page(request.GET.get("page"))
    owner = "Your portfolio" if found.student.user_id == person(request).pk else whose(found)
    context = {
        "portfolio": found,
        "whose": owner,
        "named": getattr(found, "named", False),
        "mine": found.student.user_id == person(request).pk,
        "page_obj": page,
        "by_exception": by_exception(found, page.object_list),
        "apart": which == "apart",
        "tabs": [
            {"label": label, "url": f"{base}?show={code}", "count": counts[code], "current": which == code}
            for code, label in names.items()
            if counts[code] or code in ("log", "waiting", "apart", which)
        ],
        "crumbs": [
            {"label": owner, "url": reverse("portfolio", args=[pk])},
            {"label": "Scan log", "url": ""},
        ],
        "cannot_log": (cannot := refusal(check_log, person(request), found)),
        "can_correct": found.student.user_id == person(request).pk and cannot is None,
        "can_fill": logs_to_fill(person(request)).filter(pk=pk).exists(),
    }
    return render(request, "portfolios/scans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scan_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Logs a scan; `?like=17` begins with what scan 17 said, but for what was found."""
    found = seen_portfolio(request, pk)
    if found.student.user_id != person(request).pk:
        raise Http404("Not one's own portfolio.")
    check_log(person(request), found)
    team = _team(found)
    form = ScanForm(request.POST or None, parts=_remit(found), mentors=team, initial=_like(request, found))
    by_script = request.headers.get("X-Scan", "")  # "now", or "later" for what waited on the device
    if request.method == "POST":
        if request.POST.get("identifier_reason"):
            form.ask_reason()
        if form.is_valid():
            try:
                scan = services.log_scan(by=person(request), portfolio_id=found.pk, entry=form.entry())
                return _logged(request, found, scan, by_script)
            except Invalid as refused:
                if "identifier_reason" in refused.problems:
                    form.ask_reason()
                show_problems(form, refused)
        if by_script:
            return JsonResponse({"stored": False}, status=422)
    context = {
        "portfolio": found,
        "form": form,
        "last": found.scans.order_by("-created_at", "-number").first(),
        "favourites": favourites_of(found),
        "begun": _begun(found, form),
        "alone": not team.exists(),
        "crumbs": [
            {"label": "Your portfolio", "url": reverse("portfolio", args=[pk])},
            {"label": "Log a scan", "url": ""},
        ],
    }
    return render(request, "portfolios/scan_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def scan_correct(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Corrects one's own scan; the page says what that does to what the mentor wrote."""
    found = seen_portfolio(request, pk)
    if found.student.user_id != person(request).pk:
        raise Http404("Not one's own portfolio.")
    check_log(person(request), found)
    scan = get_object_or_404(log_of(found), number=number)
    team = current_team().filter(student=found.pk).values("mentor")
    mentors = Mentor.objects.filter(Q(pk__in=team) | Q(scans=scan.pk)).distinct()
    parts = tuple(dict.fromkeys((*_remit(found), *sorted(scan.regions))))
    form = CorrectForm(request.POST or None, parts=parts, mentors=mentors, initial=_as_logged(scan))
    status, stale = 200, ""
    if request.method == "POST":
        status = 422
        if request.POST.get("identifier_reason"):
            form.ask_reason()
        if form.is_valid():
            version = form.cleaned_data["version"]
            try:
                services.correct_scan(
                    by=person(request), scan_id=scan.pk, version=version, entry=form.entry()
                )
                messages.success(request, f"Scan {number} is corrected.")
                return redirect("scan_list", pk=pk)
            except Invalid as refused:
                if "identifier_reason" in refused.problems:
                    form.ask_reason()
                show_problems(form, refused)
            except Stale as refused:
                stale, status = str(refused), 409
                scan.refresh_from_db()
                set_version(form, scan.version)
    elif scan.identifier_reason:
        form.ask_reason()
    context = {
        "form": form, "scan": scan, "stale": stale, "appraisal": getattr(scan, "appraisal", None),
        "crumbs": [
            {"label": "Your portfolio", "url": reverse("portfolio", args=[pk])},
            {"label": "Scan log", "url": reverse("scan_list", args=[pk])},
            {"label": f"Scan {number}", "url": ""},
        ],
    }  # fmt: skip
    return render(request, "portfolios/scan_correct.html", context, status=status)


def _as_logged(scan: Scan) -> dict[str, Any]:
    names = (
        "on", "side", "subject", "age", "indication", "supervision", "role", "minutes", "other_finding", "reflection",
        "version", "identifier_reason",
    )  # fmt: skip
    return {
        **{name: getattr(scan, name) for name in names},
        "regions": sorted(scan.regions), "pathologies": sorted(scan.pathologies), "mentor": scan.mentor_id,
    }  # fmt: skip


def _logged(request: HttpRequest, found: Portfolio, scan: Scan, by_script: str) -> HttpResponse:
    """Where to after a scan is stored; the script is told, and shows what waited by itself."""
    onwards = reverse("portfolio", args=[found.pk])
    if "again" in request.POST:
        onwards = f"{reverse('scan_add', args=[found.pk])}?like={scan.number}"
    if by_script != "later":
        messages.success(request, _said(scan))
    if by_script:
        return JsonResponse({"stored": True, "number": scan.number, "onwards": onwards})
    return redirect(onwards)


def _said(scan: Scan) -> str:
    kept = (
        "" if scan.logged else " It is kept apart as learning and does not count, because it was no patient."
    )
    return f"Scan {scan.number} is in your portfolio, with case number {scan.case}.{kept}"


def _remit(found: Portfolio) -> tuple[str, ...]:
    """The parts of the newest contract's remit, in the standard's order."""
    contract = found.contracts.order_by("-number").first()
    held = set(contract.remit) if contract else set()
    for term in contract.group_terms if contract else ():
        held |= set(regions.names(regions.GROUPS[term]))
    return tuple(part for part in regions.PARTS if part in held)


def _team(found: Portfolio) -> QuerySet[Mentor]:
    return Mentor.objects.filter(pk__in=current_team().filter(student=found.pk).values("mentor"))


def _begun(found: Portfolio, form: ScanForm) -> str:
    """What the form took over from an earlier scan and mostly stays so, in words; "" where it lacks some of it."""
    mentor = next((one for one in _team(found) if one.pk == form.initial.get("mentor")), None)
    values = [str(form.initial.get(name) or "") for name in ("supervision", "role", "subject")]
    if mentor is None or not all(values):
        return ""
    labels = [
        str(kind(value).label) for kind, value in zip((Supervision, ScanRole, Subject), values, strict=True)
    ]
    return f"As before: {mentor}; {'; '.join(label.lower() for label in labels)}"


def _like(request: HttpRequest, found: Portfolio) -> dict[str, Any]:
    today = timezone.localdate()
    number = request.GET.get("like", "")
    model = found.scans.filter(number=number).first() if number.isdecimal() else None
    if model is None:
        team = list(_team(found)[:2])
        return {"on": today, "mentor": team[0].pk if len(team) == 1 else None}
    return {
        "on": today, "regions": sorted(model.regions), "side": model.side, "subject": model.subject,
        "mentor": model.mentor_id, "supervision": model.supervision, "role": model.role, "minutes": model.minutes,
        "indication": model.indication,
    }  # fmt: skip
