"""Who supervised which scans, and who is in whose team, as the mentor register asks for it (`mentors.supervision`)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet

from accreditation.models import User
from accreditation.rules import regions
from mentors.facts import known
from mentors.supervision import Member, Supervised
from portfolios.enums import AwardKind, Subject, Supervision
from portfolios.facts import ON_THE_COURSE
from portfolios.models import LearningContract, Scan, StudentAward, TeamMembership
from portfolios.selectors import visible_portfolios


def supervised(mentor_ids: Collection[UUID], *, seen_by: User | None, as_of: date) -> Iterator[Supervised]:
    """The scans of which PS4.2 speaks, up to a day: patients, in the log, supervised, not yet released by an award."""
    scans: QuerySet[Scan] = Scan.objects.filter(
        mentor__in=mentor_ids,
        on__lte=as_of,
        subject=Subject.PATIENT,
        logged=True,
        portfolio__student__state__in=ON_THE_COURSE,
        portfolio__student__enrolled_on__lte=as_of,
    ).exclude(supervision=Supervision.NONE)
    if seen_by is not None:
        scans = scans.filter(portfolio__in=visible_portfolios(seen_by).values("pk"))
    rows = list(
        scans.annotate(parts=ExpressionWrapper(F("regions"), output_field=BigIntegerField()))
        .order_by("on", "number")
        .values_list(
            "mentor_id",
            "on",
            "parts",
            "number",
            "portfolio_id",
            "portfolio__student__code",
            "portfolio__student__course_id",
        )
    )
    released = _released({row[4] for row in rows}, as_of)
    for row in rows:
        if not _is_released(row[1], row[2], released[row[4]]):
            yield Supervised(*row)


def teams(
    *, course_ids: Collection[UUID] | None = None, mentor_id: UUID | None = None, at: datetime
) -> Iterator[Member]:
    """The members of the teams of students on their course; with `mentor_id`, of those teams that the mentor is in."""
    rows = known(TeamMembership.objects.all(), at).filter(student__state__in=ON_THE_COURSE)
    if course_ids is not None:
        rows = rows.filter(student__course__in=course_ids)
    if mentor_id is not None:
        theirs = known(TeamMembership.objects.filter(mentor=mentor_id), at)
        rows = rows.filter(student__in=theirs.values("student"))
    for row in rows.order_by("student__code", "since").values_list(
        "student_id", "student__code", "student__course_id", "mentor_id", "since", "until"
    ):
        yield Member(*row)


def _released(students: Collection[UUID], as_of: date) -> defaultdict[UUID, list[tuple[date, int]]]:
    """Student → the days on which boards ratified their awards, with the regions that each released (A10, A11)."""
    found: defaultdict[UUID, list[tuple[date, int]]] = defaultdict(list)
    remits: dict[UUID, int] = {}
    contracts = LearningContract.objects.filter(portfolio__in=students).order_by("number")
    for contract in contracts:  # the newest comes last
        remits[contract.portfolio_id] = regions.expand((*contract.remit, *contract.group_terms))
    awards = StudentAward.objects.filter(student__in=students, ratified_on__lte=as_of)
    for award in awards.order_by("ratified_on"):
        final = award.kind == AwardKind.FINAL
        parts = remits.get(award.student_id, 0) if final else regions.mask(award.regions)
        if award.ratified_on is not None:
            found[award.student_id].append((award.ratified_on, parts))
    return found


def _is_released(on: date, parts: int, awards: list[tuple[date, int]]) -> bool:
    """Whether every region of a scan was ratified before its day; the day of ratification itself is not yet free."""
    free = 0
    for ratified, released in awards:
        if ratified < on:
            free |= released
    return bool(awards) and not parts & ~free
