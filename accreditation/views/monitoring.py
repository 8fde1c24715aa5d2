"""Pages of annual monitoring: the course's return, and the office's view of who has sent one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import files, recipients
from accreditation import monitoring as rules
from accreditation.exceptions import Invalid, Stale
from accreditation.files import StoreUnavailable
from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import set_version
from accreditation.forms.monitoring import FlagForm, ReturnForm
from accreditation.imports.writing import CSV, to_csv
from accreditation.models import AnnualReturn, Course, ReturnFile
from accreditation.permissions import is_on_team, need_role, refusal
from accreditation.presenters.returns_table import COLUMNS, Row
from accreditation.presenters.tables import arrange
from accreditation.roles import OFFICER
from accreditation.selectors import visible_courses
from accreditation.services import monitoring as service
from accreditation.uploads_guard import CUT, TOO_LARGE, is_whole, was_too_large
from accreditation.views import tables
from accreditation.views.asking import person
from accreditation.views.form_page import form_page
from accreditation.views.sending import send_blob

FIRST_YEAR = 2000  # as the model has it
BEGUN = {True: "Sent", False: "Being written"}


@login_required
@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """Who has sent the return of a year, and who has not; those first."""
    user, today = person(request), timezone.localdate()
    year = rules.year_asked(request.GET.get("year", ""), today)
    rows = rules.owed(user, year)
    told = rules.reminded([row.course for row in rows], year)
    lines = [Row(row, year, told.get(row.course.pk)) for row in rows]
    table = arrange("returns", COLUMNS, lines, request.GET, key=lambda line: str(line.owed.course.pk))
    if form_of_file := tables.wants_file(request):
        return tables.as_file(form_of_file, table, by=user, title="Annual returns")
    context = {
        **tables.context_of(request, table),
        "may_remind": user.has_role(OFFICER) and any(not row.sent for row in rows),
        "year": year,
        "words": rules.spoken_year(year),
        "years": [
            (one, rules.spoken_year(one))
            for one in range(rules.last_year(today), rules.last_year(today) - 4, -1)
        ],
        "rows": rows,
        "due": rules.due_on(year),
        "sent": sum(row.sent for row in rows),
        "late": sum(row.late for row in rows),
    }
    return render(request, "monitoring/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def monitoring_remind(request: HttpRequest, year: int) -> HttpResponse:
    """Who would be written to, before anybody is: the leaders of the ticked courses that have not sent their return."""
    _known(year)
    user = person(request)
    need_role(user, OFFICER)
    given = request.POST if request.method == "POST" else request.GET
    ticked = set(given.getlist("row"))
    rows = [row for row in rules.owed(user, year) if str(row.course.pk) in ticked]
    open_still = [row.course for row in rows if not row.sent]
    told, leaders = rules.reminded(open_still, year), recipients.leaders_of(open_still)
    lines = [(course, leaders.get(course.pk, []), told.get(course.pk)) for course in open_still]
    back = f"{reverse('monitoring')}?year={year}"

    def save(values: dict[str, Any]) -> str:
        service.remind_now(by=user, year=year, course_ids=[course.pk for course in open_still])
        return back

    return form_page(
        request, KeyedForm(request.POST or None), save, title="Remind of the annual return",
        crumbs=[{"label": "Annual monitoring", "url": back}], caption=rules.spoken_year(year),
        lead="Each leader gets one e-mail, with the day and a link to the return. A second one on the same day is not sent.",
        template="monitoring/remind.html", audience="CASE’s officers. Each message stands under “What was sent”.",
        label="Send the reminders", said="The reminders are on their way.",
        more={"lines": lines, "left_out": len(rows) - len(open_still), "nobody": not any(names for _, names, _ in lines)},
    )  # fmt: skip


def _known(year: int) -> None:
    """404 for a year that no return can be of: an address may hold any number."""
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404("There is no such year.")


@login_required
@require_safe
def monitoring_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The same as a table, with every number, its totals, and what the system counted."""
    _known(year)
    rows = rules.owed(person(request), year)
    headings = ["Course", "Reference", "Institution", "Year", "State", "Sent on"]
    headings += [f"{rules.GROUPS[line.group]}: {line.label}" for line in rules.NUMBERS]
    headings += [f"{label}: total" for label in rules.GROUPS.values()]
    headings += [line.label for line in rules.WORDS]
    table = []
    for row in rows:
        course, found = row.course, row.found if row.sent else None
        entered = found.entered if found else {}
        sums = rules.totals(entered)
        table.append(
            [
                course.title,
                course.reference,
                course.institution.name,
                rules.spoken_year(year),
                BEGUN[row.sent] if row.found else "Missing",
                timezone.localdate(found.sent_at) if found and found.sent_at else None,
                *(entered.get(line.code) for line in rules.NUMBERS),
                *(sums[group] if found else None for group in rules.GROUPS),
                *(entered.get(line.code, "") for line in rules.WORDS),
            ]
        )
    response = HttpResponse(to_csv(headings, table), content_type=CSV)
    response["Content-Disposition"] = (
        f'attachment; filename="annual-monitoring-{rules.spoken_year(year)}.csv"'
    )
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def monitoring_return(request: HttpRequest, pk: UUID, year: int) -> HttpResponse:
    """One course's return: written by its team, sent by a leader, read by the office afterwards."""
    _known(year)
    user = person(request)
    course = get_object_or_404(visible_courses(user), pk=pk)
    on_team = is_on_team(user, course)
    row = rules.visible_returns(user).filter(course=course, year=year).first()
    if row is None and not on_team:
        raise Http404("No return was sent.")
    cannot = refusal(service.check_edit, user, course, year)
    if cannot:
        if row is None:
            raise Http404("No return is owed.")
        if request.method == "POST":
            service.check_edit(user, course, year)
        return _read(request, course, row)
    entered = row.entered if row else rules.prefilled(course, year)
    same = row.unchanged if row else []
    data = request.POST if request.method == "POST" else None
    form = ReturnForm(data, entered=entered, same=same, version=row.version if row else 0)
    saved: AnnualReturn | None = None
    if request.method == "POST":
        if not is_whole(request):
            form.add_error(None, CUT)
        elif form.is_valid():
            try:
                return _save(request, course, year, form)
            except Stale as stale:
                saved = stale.current if isinstance(stale.current, AnnualReturn) else None
                set_version(form, saved.version if saved else 0)
                form.add_error(None, str(stale))
            except Invalid as no:
                _blame(form, no)
                row = rules.visible_returns(user).filter(course=course, year=year).first()
                set_version(form, row.version if row else 0)
            except StoreUnavailable as no:
                form.add_error(None, str(no))
    last = rules.before(course, year)
    context = _context(course, year, row) | {
        "form": form,
        "saved": saved,
        "numbers": _numbers(form, rules.counted(course, year), last, rules.totals(_seen(form, entered))),
        "lines": [
            {
                "line": line,
                "field": form[line.code],
                "same": form[f"same_{line.code}"],
                "last": last.get(line.code, ""),
            }
            for line in rules.WORDS
        ],
        "facts": rules.facts(course, year),
        "cannot_send": refusal(service.check_edit, user, course, year, send=True),
        "prefilled": row is None,
        "had_last": bool(last),
    }
    status = 409 if saved else 422 if form.errors else 200
    return render(request, "monitoring/return.html", context, status=status)


