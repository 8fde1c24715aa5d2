"""The course's answer to a condition (see `accreditation.views.answering`)."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accreditation.conditions import check_answer
from accreditation.services import condition_steps, conditions
from accreditation.views.answering import Door, answer_page, send_page
from accreditation.views.conditions import parts, seen_condition


def _door(request: HttpRequest, pk: UUID, number: int) -> Door:
    condition = seen_condition(request, pk, number)
    return Door(
        asked=condition,
        draft=conditions.draft_of(condition),
        submission=condition.decision.submission,
        number=number,
        check=check_answer,
        services=conditions,
        send=condition_steps.send,
        names=("condition", "condition_answer", "condition_send"),
        templates=("conditions/answer.html", "conditions/send.html"),
        sent=f"Your answer to condition {number} is with CASE. The assessors look at it; you are told what becomes of it.",
        context=lambda asking, crumb: parts(asking, condition, (crumb, "")),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The draft of the answer, with its files."""
    return answer_page(request, _door(request, pk, number))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """The answer to be read once more, then sent for good."""
    return send_page(request, _door(request, pk, number))
