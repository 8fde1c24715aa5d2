"""The rows behind a portfolio's numbers: of each finding, and of the hours."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accreditation.facts import gather
from accreditation.presenters.finding_rows import finding_in, rows_behind
from accreditation.presenters.tables import arrange
from accreditation.rules.evaluate import evaluate
from accreditation.templatetags.case import scan_numbers
from accreditation.views import tables
from accreditation.views.finding_rows import Shown, rows_page
from accreditation.views.submission_rows import CHANGED
from portfolios.presenters.hours import COLUMNS, as_context, hours_of
from portfolios.views.student import person, seen_portfolio, whose

AUDIENCE = "The student, their mentors and the course team. Assessors of the course see it without the name"


@require_safe
def portfolio_finding(request: HttpRequest, pk: UUID, clause: str, key: str) -> HttpResponse:
    """The rows behind one thing that is still open; back to the portfolio where it is so no more."""
    found = seen_portfolio(request, pk)
    course, back = found.student.course, reverse("portfolio", args=[pk])
    facts = gather(course, timezone.localdate(), only=frozenset((found.pk,)))
    finding = finding_in(evaluate(facts, facts_sha256="-"), clause, key)
    if finding is None:
        messages.info(request, CHANGED)
        return redirect(back)
    shown = Shown(
        clause=clause,
        outcome=finding.outcome.value,
        subject=whose(found),
        reason=scan_numbers(finding.reason),
        settle=scan_numbers(finding.settle),
        rows=[replace(row, label=scan_numbers(row.label)) for row in rows_behind(finding, facts, course, {})],
        crumbs=[{"label": whose(found), "url": back}, {"label": f"Records behind {clause}", "url": ""}],
        audience=AUDIENCE,
        of=found,
    )
    return rows_page(request, person(request), shown)


@require_safe
def portfolio_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where the hours stand in total, by region, by mentor and by month; a line's scans are one press away."""
    found = seen_portfolio(request, pk)
    hours = hours_of(found, request.GET.dict())
    table = arrange("hours", COLUMNS, hours.rows, request.GET, key=lambda row: row.scan.id)
    if form := tables.wants_file(request):
        return tables.as_file(form, table, by=person(request), title="Hours", of=found)
    context = {
        **tables.context_of(request, table),
        **as_context(hours),
        "portfolio": found,
        "whose": whose(found),
        "audience": AUDIENCE,
        "crumbs": [
            {"label": whose(found), "url": reverse("portfolio", args=[pk])},
            {"label": "Hours", "url": ""},
        ],
    }
    return render(request, "portfolios/hours.html", context)
