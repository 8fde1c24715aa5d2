"""What would mend it: for the course team alone, the smallest list of changes with which a draft would hold."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accreditation.enums import SubmissionState
from accreditation.facts import gather
from accreditation.presenters.mending import mended
from accreditation.views.submission_parts import base_context, seen_submission

ALONE = "You and the course team. CASE never sees this page."


@login_required
@require_safe
def submission_mend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list, by statement and clause, and how the draft would then come out. Nothing is kept.

    404 for anybody who is not on the course's team, and once the submission is no longer a draft.
    """
    found = seen_submission(request, pk)
    context = base_context(request, found, ("What would mend it", ""))
    if not context["on_team"] or found.state != SubmissionState.DRAFT:
        raise Http404
    facts = gather(found.course, timezone.localdate(), standard=found.edition)
    return render(request, "submissions/mend.html", context | {"audience": ALONE, "mending": mended(facts)})
