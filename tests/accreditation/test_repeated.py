"""Queries whose SQL is kept find what Django finds, whatever their days and keys, in as many queries."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from accreditation import facts as course_facts
from accreditation.models import Course
from accreditation.repeated import repeated
from mentors import facts as mentor_facts
from mentors.models import Mentor
from portfolios import facts as student_facts
from portfolios import scanlog
from portfolios.models import Student
from tests.benchmarks.data import ENROLLED, Size, fill

Kept = Callable[..., Any]
KEYS = ("students", "portfolios", "mentors")


MODULES: list[ModuleType] = [course_facts, mentor_facts, student_facts, scanlog]
EVERY: list[Kept] = [
    one
    for module in MODULES
    for one in vars(module).values()
    if hasattr(one, "__wrapped__") and "QuerySet" in str(one.__annotations__["return"])
]


@pytest.fixture
def courses(db: None) -> list[Course]:
    return fill(Size(courses=2, students=6, scans=20))


def chosen(chance: random.Random, name: str, course: Course) -> Any:
    """A value for an argument of that name: some keys, none, keys that nobody has."""
    on = ENROLLED + timedelta(days=chance.randrange(-5, 700))
    if name == "course":
        return course.pk
    if name == "numbers":
        return chance.sample(["M1", "M2", "M13", "M0"], chance.randrange(5))
    if name in KEYS:
        model: Any = Mentor if name == "mentors" else Student
        keys: list[UUID] = [*model.objects.order_by("pk").values_list("pk", flat=True), uuid4()]
        return chance.sample(keys, chance.choice((0, 1, 2, len(keys))))
    return on if name == "as_of" else datetime.combine(on, time.max, tzinfo=UTC)


def test_a_kept_query_finds_what_the_query_finds(
    courses: list[Course], django_assert_num_queries: Any
) -> None:
    chance, found = random.Random(9), dict.fromkeys(EVERY, 0)
    for ask in EVERY:
        names = [name for name in ask.__annotations__ if name != "return"]
        for _ in range(12):
            given = [chosen(chance, name, chance.choice(courses)) for name in names]
            query: QuerySet[Any, Any] = ask.__wrapped__(*given)  # type: ignore[attr-defined]
            with django_assert_num_queries(0 if [] in given else 1):
                got = ask(*given)
            wanted = list(query)
            assert got == wanted if query.ordered else sorted(map(repr, got)) == sorted(map(repr, wanted)), (
                ask
            )
            found[ask] += len(wanted)
    assert len(EVERY) == 21
    nothing_there = {"_former_rows", "_presentation_rows", "_break_rows", "_document_rows", "_cited_rows"}
    assert {ask.__name__ for ask, number in found.items() if not number} == nothing_there


def test_what_does_not_come_in_as_it_is_is_refused(db: None) -> None:
    @repeated
    def shifted(day: date) -> QuerySet[Any, Any]:
        return Student.objects.filter(enrolled_on__gt=day + timedelta(days=1)).values_list("pk")

    @repeated
    def counted(number: int) -> QuerySet[Any, Any]:
        return Student.objects.all()[:number].values_list("pk")

    for ask, given in ((shifted, ENROLLED), (counted, 3)):
        with pytest.raises(TypeError):
            ask(given)
