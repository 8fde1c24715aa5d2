"""`{% load timelines %}{% due_strip submission %}`: who must do what by when, on every page of a case. The base page draws
it below what a page has to say; a page that wants it elsewhere draws it there and leaves the block `case_strip` empty.
"""

from typing import Any

from django import template

from accreditation.models import Submission
from accreditation.timelines import dues, timeline_of

register = template.Library()


@register.inclusion_tag("components/due_strip.html")
def due_strip(submission: object) -> dict[str, Any]:
    """The milestones of the case's kind with their days; at most three queries, and nothing on a page without a case."""
    if not isinstance(submission, Submission):
        return {"dues": []}
    timeline = timeline_of(submission.kind)
    return {
        "dues": dues(submission) if submission.state != "withdrawn" else [],
        "kind": submission.get_kind_display(),
        "published": timeline.published,
        "waits_for_event": timeline.anchor == "event" and submission.event_on is None,
    }
