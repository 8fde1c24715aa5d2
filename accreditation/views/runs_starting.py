"""Starting, stopping and taking up national runs: by officers, each once per press."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accreditation import permissions, run_selectors
from accreditation.editions import drafts
from accreditation.enums import RunKind
from accreditation.forms.keys import KeyedForm
from accreditation.forms.runs import ImpactForm, LettersForm
from accreditation.roles import OFFICER
from accreditation.selectors import visible_decisions
from accreditation.services import letter_runs
from accreditation.services import runs as service
from accreditation.views.asking import person
from accreditation.views.form_page import form_page

AUDIENCE = "Officers of CASE"


def _crumbs() -> list[dict[str, str]]:
    return [{"label": "National runs", "url": reverse("runs")}]


@login_required
@require_POST
def recheck(request: HttpRequest) -> HttpResponse:
    """POST: checks every accredited course now, as the night does."""
    form = KeyedForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The page was not whole. Press the button again.")
        return redirect("runs")
    run = service.start(
        by=person(request), kind=RunKind.RECHECK, key=f"recheck:{form.cleaned_data['form_key']}"
    )
    return redirect("run", pk=run.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def impact(request: HttpRequest) -> HttpResponse:
    """Chooses the edition that is tried on every open submission and every decision that stands."""
    user = person(request)
    permissions.need_role(user, OFFICER)
    editions = drafts()
    form = ImpactForm(request.POST or None, editions=editions.values())

    def save(values: dict[str, Any]) -> str:
        run = service.start(
            by=user, kind=RunKind.IMPACT, key=f"impact:{_key(request)}", asked={"edition": values["edition"]}
        )
        return reverse("run", args=[run.pk])

    return form_page(
        request, form, save,
        crumbs=_crumbs(),
        audience=AUDIENCE,
        template="runs/impact.html",
        title="Try a new edition",
        lead="Every open submission and every standing decision is run again under the edition. Nothing is changed by it.",
        label="Start",
        said="The run is started.",
        more={"editions": editions},
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """Chooses letters that are replaced, or built again, all together."""
    user = person(request)
    permissions.need_role(user, OFFICER)
    decided = visible_decisions(user).filter(superseded=False, letters__superseded=False)
    meetings = decided.order_by("-decided_on").values_list("decided_on", flat=True).distinct()
    form = LettersForm(request.POST or None, meetings=meetings)

    def save(values: dict[str, Any]) -> str:
        asked = letter_runs.asked(**values)
        run = service.start(by=user, kind=RunKind.LETTERS, key=f"letters:{_key(request)}", asked=asked)
        return reverse("run", args=[run.pk])

    return form_page(
        request, form, save,
        crumbs=_crumbs(),
        audience=AUDIENCE,
        template="runs/letters.html",
        title="Letters in bulk",
        lead="Each letter is replaced or built as a single one would be, with its own number and message.",
        label="Start",
        said="The run is started.",
    )  # fmt: skip


def _key(request: HttpRequest) -> UUID:
    return UUID(request.POST["form_key"])


@login_required
@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: stops a run; what it found so far stays."""
    found = get_object_or_404(run_selectors.visible_runs(person(request)), pk=pk)
    service.stop(by=person(request), run_id=found.pk)
    messages.success(request, "The run is stopped. What it found so far stays here.")
    return redirect("run", pk=pk)


@login_required
@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: does the parts that failed once more."""
    found = get_object_or_404(run_selectors.visible_runs(person(request)), pk=pk)
    service.again(by=person(request), run_id=found.pk)
    messages.success(request, "The parts that failed are done again.")
    return redirect("run", pk=pk)
