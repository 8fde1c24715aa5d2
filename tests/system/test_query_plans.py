"""The heaviest queries visit few rows, however large the register is: plans, not clocks.

On seeded data PostgreSQL runs each query and says how many rows it looked at. Reading whole tables is made dear, as large
ones make it: so a plan shows which indexes there are, and not how small the test's tables happen to be.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accreditation import notices, review_selectors
from accreditation.enums import JobState
from accreditation.models import Assignment, Course, CourseTeamMember, Job, Message, Submission, User
from accreditation.queue import open_promises
from accreditation.selectors import seen_on_panels, visible_courses, visible_letters
from mentors.models import Mentor
from portfolios import scanlog
from portfolios.models import Portfolio, Scan
from portfolios.selectors import scans_to_appraise, visible_portfolios
from portfolios.views.student import log_of
from tests.benchmarks.cases import assessor, fill_cases
from tests.benchmarks.data import AS_OF, Size, fill
from tests.worlds import make_world

CASES, PANELS = 1_200, 20
SCANS = 60
"""Of one student; a course has eight, and there are three courses."""


@dataclass
class Register:
    """The seeded data: an assessor on twenty panels, a leader of one course, a mentor, a portfolio."""

    assessor: User
    leader: User
    mentor: User
    portfolio: Portfolio
    course: Course


@pytest.fixture
def register(db: None) -> Iterator[Register]:
    """Many cases, scans, promises and notices; reading a whole table is dear."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has other plans.")
    person = assessor("who-looks")
    fill_cases(CASES, {person: PANELS}, since=date(2026, 1, 1))
    course = fill(Size(courses=3, students=8, scans=SCANS))[0]
    world = make_world("Wexcombe")
    Submission.objects.create(course=world.course, reference="S-OWN", opened_by=world.leader)
    mentor = Mentor.objects.filter(placements__course=course).earliest("number")
    mentor.user = world.outsider
    mentor.save()
    now = timezone.now()
    Job.objects.bulk_create(
        Job(task="a", subject_id=str(at), key=f"plan:{at}", not_before=now, state=JobState.WAITING if at < 5 else JobState.DONE)
        for at in range(1_500)
    )  # fmt: skip
    Message.objects.bulk_create(
        Message(person=person if at < 5 else world.leader, kind="judging_done", key=f"plan:{at}", address="a@b.example")
        for at in range(1_500)
    )  # fmt: skip
    portfolio = Portfolio.objects.filter(student__course=course).earliest("student__code")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    yield Register(person, world.leader, world.outsider, portfolio, course)


def visited(query: QuerySet[Any]) -> int:
    """How many rows of tables a query looks at, those included that it throws away again."""
    sql, parameters = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
        plan = cursor.fetchone()[0]
    return sum(
        _rows(node) for node in _nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _rows(node: dict[str, Any]) -> int:
    if "Relation Name" not in node:
        return 0
    each = (
        node["Actual Rows"]
        + node.get("Rows Removed by Filter", 0)
        + node.get("Rows Removed by Index Recheck", 0)
    )
    return round(each * node["Actual Loops"])


def first_case(user: User) -> UUID:
    return Assignment.objects.filter(user=user).values_list("submission", flat=True)[0]


# What keeps its SQL is asked as it was built.
rows_of: Callable[..., QuerySet[Any]] = scanlog.rows_of.__wrapped__  # type: ignore[attr-defined]
unread_of: Callable[..., QuerySet[Any]] = notices._unread_rows.__wrapped__  # type: ignore[attr-defined]
COURSE_SCANS = 8 * SCANS
PLANS: dict[str, tuple[Callable[[Register], QuerySet[Any]], int]] = {
    "one case of an assessor": (
        lambda of: review_selectors._review_place(
            of.assessor.pk, seen_on_panels(of.assessor.pk, []), first_case(of.assessor)
        ), 40,
    ),
    "the courses of a course leader": (lambda of: visible_courses(of.leader), 60),
    "letters that an assessor may read": (lambda of: visible_letters(of.assessor), 20 * PANELS),
    "unread notices": (lambda of: unread_of(of.assessor.pk), 10),
    "notices of a person": (lambda of: notices.own_notices(of.assessor), 60),
    "promises to ring for": (lambda of: open_promises(), 10),
    "scans that wait for a mentor": (lambda of: scans_to_appraise(of.mentor), 8 * COURSE_SCANS),
    "portfolios that a mentor may see": (lambda of: visible_portfolios(of.mentor), 400),
    "a page of a scan log": (lambda of: log_of(of.portfolio)[:25], 4 * SCANS),
    "the scans of one course for the rules": (
        lambda of: rows_of(of.course.pk, AS_OF, None), 5 * COURSE_SCANS,
    ),
    "what a log holds before a file comes in": (lambda of: Scan.objects.filter(portfolio=of.portfolio), SCANS + 5),
}  # fmt: skip
"""Name → the query, and how many rows it may look at.

Two heavy ones are not held here, because on tables of this size their plans are not steady: an assessor's list of cases, and the
submissions of a course leader. PostgreSQL begins with the permission that all cases share, not with the person's few groups.
"""


def test_heavy_queries_visit_few_rows(register: Register) -> None:
    found = {name: visited(query(register)) for name, (query, _) in PLANS.items()}
    assert {name: rows for name, rows in found.items() if rows > PLANS[name][1]} == {}, found
    assert Submission.objects.count() > 2 * max(most for _, most in PLANS.values() if most < 1000)


def test_a_plan_without_index_is_noticed(register: Register) -> None:
    """Otherwise the test above would say nothing."""
    assert visited(Submission.objects.filter(due_on=date(2026, 1, 1))) >= CASES
    assert visited(CourseTeamMember.objects.filter(user=register.leader)) < 5
