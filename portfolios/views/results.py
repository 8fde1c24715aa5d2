"""Results of a cohort in one table, results and awards of one student, and corrections of what was entered wrongly."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accreditation.exceptions import Invalid
from accreditation.forms import keys
from accreditation.forms.layout import show_problems
from accreditation.models import Course
from accreditation.permissions import is_on_team
from portfolios.enums import AwardKind
from portfolios.forms import results as forms
from portfolios.models import Result, Student, StudentAward
from portfolios.presenters import results as present
from portfolios.presenters.progress import progress_of
from portfolios.services import awards, outcomes
from portfolios.services import results as services
from portfolios.views.applicants import crumbs_to, of_own_course, seen_application
from portfolios.views.formpage import TEAM_AND_OWNER, either, form_page
from portfolios.views.people import crumbs_to_course, own_course
from portfolios.views.student import person


@either
def course_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One row a student, one column a module; all that is chosen is recorded, or nothing is, and each cell says why."""
    course = own_course(request, pk)
    cohort = request.GET.get("cohort", "")
    form = forms.BoardForm(request.POST or None)
    problems: dict[str, list[str]] = {}
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_record(request, course, form))
        except Invalid as refused:
            problems = {name: said for name, said in refused.problems.items() if name.startswith("r-")}
            show_problems(
                form, Invalid({name: said for name, said in refused.problems.items() if name not in problems})
            )
    table = present.table_of(course, cohort, person(request).pk, request.POST.dict(), problems)
    context = {
        "course": course, "form": form, "table": table, "choices": present.CHOICES,
        "cell_errors": [
            {"href": f"#{cell.name}", "text": f"{cell.label}: {said}"}
            for line in table.lines for cell in line.cells for said in cell.problems
        ],
        "crumbs": [*crumbs_to_course(course), {"label": "Results", "url": ""}],
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "portfolios/results.html", context, status=status)


def _record(request: HttpRequest, course: Course, form: forms.BoardForm) -> str:
    key, here = form.cleaned_data["form_key"], request.get_full_path()
    if keys.result_of(key, person(request)):
        return here
    typed = request.POST.dict()
    chosen = {_cell(name): value for name, value in typed.items() if name.startswith("r-") and value}
    with transaction.atomic():
        if keys.claim(key, person(request)):
            made = services.record_cohort_results(
                by=person(request), course_id=course.pk, results=chosen, on=form.cleaned_data["on"]
            )
            keys.remember(key, here)
            messages.success(request, f"Recorded: {len(made)} result{'' if len(made) == 1 else 's'}.")
    return here


def _cell(name: str) -> services.Cell:
    """The student and module of a cell's name. Raises `Invalid` for a name that no page of ours gave."""
    try:
        return UUID(name[2:38]), UUID(name[39:])
    except ValueError:
        raise Invalid({"": ["The form did not arrive whole. Nothing was saved."]}) from None


@require_safe
def student_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One student's results and awards, with what each date means; for the course's team and the student."""
    found = seen_application(request, pk)
    portfolio = present.portfolio_of(found)
    if portfolio is None:
        raise Http404("Not enrolled.")
    portfolio.student = found
    mine = found.user_id == person(request).pk
    modules = list(found.course.modules.order_by("code"))
    given = {one.module_id: one for one in found.results.select_related("module")}
    context = {
        "student": found,
        "mine": mine,
        "may_decide": is_on_team(person(request), found.course) and not mine,
        "rows": [(module, given.get(module.pk)) for module in modules],
        "awards": present.awards_of(found, progress_of(portfolio)),
        "corrected_results": present.corrected_results(found),
        "corrected_awards": present.corrected_awards(found),
        "crumbs": [*crumbs_to(request, found), {"label": "Results and awards", "url": ""}],
    }
    return render(request, "portfolios/student_results.html", context)


def _page_of(student: Student) -> str:
    return reverse("student_results", args=[student.pk])


def _crumbs(request: HttpRequest, student: Student) -> list[dict[str, str]]:
    return [*crumbs_to(request, student), {"label": "Results and awards", "url": _page_of(student)}]


@either
def result_correct(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A wrong result is taken back with the reason, and the right one stands beside it."""
    found = of_own_course(request, pk)
    old = get_object_or_404(Result.objects.select_related("module"), pk=row, student=found)

    def save(values: dict[str, Any]) -> str:
        services.correct_result(by=person(request), result_id=old.pk, **values)
        return _page_of(found)

    form = forms.CorrectResultForm(request.POST or None, initial={"outcome": old.outcome, "on": old.on})
    return form_page(
        request, form, save, title="Correct a result", crumbs=_crumbs(request, found),
        caption=f"{found.full_name}: {old.module.code}, {old.module.title}", audience=TEAM_AND_OWNER, label="Correct",
        lead=f"“{old.get_outcome_display()}” stands until now.", said="The result is corrected; the old one is kept.",
    )  # fmt: skip


@either
def award_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An interim or final award with the dates that are known."""
    found = of_own_course(request, pk)

    def save(values: dict[str, Any]) -> str:
        outcomes.record_award(by=person(request), student_id=found.pk, **values)
        return _page_of(found)

    return form_page(
        request, forms.AwardForm(request.POST or None), save, title="Record an award", crumbs=_crumbs(request, found),
        caption=found.full_name, audience=TEAM_AND_OWNER,
        lead="A pass is provisional until the examination board has ratified it. Only ratification ends direct supervision.",
    )  # fmt: skip


@either
def award_dates(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Dates of an award that have come since."""
    found = of_own_course(request, pk)
    award = get_object_or_404(StudentAward, pk=row, student=found)

    def save(values: dict[str, Any]) -> str:
        awards.add_dates(by=person(request), award_id=award.pk, **values)
        return _page_of(found)

    form = forms.DatesForm(request.POST or None)
    for name in awards.DATES:
        if getattr(award, name) is not None:
            del form.fields[name]
    return form_page(
        request, form, save, title="Add dates", crumbs=_crumbs(request, found), audience=TEAM_AND_OWNER,
        caption=f"{found.full_name}: {award.get_kind_display().lower()}",
        lead="A date that stands is changed by a correction, with the reason.",
    )  # fmt: skip


@either
def award_correct(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """A wrong award is taken back with the reason, and the right one stands beside it."""
    found = of_own_course(request, pk)
    old = get_object_or_404(StudentAward, pk=row, student=found)

    def save(values: dict[str, Any]) -> str:
        awards.correct_award(by=person(request), award_id=old.pk, **values)
        return _page_of(found)

    initial: dict[str, Any] = {name: getattr(old, name) for name in awards.DATES}
    form = forms.CorrectAwardForm(
        request.POST or None,
        interim=old.kind == AwardKind.INTERIM,
        initial=initial | {"regions": sorted(old.regions)},
    )
    return form_page(
        request, form, save, title="Correct an award", crumbs=_crumbs(request, found), audience=TEAM_AND_OWNER,
        caption=f"{found.full_name}: {old.get_kind_display().lower()}", label="Correct",
        lead="If ratification falls away, the duty of direct supervision is back for scans of those days.",
        said="The award is corrected; the old entry is kept.",
    )  # fmt: skip
