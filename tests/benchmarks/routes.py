"""The routes that are measured. Each takes a course from the database to its answer; the clock stands around it.

`copy` and `copy_scans` are limits: they fetch rows and throw them away. The others answer which scans fail the four
checks that all of them share, by student and number ("S3/X17"); the product answers all 21 clauses besides, in sentences.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch

from accreditation.facts import evening_of, gather, rows_of
from accreditation.models import Course
from accreditation.rules.evaluate import evaluate
from accreditation.rules.findings import Outcome
from mentors.models import Mentor
from portfolios import scanlog
from portfolios.models import Scan
from tests.benchmarks import zen_route
from tests.benchmarks.data import AS_OF

SHARED = ("PS4.1", "PS4.2", "PS4.3", "PS4.5")

Answer = dict[str, str]
"""Check → the failing scans, in order of the alphabet: one text, so that what a register's answers weigh is not measured."""

SCAN_COLUMNS = """s.portfolio_id, s.number, s."on", s.regions, s.subject, s.supervision, s.mentor_id, s.minutes,
    s.pathologies, s."case", s.logged, a.mentor_id, a.by_student, a."on", a.grade"""
SCANS = f"""SELECT {SCAN_COLUMNS} FROM portfolios_scan s LEFT JOIN portfolios_appraisal a ON a.scan_id = s.id
    AND a.state = 'agreed' AND a."on" <= %(as_of)s WHERE s.portfolio_id = ANY(%(students)s) AND s."on" <= %(as_of)s"""  # noqa: S608 - the columns above


# --- the limits ----------------------------------------------------------------------------------------------------


def copy_scans(course: Course) -> int:
    """The scans and their appraisals, by COPY: how many bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM portfolios_student WHERE course_id = %s", [course.pk])
        students = [row[0] for row in cursor.fetchall()]
    return _copy(SCANS, {"students": students, "as_of": AS_OF})


def copy(course: Course) -> int:
    """All rows that the product reads of a course, in the columns in which it does, a query for each table: how many bytes."""
    return sum(_copy(sql, parameters) for sql, parameters in queries_of(course))


_queries: dict[Any, list[tuple[str, Any]]] = {}


def queries_of(course: Course) -> list[tuple[str, Any]]:
    """What `gather` asks the database, query by query: known after a first, unmeasured turn."""
    if course.pk not in _queries:
        sent: list[tuple[str, Any]] = []

        def listen(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
            sent.append((sql, parameters))
            return execute(sql, parameters, many, context)

        named = scanlog.mentors(scanlog.fetch(course.pk, AS_OF))
        with connection.execute_wrapper(listen):
            list(scanlog.rows_of.__wrapped__(course.pk, AS_OF, None))  # type: ignore[attr-defined]
            rows_of.one_by_one(course.pk, AS_OF, evening_of(AS_OF), named, None)
        _queries[course.pk] = sent
    return _queries[course.pk]


def _copy(sql: str, parameters: Any) -> int:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", parameters) as rows,
    ):
        return sum(len(block) for block in rows)


# --- the product ---------------------------------------------------------------------------------------------------


def product(course: Course, **options: Any) -> Answer:
    """Database to findings, every clause, each with outcome and sentence."""
    report = evaluate(gather(course, AS_OF), **{"facts_sha256": "not asked for", **options})
    said = [(one.clause, one.subject.id, one.outcome, one.reason) for one in report]
    if not all(reason for *_, reason in said):
        raise AssertionError("a finding without a sentence")
    found: dict[str, list[str]] = {check: [] for check in SHARED}
    for check in SHARED:
        for finding in report.clause(check).findings:
            if finding.outcome is Outcome.NOT_MET:
                found[check] += [_short(ref) for ref in finding.failing.refs()]
    return {check: " ".join(sorted(failing)) for check, failing in found.items()}


def product_with_sum(course: Course) -> Answer:
    """The same with the sum over the facts, as a submission freezes them."""
    return product(course, facts_sha256=None)


def _short(ref: str) -> str:
    """ "students/S3/scans/X17" as "S3/X17"."""
    _, student, _, scan = ref.split("/")
    return f"{student}/{scan}"


# --- one student -----------------------------------------------------------------------------------------------------


def student_scans(course: Course) -> int:
    """SELECT of the scans of the course's first student, fetched."""
    with connection.cursor() as cursor:
        cursor.execute(SCANS, {"students": [first_student(course)], "as_of": AS_OF})
        return len(cursor.fetchall())


