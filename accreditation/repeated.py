"""Queries that are asked again and again, many of them at once: Django puts their SQL together once, and is then only asked.

For the facts of one student, twenty small queries are made. PostgreSQL answers them in some milliseconds; Django takes three
times as long to build each anew from its filters, though nothing but days and keys is different, and each costs a way to the
database and back. `repeated` keeps the SQL with its gaps; `together` makes one statement of many queries, which brings the
rows of each as JSON. Where each gap is, is seen by building the queries once with values that occur nowhere else.

PostgreSQL would spend five times as long on planning such a statement as on answering it. So a connection prepares it when
it first asks, and then only names it, with what fills the gaps (`settings.DATABASE_PREPARED`).
"""

import json
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache, partial, wraps
from hashlib import sha256
from itertools import count
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.query import get_related_populators

Thing = TypeVar("Thing", bound=Model)
Query = QuerySet[Any, tuple[Any, ...]]
Rows = list[tuple[Any, ...]]
Form = tuple[tuple[type, int | None], ...]
MOST_KEPT: Final = 16
"""Forms of one query: lists of different lengths need SQL of their own. More would need megabytes."""


def repeated(build: Callable[..., Query]) -> Callable[..., Rows]:
    """A function that builds a query of plain rows (`values_list`), as one that gives these rows.

    Its arguments are days, moments, keys, words, collections of these, or None; each must come into the SQL as it is, and
    nothing else may decide what the query looks like. Raises TypeError, when first asked, where one does not.
    """

    return wraps(build)(_kept(build, _rows))


def repeated_things(build: Callable[..., QuerySet[Thing, Thing]]) -> Callable[..., list[Thing]]:
    """As `repeated`, for a query of whole objects, with what `select_related` and `annotate` put beside them."""
    return wraps(build)(_kept(build, _things))


def _rows(compiler: Any, rows: Rows) -> Iterator[Any]:
    """What the fields say of the database's values."""
    yield from compiler.results_iter([rows], tuple_expected=True)


def _things(compiler: Any, rows: Rows) -> Iterator[Any]:
    """Objects, made as `django.db.models.query.ModelIterable` makes them."""
    info, annotated = compiler.klass_info, compiler.annotation_col_map or {}
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    beside = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]
    for row in compiler.results_iter([rows]):
        one = info["model"].from_db(connection.alias, names, row[start:end])
        for related in beside:
            related.populate(row, one)
        for name, place in annotated.items():
            setattr(one, name, row[place])
        yield one


def _kept(
    build: Callable[..., QuerySet[Any, Any]], read: Callable[[Any, Rows], Iterator[Any]]
) -> Callable[..., list[Any]]:
    @lru_cache(maxsize=MOST_KEPT)
    def statement(form: Form) -> tuple[Statement, Any] | None:
        marks = _marks(form)
        query = build(*marks)
        compiler = query.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        return _with_gaps(build, sql, parameters, marks), compiler

    def ask(*given: Any) -> list[Any]:
        # Elsewhere a value may come into the SQL in another form than it is given.
        if connection.vendor != "postgresql":
            return list(build(*given))
        values = _evened(given)
        if (known := statement(_form(values))) is None:
            return []
        kept, compiler = known
        return list(read(compiler, kept.ask(values)))

    return ask


class Keys(Protocol):
    """Names the keys that some queries find together, for other queries of the same statement."""

    def __call__(self, name: str, queries: Iterable[Query]) -> Any:
        """What may stand behind `__in`. `name`: a word, unlike the others; each query has one column of keys."""
        ...


class Together:
    """Asks the queries that `build` makes, by name: on PostgreSQL in one query."""

    def __init__(self, build: Callable[..., Mapping[str, Query]]) -> None:
        self.build = build
        self.statement = lru_cache(maxsize=MOST_KEPT)(partial(_joined, build))

    def __call__(self, *given: Any) -> dict[str, Rows]:
        """Name → the query's rows."""
        if connection.vendor != "postgresql":
            return self.one_by_one(*given)
        values = _evened(given)
        kept, readers = self.statement(_form(values))
        found = iter(kept.ask(values)[0] if kept.sql else ())
        return {name: reader.rows(next(found)) if reader else [] for name, reader in readers.items()}

    def one_by_one(self, *given: Any) -> dict[str, Rows]:
        """The same in a query for each, and one for each query of keys: how it is done elsewhere than on PostgreSQL."""

        def keys(name: str, queries: Iterable[Query]) -> list[Any]:
            return list({key for query in queries for (key,) in query})

        return {name: list(query) for name, query in self.build(keys, *given).items()}


