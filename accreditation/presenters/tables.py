"""Long tables as pages show them and as files hold them: one description for both, so that they never differ.

    COLUMNS = (Column("name", "Name", lambda one: one.full_name, cell=lambda one: Cell(one.full_name, url=…)), …)
    table = arrange("people", COLUMNS, rows, request.GET)

`rows` is a list, sorted by the columns' values; or a query set, sorted by the columns' `field`, of which only the page shown
is fetched. All that a reader chose stands in the address: filters (the page's own), `sort`, `cols`, `page`; so a link, a
kept view and a file show the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accreditation.imports.writing import Cell as FileCell
from accreditation.rules.dates import spoken

Row = TypeVar("Row")
PER_PAGE = 50
OWN = ("sort", "cols", "page", "as", "row")
"""Names in an address that belong to the table itself, not to the page's filters."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: a status before the words, where the words lead, and quieter words below."""

    text: str = ""
    url: str = ""
    status: str = ""
    note: str = ""
    note_url: str = ""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column. `value` is what a file holds and a list is sorted by; `cell` what the page shows, where that is more.

    `field`: by what a query set is sorted ("" : it is not). `spare`: shown only when it is chosen. `key`: sorted by this in
    place of the value, where the value's own order means nothing. `sorts`: whether it can be sorted by at all.
    """

    code: str
    label: str
    value: Callable[[Row], FileCell]
    cell: Callable[[Row], Cell] | None = None
    field: str = ""
    number: bool = False
    spare: bool = False
    key: Callable[[Row], Any] | None = None
    sorts: bool = True

    def shown(self, row: Row) -> Cell:
        """The cell of a page."""
        return self.cell(row) if self.cell else Cell(words(self.value(row)))


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: where its name leads, and which way the table is sorted by it now."""

    code: str
    label: str
    number: bool
    url: str
    sorted: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page: its name for ticking, and its cells with the heads they stand under."""

    key: str
    first: Cell
    cells: Sequence[tuple[Head, Cell]]


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A table as asked for. `lines` are those of the page; `values` all of them, for a file: keys, headings, rows."""

    code: str
    heads: Sequence[Head]
    lines: Sequence[Line]
    page: Page[Row]
    choices: Sequence[tuple[str, str, bool]]
    query: str
    changed: bool
    values: Callable[[], tuple[list[str], list[str], list[list[FileCell]]]]
    hidden: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """How many rows there are, on all pages."""
        return self.page.paginator.count

    def address(self, **changes: str) -> str:
        """The query string of this table with something changed."""
        return f"?{urlencode([*_pairs(self.query, without=tuple(changes)), *changes.items()])}"

    @property
    def columns(self) -> list[str]:
        """The codes of the columns shown, where they were chosen; none where they are the usual ones."""
        return QueryDict(self.query).getlist("cols")

    @property
    def sorted(self) -> str:
        """By what its reader sorted it, as the address says it."""
        return QueryDict(self.query).get("sort") or ""

    @property
    def sorts(self) -> list[Head]:
        """What the table can be sorted by."""
        return [head for head in self.heads if head.url]

    @property
    def csv(self) -> str:
        return self.address(**{"as": "csv"})

    @property
    def xlsx(self) -> str:
        return self.address(**{"as": "xlsx"})