def _seen(form: ReturnForm, entered: dict[str, Any]) -> dict[str, Any]:
    """What the totals are computed of: what was typed where it can be read, else what is saved."""
    typed = getattr(form, "cleaned_data", None)
    return {code: typed.get(code) for code in rules.LINES} if typed is not None else entered


def _save(request: HttpRequest, course: Course, year: int, form: ReturnForm) -> HttpResponse:
    user = person(request)
    common: dict[str, Any] = {"by": user, "course_id": course.pk, "year": year}
    row = service.save(
        **common, entered=form.values(), unchanged=form.same(), version=form.cleaned_data["version"]
    )
    here = reverse("monitoring_return", args=[course.pk, year])
    if was_too_large(request, "file"):
        raise Invalid({"file": [TOO_LARGE]})
    upload: Any = request.FILES.get("file")
    if upload:
        service.attach(**common, upload=upload)
    if request.POST.get("action") == "send":
        service.send(**common, version=row.version)
        messages.success(request, f"The return for {rules.spoken_year(year)} is sent. Thank you.")
        return redirect(here)
    messages.success(
        request, "Saved. The document is with the return." if upload else "Saved. Nothing is sent yet."
    )
    return redirect(here + ("#documents" if upload else ""))


def _blame(form: ReturnForm, no: Invalid) -> None:
    for code, sentences in no.problems.items():
        for sentence in sentences:
            form.add_error(code if code in form.fields else None, sentence)


