"""`{% load decisions %}{% decision_outcome submission %}`: what was decided, for whoever may see the submission."""

from typing import Any

from django import template

from accreditation.models import Submission
from accreditation.presenters.decisions import outcome_of

register = template.Library()


@register.inclusion_tag("decisions/_outcome.html")
def decision_outcome(submission: Submission) -> dict[str, Any]:
    """Outcome, period, reasons, conditions, recommendations and commendations; nothing at all before a decision."""
    return {"outcome": outcome_of(submission)}
