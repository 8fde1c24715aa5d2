"""Submissions in bulk, as rows: courses, cases, panels and the grants that follow from them, for the benchmark and plans.

Each case has a lead and a co-assessor out of a pool, a group of its own with the panel's members, and the two permissions
that `accreditation.grants` gives such a group. One case in four is open, the others are decided.
"""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import connection, models

from accreditation.enums import InvitationState, PanelRole, SubmissionState
from accreditation.models import (
    Assignment,
    Course,
    Institution,
    Submission,
    SubmissionGroupPermission,
    User,
)
from accreditation.roles import ASSESSOR

CASES_OF_A_COURSE = 4
POOL = 40
_number = itertools.count(1)


def assessor(name: str) -> User:
    """A person with the role, from no university of the cases."""
    user = User.objects.create(email=f"{name}@bench.example", full_name=f"Assessor {name}")
    user.groups.add(Group.objects.get_or_create(name=ASSESSOR)[0])
    return user


def fill_cases(count: int, panels: dict[User, int], *, since: date) -> list[Submission]:
    """Writes so many cases; each person of `panels` leads that many open ones, spread evenly. Newest last."""
    numbers = [next(_number) for _ in range(count)]
    clerk = User.objects.get_or_create(email="clerk@bench.example", defaults={"full_name": "A. Clerk"})[0]
    pool = [assessor(f"pool-{numbers[0]}-{at}") for at in range(POOL)]
    university = Institution.objects.create(name=f"Register {numbers[0]}", short_name=f"R{numbers[0]}")
    lead_of = _leads(count, panels)
    courses = [_course(university, at) for at in numbers[::CASES_OF_A_COURSE]]
    cases, places, groups = [], [], []
    for at, number in enumerate(numbers):
        course = courses[at // CASES_OF_A_COURSE]
        still = at % CASES_OF_A_COURSE == 0
        case = Submission(
            course=course, reference=f"B-{number:06}", opened_by=clerk,
            state=SubmissionState.IN_ASSESSMENT if still else SubmissionState.DECIDED,
        )  # fmt: skip
        people = (lead_of.get(at) or pool[at % POOL], pool[(at + 7) % POOL])
        places += [
            Assignment(
                submission=case, user=user, role=role, state=InvitationState.ACCEPTED, assigned_by=clerk,
                due_on=since + timedelta(days=at % 90),
            )
            for user, role in zip(people, (PanelRole.LEAD, PanelRole.CO), strict=True)
        ]  # fmt: skip
        cases.append(case)
        groups.append((Group(name=f"submission:{case.pk}:panel"), people, still))
    for rows in (courses, cases, places, [group for group, *_ in groups]):
        _kind(rows).objects.bulk_create(rows, batch_size=5000)
    _grant(cases, groups)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cases


def _leads(count: int, panels: dict[User, int]) -> dict[int, User]:
    """Place of a case → who leads it: open cases only, spread over all of them."""
    wanted: Iterator[User] = itertools.chain.from_iterable(itertools.repeat(*one) for one in panels.items())
    people = list(wanted)
    still = range(0, count, CASES_OF_A_COURSE)
    step = max(1, len(still) // max(1, len(people)))
    return dict(zip(still[::step], people, strict=False))


def _course(university: Institution, number: int) -> Course:
    return Course(
        institution=university, reference=f"BC-{number:06}", title=f"PgCert MSK Ultrasound {number}", kind="postgraduate",
        award="pgc", requires_professional_body=True, experience_judged="quality", tells_students=True, tells_employers=True,
    )  # fmt: skip


def _kind(rows: list[Any]) -> type[models.Model]:
    kind: type[models.Model] = type(rows[0])
    return kind


def _grant(cases: list[Submission], groups: list[tuple[Group, tuple[User, ...], bool]]) -> None:
    see, judge = (
        Permission.objects.get(codename=code, content_type__app_label="accreditation")
        for code in ("view_submission", "judge_submission")
    )
    members: Any = User.groups.through
    members.objects.bulk_create(
        [members(user=user, group=group) for group, people, _ in groups for user in people], batch_size=5000
    )
    SubmissionGroupPermission.objects.bulk_create(
        [
            SubmissionGroupPermission(content_object=case, group=group, permission=permission)
            for case, (group, _, still) in zip(cases, groups, strict=True)
            for permission in ((see, judge) if still else (see,))
        ],
        batch_size=5000,
    )


def multiply(count: int) -> None:
    """Writes so many decided cases more, like those that there are, with statements alone: for registers of 100,000."""
    table = Submission._meta.db_table
    name = "'submission:' || made.id || ':panel'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMPORARY TABLE made ON COMMIT PRESERVE ROWS AS
            WITH like_it AS (SELECT id, row_number() OVER () - 1 AS at, count(*) OVER () AS many FROM {table} WHERE state = %s)
            SELECT gen_random_uuid() AS id, n, like_it.id AS pattern
            FROM generate_series(1, %s) AS n JOIN like_it ON like_it.at = n %% like_it.many""",  # noqa: S608 - names of ours
            [SubmissionState.DECIDED, count],
        )
        _like(
            cursor,
            Submission,
            "old.id",
            {"id": "made.id", "reference": f"'C-' || (made.n + {Submission.objects.count()})"},
        )
        _like(
            cursor, Assignment, "old.submission_id", {"id": "gen_random_uuid()", "submission_id": "made.id"}
        )
        cursor.execute(f"INSERT INTO auth_group (name) SELECT {name} FROM made")  # noqa: S608
        members = User.groups.through._meta.db_table
        cursor.execute(
            f"""INSERT INTO {members} (user_id, group_id) SELECT place.user_id, auth_group.id FROM made
            JOIN {Assignment._meta.db_table} place ON place.submission_id = made.id JOIN auth_group ON auth_group.name = {name}"""  # noqa: S608
        )
        cursor.execute(
            f"""INSERT INTO {SubmissionGroupPermission._meta.db_table} (content_object_id, group_id, permission_id)
            SELECT made.id, auth_group.id, auth_permission.id FROM made JOIN auth_group ON auth_group.name = {name}
            JOIN auth_permission ON auth_permission.codename = 'view_submission'"""  # noqa: S608
        )
        cursor.execute("DROP TABLE made")
        cursor.execute("ANALYZE")


def _like(cursor: Any, model: type[models.Model], pattern: str, changed: dict[str, str]) -> None:
    """A row like the pattern's for each new case, with some columns changed."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changed.get(column, f'old."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"""INSERT INTO {model._meta.db_table} ({names}) SELECT {values}
        FROM made JOIN {model._meta.db_table} AS old ON {pattern} = made.pattern"""  # noqa: S608
    )
