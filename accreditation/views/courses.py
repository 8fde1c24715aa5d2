"""Pages of a course for its team: what it is, its submissions, its details and modules."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import monitoring, scopes
from accreditation.account_selectors import may_change_team
from accreditation.exceptions import Invalid, Stale
from accreditation.forms import keys
from accreditation.forms.courses import CourseForm, MinimumsForm, ModuleForm
from accreditation.forms.layout import set_version, show_problems
from accreditation.forms.submissions import OpenForm
from accreditation.models import Course, Module, User
from accreditation.permissions import is_on_team
from accreditation.presenters import people
from accreditation.selectors import visible_submissions
from accreditation.services import courses as services
from accreditation.services import submissions
from accreditation.states import FINAL
from accreditation.views.submission_parts import person, seen_course

STALE = "Somebody saved other details meanwhile. Below is what you typed; what is saved now stands beside it."


@login_required
@require_safe
def course(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The course: its submissions, who is on the team, what its rules say, its modules."""
    found = seen_course(request, pk)
    user = person(request)
    rows = list(visible_submissions(user).filter(course=found).order_by("-created_at"))
    on_team = is_on_team(user, found)
    context = {
        "course": found,
        "submissions": rows,
        "on_team": on_team,
        "can_open": on_team and not found.submissions.exclude(state__in=FINAL).exists(),
        "details": people.course_rows(found, back=request.path),
        "modules": people.module_rows(found, back=request.path),
        "team": found.team.filter(until__isnull=True)
        .select_related("user")
        .order_by("role", "user__full_name"),
        "may_change_team": may_change_team(user, found),
        "links": people.links(found, on_team=on_team),
        "years": _years(user, found, on_team=on_team),
        "back": request.path,
        "crumbs": [{"label": "Submissions", "url": reverse("submissions")}, {"label": found.title}],
    }
    return render(request, "submissions/course.html", context)


def _years(user: User, course: Course, *, on_team: bool) -> list[dict[str, Any]]:
    """The annual returns that a person may open: those that were begun, and the one that is owed."""
    rows = [
        {"words": monitoring.spoken_year(row.year), "year": row.year, "sent": row.sent_at}
        for row in monitoring.visible_returns(user).filter(course=course)
    ]
    year = monitoring.last_year(timezone.localdate())
    owed = on_team and all(row["year"] != year for row in rows)
    if owed and monitoring.owing(year).filter(pk=course.pk).exists():
        rows.insert(0, {"words": monitoring.spoken_year(year), "year": year, "sent": None})
    return rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the course applies for; POST opens the submission."""
    found = seen_course(request, pk)
    form = OpenForm(request.POST or None, course=found)
    if request.method == "POST" and form.is_valid():
        key, user = form.cleaned_data["form_key"], person(request)
        if done := keys.result_of(key, user):
            return redirect(done)
        with transaction.atomic():
            if keys.claim(key, user):
                opened = submissions.open_submission(by=user, course=found, kind=form.cleaned_data["kind"])
                first = "submission_scope" if opened.kind in scopes.NAMES_ITS_OWN else "submission"
                keys.remember(key, reverse(first, args=[opened.pk]))
        return redirect(keys.result_of(key, user) or reverse("course", args=[pk]))
    context = {
        "course": found,
        "form": form,
        "on_team": is_on_team(person(request), found),
        "crumbs": _crumbs(found, "Start"),
    }
    return render(request, "submissions/open.html", context, status=422 if form.errors else 200)


def _crumbs(course: Course, last: str) -> list[dict[str, str]]:
    return [
        {"label": "Submissions", "url": reverse("submissions")},
        {"label": course.title, "url": reverse("course", args=[course.pk])},
        {"label": last, "url": ""},
    ]


def back_of(request: HttpRequest, course: Course) -> str:
    """The page of ours that this one was opened from, else the course's page."""
    back = request.POST.get("back") or request.GET.get("back") or ""
    own = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if own else reverse("course", args=[course.pk])


