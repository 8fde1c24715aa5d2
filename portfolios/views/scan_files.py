"""Files of scans: brought in, looked at, taken over by a second press, taken back as a whole."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation.exceptions import Invalid, NotNow
from accreditation.files import StoreUnavailable
from accreditation.forms.layout import show_problems
from accreditation.imports import writing
from accreditation.models import Course
from accreditation.permissions import refusal
from accreditation.selectors import led_courses
from portfolios.enums import ScanFileState
from portfolios.forms.scan_files import BringForm, ColumnsForm
from portfolios.imports import columns
from portfolios.imports.sieve import MOST_REFUSED
from portfolios.models import Portfolio, ScanFile
from portfolios.presenters import scan_files as present
from portfolios.selectors import logs_to_fill, visible_scan_files
from portfolios.services import scan_files as services
from portfolios.services.scan_file_reading import examples, mentor_choices
from portfolios.services.scan_file_undo import hinderers, undo
from portfolios.services.scan_templates import template
from portfolios.views.student import person

SHOWN = 100
LISTED = 25


def _log(request: HttpRequest, pk: UUID) -> Portfolio:
    return get_object_or_404(logs_to_fill(person(request)), pk=pk)


def _course(request: HttpRequest, pk: UUID) -> Course:
    courses = Course.objects.filter(pk__in=led_courses(person(request)).values("pk"))
    return get_object_or_404(courses.select_related("institution"), pk=pk)


def _file(request: HttpRequest, pk: UUID) -> ScanFile:
    return get_object_or_404(visible_scan_files(person(request)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def scan_files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Files for one log, and a form for the next. Sending a file stores nothing in the log."""
    found = _log(request, pk)
    return _files(request, found.student.course, found)


@require_http_methods(["GET", "HEAD", "POST"])
def course_scan_files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Files for several logs of a course at once, told apart by a column with the student's code."""
    return _files(request, _course(request, pk), None)


def _files(request: HttpRequest, course: Course, portfolio: Portfolio | None) -> HttpResponse:
    user = person(request)
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.bring(
                by=user, course=course, portfolio=portfolio, upload=form.cleaned_data["file"],
                form_key=form.cleaned_data["form_key"],
            )  # fmt: skip
            return redirect(
                "scan_file_columns" if row.state == ScanFileState.NAMING else "scan_file", pk=row.pk
            )
        except Invalid as no:
            show_problems(form, no)
        except StoreUnavailable as no:
            form.add_error("file", str(no))
    files = visible_scan_files(user).filter(course=course, portfolio=portfolio)
    key = portfolio.pk if portfolio else course.pk
    name = "scan_template" if portfolio else "course_scan_template"
    context = {
        "form": form,
        "portfolio": portfolio,
        "course": course,
        "mine": portfolio is not None and portfolio.student.user_id == user.pk,
        "cannot": refusal(services.check_bring, user, course, portfolio),
        "page_obj": Paginator(files, LISTED).get_page(request.GET.get("page")),
        "template_csv": reverse(name, args=[key, "csv"]),
        "template_xlsx": reverse(name, args=[key, "xlsx"]),
        "columns": [
            label for column, label in columns.COLUMNS.items() if portfolio is None or column != "student"
        ],
        "crumbs": present.crumbs(course, portfolio, user, ("Files of scans", "")),
    }
    return render(request, "portfolios/scan_files.html", context, status=422 if form.errors else 200)