def together(build: Callable[..., Mapping[str, Query]]) -> Together:
    """A function that builds queries by name, as one that gives the rows of each, on PostgreSQL in one query.

    `build` is given a `Keys` first, and then arguments as `repeated` takes them, under the same conditions.
    """
    return Together(build)


def _joined(
    build: Callable[..., Mapping[str, Query]], form: Form
) -> tuple["Statement", dict[str, "Reader | None"]]:
    """One statement, with a column for each query; no reader for a query that could find nothing, as one for no keys."""
    marks = _marks(form)
    named: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def keys(name: str, queries: Iterable[Query]) -> RawSQL:
        parts = []
        for query in queries:
            try:
                parts.append(query.order_by().query.sql_with_params())
            except EmptyResultSet:
                continue
        nothing: tuple[str, tuple[Any, ...]] = ("SELECT NULL::uuid WHERE false", ())
        union = " UNION ".join(part for part, _ in parts or [nothing])
        named[name] = f'"{name}" ("key") AS ({union})', tuple(one for _, some in parts for one in some)
        return RawSQL(f'SELECT "key" FROM "{name}"', ())  # noqa: S608, S611 - a word of ours

    columns: list[str] = []
    parameters: list[Any] = []
    readers: dict[str, Reader | None] = {}
    for name, query in build(keys, *marks).items():
        compiler = query.query.get_compiler(connection=connection)
        try:
            sql, given = compiler.as_sql()
        except EmptyResultSet:
            readers[name] = None
            continue
        readers[name] = reader = Reader.of(compiler)
        columns.append(f"({reader.around(sql)})")
        parameters += given
    with_keys = f"WITH {', '.join(sql for sql, _ in named.values())} " if named else ""
    before = [one for _, some in named.values() for one in some]
    whole = f"{with_keys}SELECT {', '.join(columns)}" if columns else ""
    return _with_gaps(build, whole, [*before, *parameters], marks), readers


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes of a query's rows, which came as JSON, what Django gives for them: a function for each column that needs one."""

    as_text: tuple[bool, ...]
    columns: tuple[tuple[int, Callable[[Any], Any]], ...]

    @classmethod
    def of(cls, compiler: Any) -> "Reader":
        """For a query whose SQL was put together. Raises TypeError for a kind of column that JSON does not bring."""
        selected = [expression for expression, *_ in compiler.select]
        fields = compiler.get_converters(selected)
        kinds = [expression.output_field.db_type(connection).partition("(")[0] for expression in selected]
        columns: list[tuple[int, Callable[[Any], Any]]] = []
        for place, kind in enumerate(kinds):
            converters, expression = fields.get(place, ((), None))
            if from_json := FROM_JSON[kind]:
                columns.append((place, from_json))
            columns += [(place, partial(_converted, one, expression)) for one in converters]
        return cls(tuple(kind == "jsonb" for kind in kinds), tuple(columns))

    def around(self, sql: str) -> str:
        """The query as one that gives a single text: its rows in their order."""
        names = [f'"c{place}"' for place, _ in enumerate(self.as_text)]
        cells = (f"{name}::text" if text else name for name, text in zip(names, self.as_text, strict=True))
        row = f"json_build_array({', '.join(cells)})"
        return f'SELECT json_agg({row})::text FROM ({sql}) AS "rows" ({", ".join(names)})'  # noqa: S608 - Django's own SQL

    def rows(self, text: str | None) -> Rows:
        if text is None:
            return []
        rows = json.loads(text, parse_float=Decimal)
        for row in rows:
            for place, convert in self.columns:
                row[place] = convert(row[place])
        return [tuple(row) for row in rows]


def _converted(convert: Callable[..., Any], expression: Any, value: Any) -> Any:
    return convert(value, expression, connection)


def _unless_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


