"""`{% load timelines %}{% due_strip submission %}`: who must do what by when, on every page of a case."""

from typing import Any

from django import template

from accreditation.models import Submission
from accreditation.timelines import dues, timeline_of

register = template.Library()


@register.inclusion_tag("components/due_strip.html")
def due_strip(submission: Submission) -> dict[str, Any]:
    """The milestones of the case's kind with their days; at most one query."""
    timeline = timeline_of(submission.kind)
    return {
        "dues": dues(submission) if submission.state != "withdrawn" else [],
        "kind": submission.get_kind_display(),
        "published": timeline.published,
        "waits_for_event": timeline.anchor == "event" and submission.event_on is None,
    }