@require_safe
def scan_template(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The template for one log."""
    return _template(_log(request, pk).student.course, form, several=False)


@require_safe
def course_scan_template(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The template for several logs of a course."""
    return _template(_course(request, pk), form, several=True)


def _template(course: Course, form: str, *, several: bool) -> HttpResponse:
    kinds = {"csv": writing.CSV, "xlsx": writing.XLSX}
    if form not in kinds:
        raise Http404("Templates are CSV or Excel.")
    response = HttpResponse(template(course, form, several=several), content_type=kinds[form])
    response["Content-Disposition"] = f'attachment; filename="scans.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def scan_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One file: what taking it over would do, how far the worker is with it, or what became of it."""
    return _page(request, _file(request, pk))


def _page(request: HttpRequest, row: ScanFile, error: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    lines = row.lines.filter(refused=request.GET.get("show") != "left-out")
    context = {
        "file": row,
        "work": present.work(row),
        "error": error,
        "counts": present.counts(row),
        "good": row.counts.get("good", 0),
        "refused": row.counts.get("refused", 0),
        "left_out": row.counts.get("twice", 0) + row.counts.get("there", 0),
        "shows_left_out": request.GET.get("show") == "left-out",
        "page_obj": Paginator(lines, SHOWN).get_page(request.GET.get("page")),
        "apart": row.counts.get("apart", 0),
        "too_many": row.counts.get("refused", 0) > MOST_REFUSED,
        "ranges": row.ranges.select_related("portfolio__student") if row.state == ScanFileState.APPLIED else (),
        "hindering": hinderers(row) if row.state == ScanFileState.APPLIED else (),
        "cannot": refusal(services.check_bring, user, row.course, row.portfolio),
        "back": present.list_url(row),
        "crumbs": present.crumbs(row.course, row.portfolio, user, ("Files of scans", present.list_url(row)), (row.name, "")),
    }  # fmt: skip
    return render(request, "portfolios/scan_file.html", context, status=status)


@require_safe
def scan_file_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a long file is, as the page asks every two seconds; when it has ended the page is drawn anew."""
    row = _file(request, pk)
    response = render(request, "components/work.html", present.work(row) or {})
    if row.state not in (ScanFileState.READING, ScanFileState.STORING):
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def scan_file_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says by hand what each column holds. It is remembered for the next file with the same headings."""
    row = _file(request, pk)
    if row.state not in (ScanFileState.NAMING, ScanFileState.CHECKED):
        return redirect("scan_file", pk=pk)
    several = row.portfolio_id is None
    form = ColumnsForm(
        request.POST or None, headings=row.headings, examples=examples(row),
        guessed=row.columns or columns.guess(row.headings, course=several), fixed=row.fixed,
        mentors=mentor_choices(row), course=several, initial={"version": row.version},
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = services.name_columns(
                    by=person(request), file_id=pk, version=form.cleaned_data["version"], chosen=form.chosen(),
                    fixed=form.fixed(),
                )  # fmt: skip
                services.look_if_short(row)
                return redirect("scan_file", pk=pk)
            except Invalid as no:
                show_problems(form, no)
    context = {
        "form": form,
        "file": row,
        "back": present.list_url(row),
        "crumbs": present.crumbs(
            row.course,
            row.portfolio,
            person(request),
            ("Files of scans", present.list_url(row)),
            (row.name, ""),
        ),
    }
    return render(request, "portfolios/scan_file_columns.html", context, status=status)


@require_POST
def scan_file_take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file is taken over: all of it, or its good lines."""
    row = _file(request, pk)
    try:
        row = services.take_over(
            by=person(request), file_id=pk, good_only=request.POST.get("which") == "good"
        )
    except (Invalid, NotNow) as no:
        return _page(request, _file(request, pk), str(no), status=409)
    if row.state == ScanFileState.APPLIED:
        messages.success(request, present.taken_over(row))
    return redirect("scan_file", pk=pk)


@require_POST
def scan_file_look_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The kept file is looked at once more, against the log as it is now."""
    _file(request, pk)
    services.look_if_short(services.look_again(by=person(request), file_id=pk))
    return redirect("scan_file", pk=pk)


@require_POST
def scan_file_leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file goes; nothing of it was stored."""
    row = _file(request, pk)
    services.leave(by=person(request), file_id=pk)
    messages.success(request, f"{row.name} is gone. Nothing of it was stored.")
    return redirect(present.list_url(row))


@require_POST
def scan_file_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The scans that came with the file go again."""
    _file(request, pk)
    try:
        undo(by=person(request), file_id=pk)
    except NotNow as no:
        return _page(request, _file(request, pk), str(no), status=409)
    messages.success(request, "The file was taken back. The scans that came with it are gone.")
    return redirect("scan_file", pk=pk)
