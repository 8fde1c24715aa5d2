"""Queries that are asked again and again: Django puts their SQL together once, and is then only asked.

For the facts of one student, twenty small queries are made. PostgreSQL answers them in some milliseconds; Django takes three
times as long to build each anew from its filters, though nothing but days and keys is different. `repeated` keeps the SQL
with its gaps. Where each gap is, is seen by building the query once with values that occur nowhere else.
"""

from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from itertools import count
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Rows = list[tuple[Any, ...]]
MOST_KEPT: Final = 16
"""Forms of one query: lists of different lengths need SQL of their own. More would need megabytes."""


def repeated(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., Rows]:
    """A function that builds a query of plain rows (`values_list`), as one that gives these rows.

    Its arguments are days, moments, keys, words, and collections of these; each must come into the SQL as it is, and
    nothing else may decide what the query looks like. Raises TypeError, when first asked, where one does not.
    """

    @lru_cache(maxsize=MOST_KEPT)
    def statement(form: tuple[tuple[type, int | None], ...]) -> Statement | None:
        return _put_together(build, form)

    @wraps(build)
    def ask(*given: Any) -> Rows:
        values = tuple(tuple(one) if _several(one) else one for one in given)
        # Elsewhere a value may come into the SQL in another form than it is given.
        if connection.vendor != "postgresql":
            return list(build(*values))
        known = statement(tuple(_form(one) for one in values))
        return known.ask(values) if known else []

    return ask


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with gaps. `gaps`: for each parameter whether it is one of the arguments' values (its place among them), or the
    parameter itself. `compiler` makes of the database's values what the fields say; it asks nothing.
    """

    sql: str
    gaps: tuple[tuple[bool, Any], ...]
    compiler: Any

    def ask(self, values: tuple[Any, ...]) -> Rows:
        flat = list(_flat(values))
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [flat[one] if gap else one for gap, one in self.gaps])
            rows = cursor.fetchall()
        return list(self.compiler.results_iter([rows], tuple_expected=True))


def _put_together(
    build: Callable[..., QuerySet[Any, Any]], form: tuple[tuple[type, int | None], ...]
) -> Statement | None:
    """The statement for arguments of a form; None where it could find nothing, as a query for no keys."""
    numbers = count(1)
    marks = tuple(
        KINDS[kind](next(numbers)) if many is None else tuple(KINDS[kind](next(numbers)) for _ in range(many))
        for kind, many in form
    )
    places = {mark: place for place, mark in enumerate(_flat(marks))}
    compiler = build(*marks).query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    gaps = [
        (True, places[one]) if isinstance(one, Hashable) and one in places else (False, one)
        for one in parameters
    ]
    if len({place for gap, place in gaps if gap}) != len(places):
        raise TypeError(f"An argument of {build.__name__} does not come into its SQL as it is.")
    return Statement(sql, tuple(gaps), compiler)


KINDS: Final[dict[type, Callable[[int], Any]]] = {
    UUID: lambda number: UUID(int=number),
    str: lambda number: f"mark {number}",
    datetime: lambda number: datetime(1, 1, 2, tzinfo=UTC) + timedelta(seconds=number),
    date: date.fromordinal,
}
"""Kinds of arguments, each with values that occur nowhere else, all different. A datetime is a date too: it goes first."""


def _form(one: Any) -> tuple[type, int | None]:
    some = one if isinstance(one, tuple) else (one,)
    kinds = {next((kind for kind in KINDS if isinstance(value, kind)), None) for value in some} or {UUID}
    kind = kinds.pop()
    if kinds or kind is None:
        raise TypeError(f"A query cannot be kept for {one!r}.")
    return kind, len(one) if isinstance(one, tuple) else None


def _several(one: Any) -> bool:
    return isinstance(one, Collection) and not isinstance(one, str)


def _flat(values: tuple[Any, ...]) -> Iterator[Any]:
    for one in values:
        yield from one if isinstance(one, tuple) else (one,)
