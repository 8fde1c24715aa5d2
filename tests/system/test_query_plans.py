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

from accreditation import grants, notices, review_selectors
from accreditation.enums import InvitationState, JobState, LetterKind, PanelRole, SubmissionState
from accreditation.models import Assignment, Course, CourseTeamMember, Job, Letter, Message, Submission, User
from accreditation.queue import open_promises
from accreditation.selectors import seen_on_panels, visible_courses, visible_letters, visible_submissions
from mentors.models import Mentor
from mentors.selectors import readable_courses, visible_mentors
from portfolios import scanlog
from portfolios.grants import sync_portfolio
from portfolios.models import Portfolio, Scan
from portfolios.selectors import scans_to_appraise, visible_portfolios, visible_students
from portfolios.views.student import log_of
from tests.benchmarks.cases import assessor, fill_cases
from tests.benchmarks.data import AS_OF, Size, fill
from tests.worlds import make_world

CASES, PANELS = 1_200, 20
STUDENTS, SCANS = 8, 60
"""Of one course, and of one student; there are three such courses, and OTHERS without a scan."""
OTHERS = 20


@dataclass
class Register:
    """The seeded data: an assessor on twenty panels, a leader of two courses, a mentor of some students of one of them, whom
    an assessor there sees by code; a portfolio.
    """

    assessor: User
    assessor_there: User
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
    cases = fill_cases(CASES, {person: PANELS}, since=date(2026, 1, 1))
    fill(Size(courses=OTHERS, students=STUDENTS, scans=0), seed=7, first=3)
    course = fill(Size(courses=3, students=STUDENTS, scans=SCANS))[0]
    world = make_world("Wexcombe")
    Submission.objects.create(course=world.course, reference="S-OWN", opened_by=world.leader)
    mentor = Mentor.objects.filter(teams__student__course=course).earliest("number")
    mentor.user = world.outsider
    mentor.save()
    for portfolio in Portfolio.objects.filter(student__team__mentor=mentor).select_related("student"):
        sync_portfolio(portfolio)
    CourseTeamMember.objects.create(course=course, user=world.leader, role="leader", since=date(2026, 1, 1))
    grants.sync_course(course)
    there = Submission.objects.create(
        course=course, reference="S-THERE", opened_by=world.leader, state=SubmissionState.IN_ASSESSMENT
    )
    Assignment.objects.create(
        submission=there, user=world.lead, role=PanelRole.LEAD, state=InvitationState.ACCEPTED, assigned_by=world.officer
    )  # fmt: skip
    grants.sync_submission(there)
    now = timezone.now()
    Job.objects.bulk_create(
        Job(task="a", subject_id=str(at), key=f"plan:{at}", not_before=now, state=JobState.WAITING if at < 5 else JobState.DONE)
        for at in range(1_500)
    )  # fmt: skip
    own = Assignment.objects.filter(user=person)[0].submission
    Message.objects.bulk_create(
        Message(
            person=person if at < 5 else world.leader, kind="judgements_in", key=f"plan:{at}", address="a@b.example",
            submission=own if at < 5 else there,
        )
        for at in range(1_500)
    )  # fmt: skip
    Letter.objects.bulk_create(
        Letter(submission=case, kind=LetterKind.WITHDRAWAL, number=f"P-{at}", content={}, approved_at=now)
        for at, case in enumerate(cases)
    )  # fmt: skip
    portfolio = Portfolio.objects.filter(student__course=course).earliest("student__code")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    yield Register(person, world.lead, world.leader, world.outsider, portfolio, course)


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
COURSE_SCANS = STUDENTS * SCANS
PLANS: dict[str, tuple[Callable[[Register], QuerySet[Any]], int]] = {
    "one case of an assessor": (
        lambda of: review_selectors._review_place(
            of.assessor.pk, seen_on_panels(of.assessor.pk, []), first_case(of.assessor)
        ), 40,
    ),
    "the list of an assessor's cases": (
        lambda of: review_selectors._desk(of.assessor.pk, seen_on_panels(of.assessor.pk, [])), 15 * PANELS,
    ),
    "the same, but for an institution of their own": (
        lambda of: review_selectors._desk(of.assessor.pk, seen_on_panels(of.assessor.pk, [of.course.institution_id])),
        15 * PANELS,
    ),
    "submissions that an assessor may see": (lambda of: visible_submissions(of.assessor), 10 * PANELS),
    "submissions of a course leader": (lambda of: visible_submissions(of.leader), 40),
    "the courses of a course leader": (lambda of: visible_courses(of.leader), 60),
    "courses whose supervision an assessor may read": (lambda of: readable_courses(of.assessor), 10 * PANELS),
    "mentors that a course leader may see": (lambda of: visible_mentors(of.leader), 120),
    "mentors that an assessor may see": (lambda of: visible_mentors(of.assessor_there), 120),
    "letters that an assessor may read": (lambda of: visible_letters(of.assessor), 20 * PANELS),
    "unread notices": (lambda of: unread_of(of.assessor.pk), 10),
    "notices of a person": (lambda of: notices.own_notices(of.assessor), 12 * PANELS),
    "promises to ring for": (lambda of: open_promises(), 10),
    "scans that wait for a mentor": (lambda of: scans_to_appraise(of.mentor), 8 * COURSE_SCANS),
    "portfolios that a mentor may see": (lambda of: visible_portfolios(of.mentor), 20 * STUDENTS),
    "portfolios of a course leader": (lambda of: visible_portfolios(of.leader), 20 * STUDENTS),
    "portfolios that an assessor sees by code": (lambda of: visible_portfolios(of.assessor_there), 20 * STUDENTS),
    "students whom a mentor may name": (lambda of: visible_students(of.mentor), 20 * STUDENTS),
    "a page of a scan log": (lambda of: log_of(of.portfolio)[:25], 4 * SCANS),
    "the scans of one course for the rules": (
        lambda of: rows_of(of.course.pk, AS_OF, None), 5 * COURSE_SCANS,
    ),
    "what a log holds before a file comes in": (lambda of: Scan.objects.filter(portfolio=of.portfolio), SCANS + 5),
}  # fmt: skip
"""Name → the query, and how many rows it may look at: so many for each thing that one may see, never for each that there is."""


def test_heavy_queries_visit_few_rows(register: Register) -> None:
    found = {name: visited(query(register)) for name, (query, _) in PLANS.items()}
    print(*(f"{rows:6} of {PLANS[name][1]:5}  {name}" for name, rows in found.items()), sep="\n")
    assert {name: rows for name, rows in found.items() if rows > PLANS[name][1]} == {}, found
    nothing = [name for name, (query, _) in PLANS.items() if not query(register).exists()]
    assert nothing == [], "a query that finds nothing says nothing"
    assert Submission.objects.count() > 2 * max(most for _, most in PLANS.values() if most < 1000)


def test_a_plan_without_index_is_noticed(register: Register) -> None:
    """Otherwise the test above would say nothing."""
    assert visited(Submission.objects.filter(due_on=date(2026, 1, 1))) >= CASES
    assert visited(CourseTeamMember.objects.filter(user=register.leader)) < 5
