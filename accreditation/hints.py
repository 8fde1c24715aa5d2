"""Suggestions of conflicts of interest from the system's own rows. They block nothing: people declare, officers decide.

`settings.HINT_SOURCES` names modules with `find(submission, people)`, because nothing here imports the apps above.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Final, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accreditation.enums import ConflictKind, InvitationState
from accreditation.models import Assignment, Conflict, CourseTeamMember, Interest, Submission, User
from accreditation.periods import months_after
from accreditation.rules.dates import spoken

YEARS: Final = 5
"""How far back rows are looked at: as far as the declaration asks about external examiners. CASE publishes no rule."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggestion: whom it is about, what kind of conflict it may be, and the row behind it in words."""

    person: UUID
    kind: ConflictKind
    row: str


class Source(Protocol):
    """A module that knows how people stand to an institution or course."""

    def find(self, submission: Submission, people: Collection[UUID]) -> Iterable[Hint]: ...


def hints(submission: Submission, people: Iterable[User]) -> dict[UUID, list[Hint]]:
    """Person → their hints about a submission's course and institution; nobody without one. A fixed number of queries."""
    ids = {person.pk for person in people}
    found: dict[UUID, list[Hint]] = {}
    for name in settings.HINT_SOURCES if ids else ():
        for hint in cast(Source, import_module(name)).find(submission, ids):
            found.setdefault(hint.person, []).append(hint)
    return found


def since_when() -> date:
    """The first day that is still looked at."""
    return months_after(timezone.localdate(), -12 * YEARS)


def period(since: date | None, until: date | None) -> str:
    """In words: "since 1 May 2023", "1 May 2023 to 3 June 2024", or nothing."""
    if until:
        return f"{spoken(since)} to {spoken(until)}" if since else f"until {spoken(until)}"
    return f"since {spoken(since)}" if since else ""


def find(submission: Submission, people: Collection[UUID]) -> Iterator[Hint]:
    """This app's own rows: accounts, course teams, interests that assessors named, panels of before, earlier decisions."""
    course, institution = submission.course, submission.course.institution
    for person in User.objects.filter(pk__in=people, institution=institution):
        yield Hint(person.pk, ConflictKind.EMPLOYER, f"Their account belongs to {institution.name}.")
    teams = CourseTeamMember.objects.filter(
        Q(until__isnull=True) | Q(until__gte=since_when()), user__in=people, course__institution=institution
    ).select_related("course")
    for member in teams:
        here = member.course_id == course.pk
        kind = ConflictKind.CO_AUTHOR if here else ConflictKind.EMPLOYER
        name = "this course" if here else member.course.title
        yield Hint(member.user_id, kind, f"On the team of {name}, {period(member.since, member.until)}.")
    named = Interest.objects.filter(
        Q(until__isnull=True) | Q(until__gte=since_when()), user__in=people, institution=institution
    )
    for one in named:
        when = period(one.since, one.until)
        words = f"{one.get_kind_display()}{', ' if when else ''}{when}"
        said = f": {one.words}" if one.words else ""
        yield Hint(one.user_id, ConflictKind(one.kind), f"In their own list of interests: {words}{said}.")
    yield from _before(submission, people)


def _before(submission: Submission, people: Collection[UUID]) -> Iterator[Hint]:
    panels = (
        Assignment.objects.filter(
            user__in=people,
            state=InvitationState.ACCEPTED,
            submission__course=submission.course_id,
            answered_at__date__gte=since_when(),
        )
        .exclude(submission=submission)
        .select_related("submission")
    )
    for place in panels:
        role, reference = place.get_role_display().lower(), place.submission.reference
        when = spoken(timezone.localdate(place.answered_at))
        yield Hint(
            place.user_id, ConflictKind.OTHER, f"Was {role} of {reference} on this course, from {when}."
        )
    decided = Conflict.objects.filter(
        user__in=people, institution=submission.course.institution_id, blocks=False, decided_at__isnull=False
    )
    for conflict in decided:
        when = spoken(timezone.localdate(conflict.decided_at))
        words = conflict.get_kind_display()
        yield Hint(
            conflict.user_id,
            ConflictKind(conflict.kind),
            f"Declared before: {words}. The office decided on {when} that it did not keep them away.",
        )
