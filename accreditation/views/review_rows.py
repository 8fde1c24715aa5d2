"""The rows behind one finding on the version under judgement, for its panel: from the facts that the rules saw."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accreditation.presenters.finding_rows import plain_in, plain_rows
from accreditation.views.asking import person, place_for
from accreditation.views.finding_rows import Shown, rows_page


@login_required
@require_safe
def review_finding(request: HttpRequest, pk: UUID, clause: str, key: str) -> HttpResponse:
    """Every row behind a finding; the version is frozen, so it says tomorrow what it says today."""
    user = person(request)
    submission, _, snapshot = place_for(user, pk)
    found = plain_in(snapshot, clause, key)
    if found is None:
        raise Http404("No such finding.")
    subject = found.get("subject", {})
    return rows_page(
        request,
        user,
        Shown(
            clause=clause,
            outcome=found["outcome"],
            subject=f"Student {subject['id']}" if subject.get("kind") == "student" else "",
            reason=found["reason"],
            settle=found.get("settle", ""),
            rows=plain_rows(snapshot, found),
            crumbs=[
                {"label": "Reviews", "url": reverse("reviews")},
                {"label": submission.reference, "url": reverse("review_brief", args=[pk])},
                {"label": clause, "url": reverse("review_clause", args=[pk, clause])},
                {"label": "Records behind a finding", "url": ""},
            ],
            audience="The panel of this submission and its course team",
            of=submission,
        ),
    )
