"""What the register knows of a course's mentors, as it was known on the day asked for (standard/facts.md)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accreditation.facts import Asked, Gathering, evening_of
from accreditation.repeated import Keys, Query, Rows, together
from accreditation.rules import facts, regions
from accreditation.rules.dates import PartialDate, Period
from mentors.enums import ShortageStatus
from mentors.models import Break, Document, Mentor, Placement, Qualification, RemitPeriod, Shortage
from mentors.selectors import known

__all__ = ["known", "mentor_facts"]


def begin(gathering: Gathering) -> None:
    """Nothing: the register is small."""


def questions(asked: Asked) -> dict[str, Query]:
    """The mentors whom the students' rows name and those placed on the course, and its shortages."""
    placed = known(Placement.objects.all(), asked.evening).filter(course=asked.course, since__lte=asked.as_of)
    wanted = asked.keys("wanted_mentors", [*asked.mentors, placed.values_list("mentor_id")])
    return {
        **_mentor_questions(wanted, asked.as_of, asked.evening),
        "shortages": _shortage_rows([asked.course], asked.as_of, asked.evening),
    }


def contribute(gathering: Gathering) -> None:
    """The mentors by register number, and the course's shortages by number."""
    gathering.mentors = _mentors(gathering.rows)
    gathering.shortages = tuple(_shortage(row, gathering.evening)[1] for row in gathering.rows["shortages"])


def mentor_facts(
    ids: Iterable[UUID], as_of: date, *, known_on: date | None = None
) -> tuple[facts.Mentor, ...]:
    """The mentors with these keys on a day, by register number; one query. `known_on`: as known then (that same day)."""
    return _mentors(_mentor_rows(set(ids), as_of, evening_of(known_on or as_of)))


@together
def _mentor_rows(keys: Keys, mentors: Collection[UUID], as_of: date, at: datetime) -> dict[str, Query]:
    return _mentor_questions(mentors, as_of, at)


def _mentor_questions(mentors: Any, as_of: date, at: datetime) -> dict[str, Query]:
    """`mentors`: keys, or what `Keys` gives for them."""
    remits = known(RemitPeriod.objects.filter(mentor__in=mentors), at).exclude(since__gt=as_of)
    breaks = known(Break.objects.filter(mentor__in=mentors, since__lte=as_of), at)
    documents = Document.objects.filter(mentor__in=mentors, qualification__isnull=False, created_at__lte=at)
    return {
        "mentors": Mentor.objects.filter(pk__in=mentors).order_by().values_list("pk", "number", "full_name"),
        "remits": remits.order_by().values_list("mentor_id", "regions"),
        "breaks": breaks.order_by("since", "created_at").values_list("mentor_id", "since", "until"),
        "documents": documents.order_by("number").values_list("qualification_id", "number"),
        "qualifications": qualification_rows(mentors, as_of, at).values_list(*QUALIFICATION),
    }


def _mentors(rows: Mapping[str, Rows]) -> tuple[facts.Mentor, ...]:
    qualifications = _qualifications(rows)
    remit: dict[UUID, int] = {}
    # The facts give a mentor one remit, without days: every part they held at some time up to `as_of`.
    for mentor, held in rows["remits"]:
        remit[mentor] = remit.get(mentor, 0) | regions.mask(held)
    breaks: defaultdict[UUID, list[Period]] = defaultdict(list)
    for mentor, since, until in rows["breaks"]:
        breaks[mentor].append(Period(since, until))
    return tuple(
        facts.Mentor(
            id=number,
            name=name or None,
            qualifications=tuple(qualifications[pk]) or None,  # a register without a row does not know
            remit=remit.get(pk),
            breaks=tuple(breaks[pk]),
        )
        for pk, number, name in sorted(rows["mentors"], key=lambda row: in_order(row[1]))
    )


def in_order(name: str) -> tuple[str, int, str]:
    """Sorts M2 before M10: the letters, then the number."""
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
    return (name[: len(name) - len(digits)], int(digits), "") if digits.isdecimal() else (name, 0, name)


def _qualifications(rows: Mapping[str, Rows]) -> defaultdict[UUID, list[facts.Qualification]]:
    files: defaultdict[UUID, list[str]] = defaultdict(list)
    for qualification, number in rows["documents"]:
        files[qualification].append(f"E{number}")
    found: defaultdict[UUID, list[facts.Qualification]] = defaultdict(list)
    for values in rows["qualifications"]:
        row = Qualification.from_db(None, QUALIFICATION, values)
        found[row.mentor_id].append(qualification_facts(row, tuple(files[row.pk])))
    return found


QUALIFICATION = [column.attname for column in Qualification._meta.concrete_fields]


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


def shortages_of(
    course_ids: Iterable[UUID], as_of: date, *, known_on: date | None = None
) -> dict[UUID, tuple[facts.Shortage, ...]]:
    """Course → its shortages by number, as they were known on the evening of `known_on` (that same day): one query.

    One that was decided later is still a claim.
    """
    found: dict[UUID, list[facts.Shortage]] = {pk: [] for pk in course_ids}
    at = evening_of(known_on or as_of)
    for values in _shortage_rows(found, as_of, at):
        row, shortage = _shortage(values, at)
        found[row.course_id].append(shortage)
    return {pk: tuple(some) for pk, some in found.items()}


SHORTAGE = [column.attname for column in Shortage._meta.concrete_fields]


def _shortage_rows(courses: Iterable[UUID], as_of: date, at: datetime) -> Query:
    rows = Shortage.objects.filter(course__in=courses, since__lte=as_of, created_at__lte=at)
    return rows.order_by("number").values_list("decided_by__full_name", *SHORTAGE)


def _shortage(values: tuple[Any, ...], at: datetime) -> tuple[Shortage, facts.Shortage]:
    by, *own = values
    row = Shortage.from_db(None, SHORTAGE, own)
    decided = row.decided_at is not None and row.decided_at <= at
    accepted = decided and row.status == ShortageStatus.ACCEPTED
    return row, facts.Shortage(
        id=row.name,
        status=row.status if decided else ShortageStatus.CLAIMED.value,
        accepted_by=by if accepted and row.decided_by_id else None,
        period=Period(row.since, row.last_day(at)),
    )
