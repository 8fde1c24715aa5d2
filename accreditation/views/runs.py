"""National runs, for officers: the list, one run with its progress and what it found, and one course or case of it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accreditation import permissions, run_selectors
from accreditation.enums import RunKind
from accreditation.forms.keys import new_key
from accreditation.models import NationalRun, RunLine
from accreditation.models.runs import OPEN
from accreditation.presenters import runs as present
from accreditation.roles import OFFICER
from accreditation.rules.since import BETTER, OTHER, WORSE
from accreditation.views.asking import person

PAGE = 25
SHOW: dict[str, dict[str, Any]] = {
    "worse": {"worse__gt": 0},
    "better": {"better__gt": 0},
    "failed": {"failed": True},
    "all": {},
}


@login_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Every run, newest first, with what can be started."""
    user = person(request)
    permissions.need_role(user, OFFICER)
    page = Paginator(run_selectors.visible_runs(user), PAGE).get_page(request.GET.get("page"))
    worse = run_selectors.worse_counts(user, page)
    rows = [(run, present.title(run), worse.get(run.pk, 0)) for run in page]
    context = {
        "page_obj": page,
        "rows": rows,
        "checking": any(run.kind == RunKind.RECHECK and run.state in OPEN for run in page),
        "form_key": new_key(),
    }
    return render(request, "runs/list.html", context)


def _run(request: HttpRequest, pk: UUID) -> NationalRun:
    return get_object_or_404(run_selectors.visible_runs(person(request)), pk=pk)


@login_required
@require_safe
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One run: how far it is, and what it found so far, worst first."""
    user, found = person(request), _run(request, pk)
    lines = run_selectors.visible_lines(user, found)
    counts = {name: lines.filter(**wanted).count() for name, wanted in SHOW.items()}
    show = request.GET.get("show", "")
    if show not in SHOW:
        show = next((name for name in ("worse", "failed") if counts[name]), "all")
    page = Paginator(_ordered(lines.filter(**SHOW[show])), PAGE).get_page(request.GET.get("page"))
    drafts, drafts_changed = run_selectors.hidden_drafts(found) if found.kind == RunKind.IMPACT else (0, 0)
    context = {
        "run": found,
        "title": present.title(found),
        "asked": present.asked(found),
        "work": present.work(found),
        "summary": present.summary(found, user),
        "open": found.state in OPEN,
        "failures": present.failed_parts(found),
        "tabs": [
            (name, label, counts[name]) for name, label in _tabs(found) if counts[name] or name == "all"
        ],
        "show": show,
        "page_obj": page,
        "lines": present.lines(page),
        "drafts": drafts,
        "drafts_changed": drafts_changed,
    }
    return render(request, "runs/run.html", context)


def _tabs(found: NationalRun) -> list[tuple[str, str]]:
    if found.kind == RunKind.LETTERS:
        return [("all", "All letters"), ("failed", "Left as they were")]
    future = found.kind == RunKind.IMPACT
    return [
        ("worse", "Would be worse" if future else "Got worse"),
        ("better", "Would be better" if future else "Got better"),
        ("failed", "Could not be read"),
        ("all", "All"),
    ]


def _ordered(lines: QuerySet[RunLine]) -> QuerySet[RunLine]:
    return lines.select_related("course__institution", "submission", "letter").order_by(
        F("failed").desc(), "-worse", "-better", "-other", "pk"
    )


@never_cache
@login_required
@require_safe
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress alone, asked for again and again while a run goes on."""
    return render(request, "runs/_work.html", {"work": present.work(_run(request, pk))})


@login_required
@require_safe
def line(request: HttpRequest, pk: UUID, line: int) -> HttpResponse:
    """What a run found about one course or case: each change, with the rows behind it."""
    user, found = person(request), _run(request, pk)
    lines = run_selectors.visible_lines(user, found).select_related("course__institution", "submission")
    one = get_object_or_404(lines, pk=line)
    changes = [present.change(raw) for raw in one.changes]
    groups = [
        (label, [view for view in changes if view.direction == direction])
        for direction, label in ((WORSE, "Worse"), (BETTER, "Better"), (OTHER, "Otherwise changed"))
    ]
    context = {
        "run": found,
        "run_title": present.title(found),
        "line": one,
        "view": present.lines([one])[0],
        "groups": [(label, some) for label, some in groups if some],
        "left_out": one.worse + one.better + one.other - len(changes),
    }
    return render(request, "runs/line.html", context)
