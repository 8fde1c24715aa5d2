"""Scan logs out of the database as the rules take them: tuples in the order of `facts.Scan`, and nothing else.

A course has thousands of scans, and nearly all of the time of an assessment goes into fetching them. So one query brings
the columns as the driver gives them (no model object, no field's conversion of a value, no key of a mentor), and each
column of a student's log is then worked on as a whole.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Expression, ExpressionWrapper, F, Field, FilteredRelation, Q

from accreditation.repeated import Query, repeated
from accreditation.rules import facts
from portfolios.enums import AppraisalState
from portfolios.fields import PathologySetField
from portfolios.models import Scan

make_scan = partial(tuple.__new__, facts.Scan)
"""A row of the right length as a `facts.Scan`, without the checks of `facts.Scan._make`."""


class AsStored(Field):
    """A column's value just as it is stored: a set stays the integer that it is."""


def as_stored(name: str) -> Expression:
    return ExpressionWrapper(F(name), output_field=AsStored())


Logs = dict[str, list[tuple[Any, ...]]]
"""A student's code → the log's rows as they are stored, by day and number."""


def fetch(course: UUID, as_of: date, only: Collection[UUID] | None = None) -> Logs:
    """The logs of a course's students up to a day; of them only these, where so wanted. One query."""
    logs: Logs = defaultdict(list)
    for row in rows_of(course, as_of, only):
        logs[row[0]].append(row)
    for log in logs.values():  # sorting these short lists here is quicker than all rows there
        log.sort(key=itemgetter(1))  # by number, and then by day: as they were entered, it is nearly done
        log.sort(key=itemgetter(2))
    return logs


def mentors(logs: Logs) -> set[str]:
    """The register numbers of all mentors whom logs name."""
    named: set[str] = set()
    for log in logs.values():
        named.update(map(itemgetter(MENTOR), log), map(itemgetter(APPRAISER), log))
    return named - {None}


def read(code: str, log: list[tuple[Any, ...]]) -> tuple[facts.Scan, ...]:
    """A student's log, which is not empty, as the rules take it."""
    (_, numbers, days, parts, subjects, supervision, mentors, minutes, masks, cases, logged,
     appraisers, by_student, appraised, grades) = zip(*log, strict=True)  # fmt: skip
    by = [code if own else mentor for own, mentor in zip(by_student, appraisers, strict=True)]
    columns: tuple[Iterable[Any], ...] = (
        map(scan_name, numbers), days, parts, subjects, supervision, mentors, minutes, map(pathologies, masks),
        [case or None for case in cases], logged, by, appraised, [grade or None for grade in grades],
    )  # fmt: skip
    return tuple(map(make_scan, zip(*columns, strict=True)))


COLUMNS = (
    "portfolio__student__code", "number", "on", "raw_regions", "subject", "supervision", "mentor__number", "minutes",
    "raw_pathologies", "case", "logged", "agreed__mentor__number", "agreed__by_student", "agreed__on", "agreed__grade",
)  # fmt: skip
MENTOR, APPRAISER = COLUMNS.index("mentor__number"), COLUMNS.index("agreed__mentor__number")


@repeated
def rows_of(course: UUID, as_of: date, only: Collection[UUID] | None) -> Query:
    """The columns of all scans of some logs up to a day, as they are stored, in no order. An appraisal counts where the
    mentor agreed to it by that day.
    """
    agreed = FilteredRelation(
        "appraisal", condition=Q(appraisal__state=AppraisalState.AGREED, appraisal__on__lte=as_of)
    )
    chosen = Scan.objects.filter(portfolio__student__course=course, on__lte=as_of)
    if only is not None:
        chosen = chosen.filter(portfolio__in=only)
    annotated = chosen.annotate(
        agreed=agreed,
        raw_regions=as_stored("regions"),
        raw_pathologies=as_stored("pathologies"),
    )
    return annotated.order_by().values_list(*COLUMNS)


@lru_cache(maxsize=65_536)
def scan_name(number: int) -> str:
    """A scan's name in the facts: "X7"."""
    return f"X{number}"


@lru_cache(maxsize=65_536)
def pathologies(mask: int) -> tuple[str, ...]:
    """The codes in a stored set, in the order of `portfolios.pathologies`."""
    return tuple(code for code, bit in PathologySetField.bits.items() if mask & bit)