def _edit(
    request: HttpRequest,
    course: Course,
    form: Any,
    *,
    save: Callable[[], object],
    title: str,
    now: Callable[[], list[dict[str, Any]]],
    context: dict[str, Any],
) -> HttpResponse:
    """One page of editing: saves a valid form and goes back; a stale one shows what is saved now beside what was typed."""
    status, stale = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save()
                messages.success(request, "Saved.")
                return redirect(back_of(request, course))
            except Invalid as refusal:
                show_problems(form, refusal)
            except Stale as refusal:
                stale, status = refusal, 409
                set_version(form, getattr(refusal.current, "version", 0))
    context |= {
        "course": course,
        "form": form,
        "title": title,
        "crumbs": _crumbs(course, title),
        "back": back_of(request, course),
        "stale": stale,
        "saved_now": now() if stale else [],
        "on_team": is_on_team(person(request), course),
    }
    return render(request, "submissions/course_form.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the course's own rules say."""
    found = seen_course(request, pk)
    form = CourseForm(request.POST or None, initial=CourseForm.initial_of(found))

    def save() -> object:
        return services.edit_course(
            by=person(request), course_id=pk, version=form.cleaned_data["version"], values=form.values()
        )

    def now() -> list[dict[str, Any]]:
        return people.course_rows(Course.objects.select_related("institution").get(pk=pk))

    return _edit(request, found, form, save=save, title="Course details", now=now, context={})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course_minimums(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The course's own minimum number of scans, by region."""
    found = seen_course(request, pk)
    form = MinimumsForm(request.POST or None, initial={**found.minimum_scans, "version": found.version})

    def save() -> object:
        return services.edit_course(
            by=person(request), course_id=pk, version=form.cleaned_data["version"], values=form.values()
        )

    def now() -> list[dict[str, Any]]:
        return people.course_rows(Course.objects.select_related("institution").get(pk=pk))[-1:]

    context = {
        "lead": "The statements set no number. If your course sets one of its own for a region, students are held "
        "to it. Leave the others empty.",
        "columns": True,
    }
    return _edit(request, found, form, save=save, title="Minimum number of scans", now=now, context=context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def module_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new module."""
    found = seen_course(request, pk)
    form = ModuleForm(request.POST or None)

    def save() -> object:
        with transaction.atomic():
            if keys.claim(form.cleaned_data["form_key"], person(request)):
                return services.add_module(by=person(request), course_id=pk, values=form.values())
        return None

    return _edit(request, found, form, save=save, title="Add a module", now=list, context={})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def module_edit(request: HttpRequest, pk: UUID, module: UUID) -> HttpResponse:
    """A module's details."""
    found = seen_course(request, pk)
    row = get_object_or_404(Module, pk=module, course=found)
    form = ModuleForm(request.POST or None, initial=ModuleForm.initial_of(row))

    def save() -> object:
        return services.edit_module(
            by=person(request),
            course_id=pk,
            module_id=module,
            version=form.cleaned_data["version"] or 0,
            values=form.values(),
        )

    def now() -> list[dict[str, Any]]:
        row.refresh_from_db()
        return people.one_module(row)

    return _edit(request, found, form, save=save, title=f"Module {row.code}", now=now, context={})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def module_remove(request: HttpRequest, pk: UUID, module: UUID) -> HttpResponse:
    """Asks first; POST removes a module."""
    found = seen_course(request, pk)
    row = Module.objects.filter(pk=module, course=found).first()
    if request.method == "POST":
        services.remove_module(by=person(request), course_id=pk, module_id=module)
        messages.success(request, "The module was removed.")
        return redirect(back_of(request, found))
    if row is None:
        return redirect(back_of(request, found))
    context = {
        "course": found,
        "module": row,
        "rows": people.one_module(row),
        "back": back_of(request, found),
        "crumbs": _crumbs(found, f"Remove {row.code}"),
    }
    return render(request, "submissions/module_remove.html", context)