FROM_JSON: Final[dict[str, Callable[[Any], Any] | None]] = {
    **dict.fromkeys(("bigint", "boolean", "integer", "jsonb", "smallint", "text", "varchar"), None),
    "date": _unless_none(date.fromisoformat),
    "numeric": _unless_none(Decimal),
    "timestamp with time zone": _unless_none(datetime.fromisoformat),
    "uuid": _unless_none(lru_cache(maxsize=4096)(UUID)),  # a student's key stands in each of their rows
}
"""Type of a column → what makes of JSON's value the driver's; None where it is the same."""


# --- SQL with gaps -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """SQL with gaps. `gaps`: for each parameter whether it is one of the arguments' values (its place among them), or the
    parameter itself. `kinds`: PostgreSQL's type of each value.
    """

    sql: str
    gaps: tuple[tuple[bool, Any], ...]
    kinds: tuple[str, ...]

    def ask(self, values: tuple[Any, ...]) -> Rows:
        flat = [one for one in _flat(values) if one is not None]
        with connection.cursor() as cursor:
            if settings.DATABASE_PREPARED:
                cursor.execute(self._named(connection.connection), flat)
            else:
                cursor.execute(self.sql, [flat[one] if gap else one for gap, one in self.gaps])
            rows: Rows = cursor.fetchall()
        return rows

    def _named(self, server: Any) -> str:
        """What asks it by its name; it is prepared where this connection does not know it yet."""
        name, known = self._name, _prepared.setdefault(server, set())
        if name not in known:
            with connection.wrap_database_errors:
                server.execute(f"PREPARE {name} ({', '.join(self.kinds)}) AS {self._numbered()}")
            known.add(name)
        return f"EXECUTE {name} ({', '.join(['%s'] * len(self.kinds))})"

    @cached_property
    def _name(self) -> str:
        return f"kept_{sha256(repr((self.sql, self.gaps)).encode()).hexdigest()[:24]}"

    def _numbered(self) -> str:
        """The SQL as PREPARE takes it: $1 in the first value's gaps, and what is no gap spelt out."""
        operations: Any = connection.ops
        filling = (f"${one + 1}" if gap else operations.compose_sql("%s", [one]) for gap, one in self.gaps)
        return re.sub("%s|%%", lambda found: next(filling) if found.group() == "%s" else "%", self.sql)


_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""Connection → the names that it knows."""


def _with_gaps(
    build: Callable[..., Any], sql: str, parameters: Iterable[Any], marks: tuple[Any, ...]
) -> Statement:
    values = [mark for mark in _flat(marks) if mark is not None]
    places = {mark: place for place, mark in enumerate(values)}
    gaps = [
        (True, places[one]) if isinstance(one, Hashable) and one in places else (False, one)
        for one in parameters
    ]
    if sql and len({place for gap, place in gaps if gap}) != len(places):
        raise TypeError(f"An argument of {build.__name__} does not come into its SQL as it is.")
    if any(not gap and isinstance(one, date) for gap, one in gaps):  # it would stay today's for ever
        raise TypeError(f"{build.__name__} asks for a day that is none of its arguments.")
    return Statement(sql, tuple(gaps), tuple(KINDS[type(one)][1] for one in values))


KINDS: Final[dict[type, tuple[Callable[[int], Any], str]]] = {
    UUID: (lambda number: UUID(int=number), "uuid"),
    str: (lambda number: f"mark {number}", "text"),
    datetime: (lambda number: datetime(1, 1, 2, tzinfo=UTC) + timedelta(seconds=number), "timestamptz"),
    date: (date.fromordinal, "date"),
    type(None): (lambda number: None, ""),
}
"""Kinds of arguments, each with values that occur nowhere else, all different, and PostgreSQL's word. A datetime is a date
too: it goes first.
"""


def _marks(form: Form) -> tuple[Any, ...]:
    numbers = count(1)
    return tuple(
        KINDS[kind][0](next(numbers))
        if many is None
        else tuple(KINDS[kind][0](next(numbers)) for _ in range(many))
        for kind, many in form
    )


def _evened(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments, with lists made as long as the next power of two by their last value, so that there are few forms."""
    values: list[Any] = []
    for one in given:
        if not _several(one):
            values.append(one)
            continue
        some = tuple(one)
        more = (1 << (len(some) - 1).bit_length()) - len(some) if some else 0
        values.append((*some, *some[-1:] * more))
    return tuple(values)


def _form(values: tuple[Any, ...]) -> Form:
    return tuple(_kind(one) for one in values)


def _kind(one: Any) -> tuple[type, int | None]:
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
