"""What the register knows of a course's mentors, as it was known on the day asked for (standard/facts.md)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accreditation.facts import Gathering, evening_of
from accreditation.repeated import repeated
from accreditation.rules import facts, regions
from accreditation.rules.dates import PartialDate, Period
from mentors.enums import ShortageStatus
from mentors.models import Break, Document, Mentor, Placement, Qualification, RemitPeriod, Shortage
from mentors.selectors import known

__all__ = ["known", "mentor_facts"]

Query = QuerySet[Any, tuple[Any, ...]]


def contribute(gathering: Gathering) -> None:
    """The mentors whom the students' rows name and those placed on the course, and its shortages: seven queries."""
    placed = _placed(gathering.course.pk, gathering.as_of, gathering.evening)
    gathering.mentor_ids.update(mentor for (mentor,) in placed)
    gathering.mentors = mentor_facts(gathering.mentor_ids, gathering.as_of)
    gathering.shortages = shortage_facts(gathering)


@repeated
def _placed(course: UUID, as_of: date, evening: datetime) -> Query:
    placed = known(Placement.objects.all(), evening).filter(course=course, since__lte=as_of)
    return placed.values_list("mentor_id")


def mentor_facts(
    ids: Iterable[UUID], as_of: date, *, known_on: date | None = None
) -> tuple[facts.Mentor, ...]:
    """The mentors with these keys on a day, by register number; five queries. `known_on`: as known then (that same day)."""
    wanted = set(ids)
    at = evening_of(known_on or as_of)
    qualifications = _qualifications(wanted, as_of, at)
    remit: dict[UUID, int] = {}
    # The facts give a mentor one remit, without days: every part they held at some time up to `as_of`.
    for mentor, held in _remit_rows(wanted, as_of, at):
        remit[mentor] = remit.get(mentor, 0) | regions.mask(held)
    breaks: defaultdict[UUID, list[Period]] = defaultdict(list)
    for mentor, since, until in _break_rows(wanted, as_of, at):
        breaks[mentor].append(Period(since, until))
    return tuple(
        facts.Mentor(
            id=number,
            name=name or None,
            qualifications=tuple(qualifications[pk]) or None,  # a register without a row does not know
            remit=remit.get(pk),
            breaks=tuple(breaks[pk]),
        )
        for pk, number, name in sorted(_mentor_rows(wanted), key=lambda row: in_order(row[1]))
    )


@repeated
def _mentor_rows(mentors: Collection[UUID]) -> Query:
    return Mentor.objects.filter(pk__in=mentors).values_list("pk", "number", "full_name")


@repeated
def _remit_rows(mentors: Collection[UUID], as_of: date, at: datetime) -> Query:
    rows = known(RemitPeriod.objects.filter(mentor__in=mentors), at).exclude(since__gt=as_of)
    return rows.values_list("mentor_id", "regions")


@repeated
def _break_rows(mentors: Collection[UUID], as_of: date, at: datetime) -> Query:
    rows = known(Break.objects.filter(mentor__in=mentors, since__lte=as_of), at)
    return rows.order_by("since", "created_at").values_list("mentor_id", "since", "until")


def in_order(name: str) -> tuple[str, int, str]:
    """Sorts M2 before M10: the letters, then the number."""
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
    return (name[: len(name) - len(digits)], int(digits), "") if digits.isdecimal() else (name, 0, name)


def _qualifications(
    wanted: set[UUID], as_of: date, at: datetime
) -> defaultdict[UUID, list[facts.Qualification]]:
    files: defaultdict[UUID, list[str]] = defaultdict(list)
    for qualification, number in _document_rows(wanted, at):
        files[qualification].append(f"E{number}")
    found: defaultdict[UUID, list[facts.Qualification]] = defaultdict(list)
    for values in _qualification_values(wanted, as_of, at):
        row = Qualification.from_db(None, COLUMNS, values)
        found[row.mentor_id].append(qualification_facts(row, tuple(files[row.pk])))
    return found


@repeated
def _document_rows(mentors: Collection[UUID], at: datetime) -> Query:
    rows = Document.objects.filter(mentor__in=mentors, qualification__isnull=False, created_at__lte=at)
    return rows.order_by("number").values_list("qualification_id", "number")


@repeated
def _qualification_values(mentors: Collection[UUID], as_of: date, at: datetime) -> Query:
    return qualification_rows(mentors, as_of, at).values_list(*COLUMNS)


COLUMNS = [column.attname for column in Qualification._meta.concrete_fields]


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
