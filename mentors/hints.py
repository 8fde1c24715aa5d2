"""What the mentor register knows about assessors who are mentors themselves: see `accreditation.hints`."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accreditation.enums import ConflictKind
from accreditation.hints import Hint, period, since_when
from accreditation.models import Submission
from mentors.models import Employment, Placement


def find(submission: Submission, people: Collection[UUID]) -> Iterator[Hint]:
    """Mentors of the institution's courses, and people employed where this course's students are placed. Three queries."""
    known = Q(known_until__isnull=True) & (Q(until__isnull=True) | Q(until__gte=since_when()))
    placed = Placement.objects.filter(
        known, mentor__user__in=people, course__institution=submission.course.institution_id
    ).select_related("course", "mentor")
    for one in placed:
        name = "this course" if one.course_id == submission.course_id else one.course.title
        words = (
            f"In the mentor register, {one.mentor.number}: mentor for {name}, {period(one.since, one.until)}."
        )
        yield Hint(_holder(one), ConflictKind.MENTOR, words)
    today = timezone.localdate()
    now = Q(known_until__isnull=True) & (Q(until__isnull=True) | Q(until__gte=today))
    where = Employment.objects.filter(
        now,
        mentor__placements__in=Placement.objects.filter(now, course=submission.course_id).exclude(
            mentor__user__in=people
        ),
    )
    employers = {one.casefold() for one in where.values_list("employer", flat=True)}
    theirs = Employment.objects.filter(now, mentor__user__in=people).select_related("mentor")
    for job in theirs:
        if job.employer.casefold() in employers:
            words = (
                f"In the mentor register, {job.mentor.number}: works at {job.employer}, where students of this course "
                "are placed."
            )
            yield Hint(_holder(job), ConflictKind.OTHER, words)


def _holder(row: Placement | Employment) -> UUID:
    assert row.mentor.user_id is not None  # noqa: S101 (both queries ask for it)
    return row.mentor.user_id
