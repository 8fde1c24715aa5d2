"""Queries whose SQL is kept find what Django finds, whatever their days and keys, in as many queries."""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from accreditation import repeated as repeated_module
from accreditation.facts import evening_of, gather, rows_of
from accreditation.models import Course
from accreditation.repeated import Keys, Query, Together, repeated, together
from accreditation.rules.facts_writing import write
from mentors import facts as mentor_facts
from mentors.models import Break, Mentor
from portfolios import facts as student_facts
from portfolios import scanlog
from portfolios.enums import PresentedTo
from portfolios.models import FormerJudgement, Portfolio, Presentation, Student
from tests.benchmarks.data import AS_OF, ENROLLED, LONG_AGO, Size, fill

AT_ONCE: dict[Together, int] = {
    rows_of: 20, mentor_facts._mentor_rows: 5, student_facts._applicant_rows: 2,
}  # fmt: skip
"""All that is asked together, each with the number of its queries."""
LATER = datetime(2026, 8, 1, tzinfo=UTC)
NUMBERS = ["M1", "M2", "M13", "M0"]


@pytest.fixture
def courses(db: None) -> list[Course]:
    made = fill(Size(courses=2, students=6, scans=20))
    chance = random.Random(4)
    for mentor in Mentor.objects.order_by("number"):
        since = ENROLLED + timedelta(days=chance.randrange(-400, 400))
        until = chance.choice((None, since + timedelta(days=90)))
        Break.objects.create(mentor=mentor, since=since, until=until, known_from=LONG_AGO)
    for student in Student.objects.order_by("code"):
        on = ENROLLED + timedelta(days=chance.randrange(500))
        FormerJudgement.objects.create(
            student=student, outcome="appropriate", by="%s's tutor", on=on, reason="50 %", replaced_at=LATER
        )
        Presentation.objects.create(portfolio=student.portfolio, to=PresentedTo.EMPLOYER, on=on, award=True)
    Portfolio.objects.update(hours="120.50")
    return made


def chosen(chance: random.Random, name: str, course: Course) -> Any:
    """A value for an argument of that name: some keys, none, keys that nobody has."""
    on = ENROLLED + timedelta(days=chance.randrange(-5, 700))
    if name == "course":
        return course.pk
    if name == "numbers":
        return chance.sample(NUMBERS, chance.randrange(5))
    if name in ("students", "mentors", "only"):
        model: Any = Mentor if name == "mentors" else Student
        keys: list[UUID] = [*model.objects.order_by("pk").values_list("pk", flat=True), uuid4()]
        some = chance.sample(keys, chance.choice((0, 1, 2, 3, len(keys))))
        return None if name == "only" and chance.random() < 0.4 else some
    return on if name == "as_of" else datetime.combine(on, time.max, tzinfo=UTC)


def alike(got: Any, wanted: Any, query: Query) -> bool:
    """The same rows; those about one student (mentor, ...) in the same order, where the query has one."""
    return bool(by_first(got) == by_first(wanted) if query.ordered else Counter(got) == Counter(wanted))


def by_first(rows: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


@pytest.mark.parametrize("prepared", [True, False])
def test_what_is_asked_at_once_is_what_each_query_finds(
    courses: list[Course], django_assert_num_queries: Any, settings: Any, prepared: bool
) -> None:
    settings.DATABASE_PREPARED = prepared
    chance = random.Random(9)
    for ask, number in AT_ONCE.items():
        found: dict[str, int] = defaultdict(int)
        names = [name for name in ask.build.__annotations__ if name not in ("keys", "return")]
        for _ in range(30):
            given = [chosen(chance, name, chance.choice(courses)) for name in names]
            with django_assert_num_queries(0 if [] in given and ask is not rows_of else 1):
                got = ask(*given)
            wanted, queries = ask.one_by_one(*given), ask.build(lambda name, queries: [], *given)
            assert len(wanted) == number and got.keys() == wanted.keys()
            for name, rows in wanted.items():
                assert alike(got[name], rows, queries[name]), name
                found[name] += len(rows)
        assert {name for name, many in found.items() if not many} <= {"documents", "cited"}


@pytest.mark.parametrize("prepared", [True, False])
def test_a_kept_query_finds_what_the_query_finds(
    courses: list[Course], django_assert_num_queries: Any, settings: Any, prepared: bool
) -> None:
    settings.DATABASE_PREPARED = prepared
    chance, found, ask = random.Random(9), 0, scanlog.rows_of
    for _ in range(15):
        given = [chosen(chance, name, chance.choice(courses)) for name in ("course", "as_of", "only")]
        query: Query = ask.__wrapped__(*given)  # type: ignore[attr-defined]
        with django_assert_num_queries(0 if [] in given else 1):
            got = ask(*given)
        assert alike(got, list(query), query)
        found += len(got)
    assert found > 500


def test_the_facts_of_some_are_those_of_all(courses: list[Course], django_assert_num_queries: Any) -> None:
    """Two queries, for one student as for a course; one student's facts are what the course's facts say of them."""
    for course in courses:
        gather(course, AS_OF)
        with django_assert_num_queries(2):
            whole = write(gather(course, AS_OF))
        for key, code in Student.objects.filter(course=course).values_list("pk", "code"):
            with django_assert_num_queries(2):
                alone = write(gather(course, AS_OF, only=frozenset((key,))))
            assert alone["students"] == [one for one in whole["students"] if one["id"] == code]
            assert alone["course"] == whole["course"] and alone.get("shortages") == whole.get("shortages")
            assert all(mentor in whole["mentors"] for mentor in alone["mentors"])


def test_a_new_connection_prepares_anew(courses: list[Course]) -> None:
    given = (courses[0].pk, AS_OF, evening_of(AS_OF), ["M1"], None)
    before = rows_of(*given)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'kept_%%'")
        assert cursor.fetchone()[0] >= 1
    repeated_module._prepared.clear()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as a connection that was lost
    after, queries = rows_of(*given), rows_of.build(lambda name, queries: [], *given)
    assert after.keys() == before.keys()
    assert all(alike(after[name], before[name], queries[name]) for name in before)


def test_what_does_not_come_in_as_it_is_is_refused(db: None) -> None:
    @repeated
    def shifted(day: date) -> Query:
        return Student.objects.filter(enrolled_on__gt=day + timedelta(days=1)).values_list("pk")

    @repeated
    def counted(number: int) -> Query:
        return Student.objects.all()[:number].values_list("pk")

    @together
    def among_others(keys: Keys, day: date) -> dict[str, Query]:
        return {"all": Student.objects.values_list("pk")}

    for ask, given in ((shifted, ENROLLED), (counted, 3), (among_others, ENROLLED)):
        with pytest.raises(TypeError):
            ask(given)