def _numbers(
    form: ReturnForm, counts: dict[str, int], last: dict[str, Any], sums: dict[str, int]
) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "total": sums[group],
            "last_total": rules.totals(last)[group] if last else None,
            "lines": [
                {"field": form[line.code], "counted": counts.get(line.code), "last": last.get(line.code)}
                for line in rules.NUMBERS
                if line.group == group
            ],
        }
        for group, title in rules.GROUPS.items()
    ]


def _context(course: Course, year: int, row: AnnualReturn | None) -> dict[str, Any]:
    return {
        "course": course,
        "year": year,
        "words": rules.spoken_year(year),
        "due": rules.due_on(year),
        "row": row,
        "files": row.files.all() if row else [],
    }


def _read(
    request: HttpRequest, course: Course, row: AnnualReturn, form: FlagForm | None = None
) -> HttpResponse:
    """A return that was sent, or that one may only read; for officers with the flags, and room for another."""
    user = person(request)
    officer = user.has_role(OFFICER) and row.sent_at is not None
    sums = rules.totals(row.entered)
    context = _context(course, row.year, row) | {
        "groups": [
            {
                "title": title,
                "total": sums[group],
                "lines": [
                    (line.label, row.entered.get(line.code), row.counted.get(line.code))
                    for line in rules.NUMBERS
                    if line.group == group
                ],
            }
            for group, title in rules.GROUPS.items()
        ],
        "texts": [
            (line.label, row.entered.get(line.code, ""), line.code in row.unchanged)
            for line in rules.WORDS
            if row.entered.get(line.code)
        ],
        "flags": row.flags.select_related("raised_by") if user.has_role(*rules.BODY) else [],
        "sees_flags": user.has_role(*rules.BODY),
        "flag_form": form or (FlagForm() if officer else None),
    }
    return render(request, "monitoring/read.html", context, status=422 if form else 200)


@login_required
@require_POST
def monitoring_flag(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An officer marks what the next review should look at."""
    user = person(request)
    row = get_object_or_404(rules.visible_returns(user), pk=pk)
    form = FlagForm(request.POST)
    if form.is_valid():
        try:
            service.raise_flag(
                by=user, return_id=pk, clause=form.cleaned_data["clause"], text=form.cleaned_data["words"]
            )
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(request, "The assessors of the course’s next submission will see it.")
            return redirect(reverse("monitoring_return", args=[row.course_id, row.year]) + "#flags")
    return _read(request, row.course, row, form)


@login_required
@require_safe
def monitoring_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A document of a return, as a download."""
    seen = rules.visible_returns(person(request))
    file = get_object_or_404(ReturnFile, pk=pk, annual_return__in=seen)
    try:
        return send_blob(file.sha256, name=file.name, media_type=file.media_type, size=file.size)
    except files.BlobMissing:
        raise Http404("The file is not in the store.") from None