def arrange(
    code: str,
    columns: Sequence[Column[Row]],
    rows: Sequence[Any] | QuerySet[Any],
    asked: QueryDict,
    *,
    order: str = "",
    per_page: int = PER_PAGE,
    present: Callable[[Sequence[Any]], Sequence[Row]] | None = None,
    key: Callable[[Row], str] = lambda row: str(getattr(row, "pk", "")),
) -> Table[Row]:
    """The table as an address asks for it. Whatever cannot be read in the address is as if it had not been asked.

    `order`: how rows stand before anybody sorts ("-days"; "" : as they come). `present` makes rows of what was fetched, for
    the page shown only (and for all of them in a file). `row` in the address, any number of times, leaves the others out.
    """
    known = {column.code: column for column in columns}
    chosen = [column for column in columns if column.code in set(asked.getlist("cols"))] or [
        column for column in columns if not column.spare
    ]
    if columns[0] not in chosen:  # the heading of each row always stands
        chosen.insert(0, columns[0])
    wanted = asked.get("sort", "")
    by = known.get(wanted.removeprefix("-"))
    if by is None or not _sortable(by, rows):
        wanted, by = order, known.get(order.removeprefix("-"))
    made = present or (lambda some: some)
    if isinstance(rows, QuerySet):
        found: Any = _ordered(rows, by, wanted)
        if ticked := asked.getlist("row"):
            found = found.filter(pk__in=[one for one in ticked if _is_key(found, one)])
    else:
        found = made(rows) if by is None else _sorted(made(rows), by, backwards=wanted.startswith("-"))
        if ticked := asked.getlist("row"):
            found = [row for row in found if key(row) in set(ticked)]
    page: Page[Row] = Paginator(found, per_page).get_page(asked.get("page"))
    shown = list(page.object_list)
    shown = list(made(shown)) if isinstance(rows, QuerySet) else shown
    query = asked.copy()
    for name in ("page", "as", "row"):
        query.pop(name, None)
    for name in [name for name in query if not any(query.getlist(name))]:
        query.pop(name)
    heads = [_head(column, wanted, query, rows) for column in chosen]

    def values() -> tuple[list[str], list[str], list[list[FileCell]]]:
        everything = made(list(found)) if isinstance(found, QuerySet) else found
        lines = [[_plain(column.value(row)) for column in chosen] for row in everything]
        return [key(row) for row in everything], [column.label for column in chosen], lines

    return Table(
        code=code,
        heads=heads,
        lines=[
            Line(
                key(row),
                chosen[0].shown(row),
                [(head, column.shown(row)) for head, column in zip(heads[1:], chosen[1:], strict=True)],
            )
            for row in shown
        ],
        page=page,
        choices=[(column.code, column.label, column in chosen) for column in columns],
        query=query.urlencode(),
        changed=bool(query),
        values=values,
        hidden=[(name, value) for name, value in _pairs(query.urlencode(), without=("cols",)) if value],
    )


def words(value: FileCell) -> str:
    """A value as a page writes it: days in words, whole numbers with commas."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return spoken(timezone.localtime(value).date() if timezone.is_aware(value) else value.date())
    if isinstance(value, date):
        return spoken(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _plain(value: FileCell) -> FileCell:
    """A moment as its day: spreadsheets take no time zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _sortable(column: Column[Any], rows: Any) -> bool:
    return column.sorts and (bool(column.field) or not isinstance(rows, QuerySet))


def _ordered(rows: QuerySet[Any], by: Column[Any] | None, wanted: str) -> QuerySet[Any]:
    """What is not known comes last either way; rows that are equal keep one order on every page."""
    if by is None or not by.field:
        return rows
    place = F(by.field)
    first = place.desc(nulls_last=True) if wanted.startswith("-") else place.asc(nulls_last=True)
    return rows.order_by(first, "pk")


def _sorted(rows: Iterable[Row], by: Column[Row], *, backwards: bool) -> list[Row]:
    """As `_ordered`, for rows that are at hand."""
    worth = by.key or by.value
    known: list[tuple[Any, Row]] = []
    empty: list[Row] = []
    for row in rows:
        value: Any = worth(row)
        if value is None or value == "":
            empty.append(row)
        else:
            known.append((value.casefold() if isinstance(value, str) else value, row))
    known.sort(key=lambda pair: pair[0], reverse=backwards)
    return [row for _, row in known] + empty


def _is_key(rows: QuerySet[Any], text: str) -> bool:
    pk: Any = rows.model._meta.pk
    try:
        pk.to_python(text)
    except Exception:  # whatever a key's own reading raises for rubbish
        return False
    return True


def _head(column: Column[Any], wanted: str, query: QueryDict, rows: Any) -> Head:
    way = ""
    if wanted.removeprefix("-") == column.code:
        way = "down" if wanted.startswith("-") else "up"
    url = ""
    if _sortable(column, rows):
        turned = f"-{column.code}" if way == "up" else column.code
        url = f"?{urlencode([*_pairs(query.urlencode(), without=('sort',)), ('sort', turned)])}"
    return Head(column.code, column.label, column.number, url, way)


def _pairs(query: str, *, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    left_out = set(without)
    given = QueryDict(query)
    return [(name, value) for name, values in given.lists() if name not in left_out for value in values]
