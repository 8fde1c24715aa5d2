"""Counts over many cases, in SQL: how long each stands where it stands, outcomes by clause and year, and how often two
assessors judged alike. A person counts what they may see; a case with which they have a conflict is in no count.
"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import ExtractYear
from django.utils import timezone

from accreditation.enums import InvitationState, PanelRole, SubmissionState
from accreditation.models import AgreedJudgement, Judgement, User
from accreditation.review_selectors import REVEALED
from accreditation.selectors import visible_decisions, visible_submissions

OPEN = (
    SubmissionState.SUBMITTED,
    SubmissionState.IN_ASSESSMENT,
    SubmissionState.AGREEING,
    SubmissionState.REPORTED,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One open case: its reference and course, where it stands, and for how many days."""

    reference: str
    course: str
    state: str
    days: int


def standings(user: User) -> list[Standing]:
    """The open cases that a person may see, the longest still first. One query."""
    today = timezone.localdate()
    rows = visible_submissions(user).filter(state__in=OPEN)
    found = [
        Standing(
            one.reference,
            one.course.title,
            one.state,
            (today - timezone.localtime(one.state_since).date()).days,
        )
        for one in rows
    ]
    return sorted(found, key=lambda one: (-one.days, one.reference))


def outcomes(user: User) -> Counter[tuple[str, int, str]]:
    """(clause, year of the decision, outcome agreed by the panel) → how many; current decisions only. One query."""
    decided = visible_decisions(user).filter(superseded=False)
    rows = (
        AgreedJudgement.objects.filter(snapshot__decisions__in=decided)
        .annotate(year=ExtractYear("snapshot__decisions__decided_on"))
        .values("clause", "year", "outcome")
        .annotate(number=Count("pk", distinct=True))
        .order_by()
    )
    return Counter({(row["clause"], row["year"], row["outcome"]): row["number"] for row in rows})


def pairs(user: User) -> Counter[tuple[str, str, str]]:
    """(clause, the lead assessor's own outcome, the co-assessor's) → how many, once both were shown. One query."""
    mine = Judgement.objects.filter(
        assignment__submission__in=visible_submissions(user).filter(state__in=REVEALED),
        assignment__state=InvitationState.ACCEPTED,
        outcome__isnull=False,
    )
    other = mine.filter(
        assignment__role=PanelRole.CO,
        assignment__submission=OuterRef("assignment__submission"),
        clause=OuterRef("clause"),
    )
    rows = (
        mine.filter(assignment__role=PanelRole.LEAD)
        .annotate(lead=F("outcome"), co=Subquery(other.values("outcome")[:1]))
        .filter(co__isnull=False)
        .values("clause", "lead", "co")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return Counter({(row["clause"], row["lead"], row["co"]): row["number"] for row in rows})
