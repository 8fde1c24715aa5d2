"""What the register knows of a course's mentors, as it was known on the day asked for (standard/facts.md)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from accreditation.facts import Gathering, evening_of
from accreditation.rules import facts, regions
from accreditation.rules.dates import PartialDate, Period
from mentors.enums import ShortageStatus
from mentors.models import Break, Document, Mentor, Placement, Qualification, RemitPeriod, Shortage
from mentors.selectors import known

__all__ = ["known", "mentor_facts"]


def contribute(gathering: Gathering) -> None:
    """The mentors whom the students' rows name and those placed on the course, and its shortages: seven queries."""
    placed = known(Placement.objects.all(), gathering.evening).filter(
        course=gathering.course, since__lte=gathering.as_of
    )
    gathering.mentor_ids.update(placed.values_list("mentor_id", flat=True))
    gathering.mentors = mentor_facts(gathering.mentor_ids, gathering.as_of)
    gathering.shortages = shortage_facts(gathering)


def mentor_facts(
    ids: Iterable[UUID], as_of: date, *, known_on: date | None = None
) -> tuple[facts.Mentor, ...]:
    """The mentors with these keys on a day, by register number; five queries. `known_on`: as known then (that same day)."""
    wanted = set(ids)
    at = evening_of(known_on or as_of)
    qualifications = _qualifications(wanted, as_of, at)
    remit: dict[UUID, int] = {}
    # The facts give a mentor one remit, without days: every part they held at some time up to `as_of`.
    for period in known(RemitPeriod.objects.filter(mentor__in=wanted), at).exclude(since__gt=as_of):
        remit[period.mentor_id] = remit.get(period.mentor_id, 0) | regions.mask(period.regions)
    breaks: defaultdict[UUID, list[Period]] = defaultdict(list)
    for away in known(Break.objects.filter(mentor__in=wanted, since__lte=as_of), at).order_by(
        "since", "created_at"
    ):
        breaks[away.mentor_id].append(Period(away.since, away.until))
    return tuple(
        facts.Mentor(
            id=mentor.number,
            name=mentor.full_name or None,
            qualifications=tuple(qualifications[mentor.pk]) or None,  # a register without a row does not know
            remit=remit.get(mentor.pk),
            breaks=tuple(breaks[mentor.pk]),
        )
        for mentor in sorted(Mentor.objects.filter(pk__in=wanted), key=lambda mentor: in_order(mentor.number))
    )


def in_order(name: str) -> tuple[str, int, str]:
    """Sorts M2 before M10: the letters, then the number."""
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
    return (name[: len(name) - len(digits)], int(digits), "") if digits.isdecimal() else (name, 0, name)


def _qualifications(
    wanted: set[UUID], as_of: date, at: datetime
) -> defaultdict[UUID, list[facts.Qualification]]:
    files: defaultdict[UUID, list[str]] = defaultdict(list)
    documents = Document.objects.filter(mentor__in=wanted, qualification__isnull=False, created_at__lte=at)
    for qualification_id, number in documents.order_by("number").values_list("qualification_id", "number"):
        files[qualification_id].append(f"E{number}")
    found: defaultdict[UUID, list[facts.Qualification]] = defaultdict(list)
    for row in qualification_rows(wanted, as_of, at):
        found[row.mentor_id].append(qualification_facts(row, tuple(files[row.pk])))
    return found


def qualification_rows(wanted: Iterable[UUID], as_of: date, at: datetime) -> QuerySet[Qualification]:
    """The rows behind `mentor_facts`, each mentor's in the order of the facts."""
    rows = known(Qualification.objects.filter(mentor__in=wanted), at)
    return rows.exclude(ratified_on__gt=as_of).order_by("ratified_on", "created_at", "pk")


def qualification_facts(row: Qualification, evidence: tuple[str, ...] = ()) -> facts.Qualification:
    """One row of the register as the rules see it."""
    return facts.Qualification(
        kind=row.kind,
        msk=row.msk,
        level=row.level,
        country=row.country,
        ratified_on=PartialDate.parse(row.ratified) if row.ratified else None,
        evidence=evidence,
    )


def shortage_facts(gathering: Gathering) -> tuple[facts.Shortage, ...]:
    """The course's shortages by number; one that was decided after `as_of` is still a claim."""
    return shortages_of([gathering.course.pk], gathering.as_of)[gathering.course.pk]


def shortages_of(
    course_ids: Iterable[UUID], as_of: date, *, known_on: date | None = None
) -> dict[UUID, tuple[facts.Shortage, ...]]:
    """Course → its shortages by number, as they were known on the evening of `known_on` (that same day): one query."""
    found: dict[UUID, list[facts.Shortage]] = {pk: [] for pk in course_ids}
    at = evening_of(known_on or as_of)
    rows = Shortage.objects.filter(course__in=found, since__lte=as_of, created_at__lte=at)
    for row in rows.select_related("decided_by").order_by("number"):
        found[row.course_id].append(_shortage(row, at))
    return {pk: tuple(some) for pk, some in found.items()}


def _shortage(row: Shortage, at: datetime) -> facts.Shortage:
    decided = row.decided_at is not None and row.decided_at <= at
    accepted = decided and row.status == ShortageStatus.ACCEPTED
    return facts.Shortage(
        id=row.name,
        status=row.status if decided else ShortageStatus.CLAIMED.value,
        accepted_by=row.decided_by.full_name if accepted and row.decided_by else None,
        period=Period(row.since, row.last_day(at)),
    )