def student(course: Course) -> Answer:
    """What a page about one student needs: database to findings. Answers how many queries it took."""
    asked: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, parameters, many, context)

    only = frozenset((first_student(course),))
    with connection.execute_wrapper(listen):
        report = evaluate(gather(course, AS_OF, only=only), facts_sha256="not asked for")
    if not all(one.reason for one in report):
        raise AssertionError("a finding without a sentence")
    return {"queries": str(len(asked))}


@lru_cache
def first_student(course: Course) -> UUID:
    """The student whose page is asked for: known after a first, unmeasured turn."""
    key: UUID = course.students.order_by("code").values_list("pk", flat=True)[0]
    return key


# --- plain Django --------------------------------------------------------------------------------------------------


def django(course: Course) -> Answer:
    """The four checks as one writes them with the ORM: prefetched, and then a loop."""
    found: dict[str, list[str]] = {check: [] for check in SHARED}
    mentors = Mentor.objects.prefetch_related("qualifications", "remit_periods")
    students = course.students.filter(state__in=("enrolled", "completed")).prefetch_related(
        "awards",
        "portfolio__contracts",
        Prefetch("team__mentor", mentors),
        Prefetch("portfolio__scans", Scan.objects.filter(on__lte=AS_OF).select_related("appraisal")),
        Prefetch("portfolio__scans__mentor", mentors),
    )
    shortages = list(course.shortages.filter(status="accepted", since__lte=AS_OF))
    for student in students:
        ratified = [award.ratified_on for award in student.awards.all() if award.kind == "final"]
        final = min((day for day in ratified if day), default=None)
        contract = max(student.portfolio.contracts.all(), key=lambda one: one.number)
        team = [place.mentor for place in student.team.all() if place.since <= AS_OF]
        for scan in student.portfolio.scans.all():
            name = f"{student.code}/X{scan.number}"
            released = final if scan.regions <= contract.remit else None
            if scan.logged and scan.subject != "patient":
                found["PS4.5"].append(name)
            if not scan.logged or scan.subject != "patient" or (released and scan.on > released):
                continue
            if scan.supervision == "none":
                if scan.on != released:
                    found["PS4.1"].append(name)
                continue
            if not (_qualified(scan.mentor, scan.on, 2) or _by_exception(scan, team, shortages)):
                found["PS4.2"].append(name)
            held = frozenset().union(*(period.regions for period in scan.mentor.remit_periods.all()))
            if not scan.regions <= held:
                found["PS4.3"].append(name)
    return {check: " ".join(sorted(failing)) for check, failing in found.items()}


def _qualified(mentor: Mentor, on: date, years: int) -> bool:
    return any(
        held.ratified_on <= on
        if held.kind == "radiology_level" and held.level >= 2
        else held.kind in ("pgc", "pgd", "msc") and _later(held.ratified_on, years) <= on
        for held in mentor.qualifications.all()
    )


def _by_exception(scan: Scan, team: list[Mentor], shortages: list[Any]) -> bool:
    in_force = any(one.since <= scan.on and (not one.until or scan.on <= one.until) for one in shortages)
    return (
        in_force
        and _qualified(scan.mentor, scan.on, 1)
        and any(_has_two_years(other, scan.on) for other in team if other != scan.mentor)
    )


def _has_two_years(mentor: Mentor, on: date) -> bool:
    return any(_later(held.ratified_on, 2) <= on for held in mentor.qualifications.all())


def _later(day: date, years: int) -> date:
    """The anniversary of a day; the benchmark's awards are never of 29 February."""
    return day.replace(year=day.year + years)


# --- a rule engine -------------------------------------------------------------------------------------------------


def zen_scan(course: Course) -> Answer:
    """zen-engine, one decision for each scan."""
    return zen_route.decide(course, one_by_one=True)


def zen_loop(course: Course) -> Answer:
    """zen-engine in its loop mode, one call for each student: its quickest way."""
    return zen_route.decide(course, one_by_one=False)


ROUTES: dict[str, Callable[[Course], Any]] = {
    "copy": copy,
    "copy of scans": copy_scans,
    "copy of scans again": copy_scans,
    "product": product,
    "product with sum": product_with_sum,
    "select": student_scans,
    "select again": student_scans,
    "student": student,
    "django": django,
    "zen loop": zen_loop,
    "zen per scan": zen_scan,
}
