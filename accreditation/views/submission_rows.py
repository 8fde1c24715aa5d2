"""The rows behind one finding on a draft: from the course's people as they are today."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accreditation.addresses import addresses_for
from accreditation.enums import SubmissionState
from accreditation.facts import gather
from accreditation.presenters.finding_rows import finding_in, rows_behind
from accreditation.rules.evaluate import evaluate
from accreditation.views.finding_rows import Shown, rows_page
from accreditation.views.submission_parts import base_context, person, seen_submission

CHANGED = "The check reads differently now: here is what it says today."


@login_required
@require_safe
def submission_finding(request: HttpRequest, pk: UUID, clause: str, key: str) -> HttpResponse:
    """The rows behind one finding of “Check against the statements”; back to the check where it says that no more."""
    found = seen_submission(request, pk)
    back = reverse("submission_findings", args=[pk])
    if found.state != SubmissionState.DRAFT:
        return redirect(back)
    facts = gather(found.course, timezone.localdate(), standard=found.edition)
    finding = finding_in(evaluate(facts), clause, key)
    if finding is None:
        messages.info(request, CHANGED)
        return redirect(back)
    user = person(request)
    crumbs = base_context(
        request, found, ("Check against the statements", back), (f"Records behind {clause}", "")
    )["crumbs"]
    return rows_page(
        request,
        user,
        Shown(
            clause=clause,
            outcome=finding.outcome.value,
            subject=f"Student {finding.subject.id}" if finding.subject.kind == "student" else "",
            reason=finding.reason,
            settle=finding.settle,
            rows=rows_behind(finding, facts, found.course, addresses_for(user, found.course)),
            crumbs=crumbs,
            audience="The course team. The assessors see what is submitted",
            of=found,
        ),
    )
