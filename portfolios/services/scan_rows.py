"""Puts rows of scans into the database as fast as it takes them: COPY on PostgreSQL, one prepared statement elsewhere."""

from types import TracebackType
from typing import Any, Self

from django.db import connection

from portfolios.imports.rows import COLUMNS, unescaped
from portfolios.models import Scan

MOST_IN_ONE = 20_000
"""Rows in one COPY: each stays well inside the time that a statement may take."""


class Writer:
    """Writes blocks of rows inside the caller's transaction; what is left goes out at the end of the `with`."""

    def __init__(self, tail: str) -> None:
        self.end, self.written = f"\t{tail}\n", 0
        self._copying: Any = None
        self._copy: Any = None
        self._cursor: Any = None

    def __enter__(self) -> Self:
        self._cursor = connection.cursor()
        self._cursor.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._copying is not None:
                self._end(kind, fault, trace)
        finally:
            self._cursor.__exit__(kind, fault, trace)

    def write(self, block: list[str]) -> None:
        """Writes rows: each a line of COPY without the end that all rows of a file share."""
        if not block:
            return
        if connection.vendor != "postgresql":
            self._insert(block)
            return
        if self._copying is None:
            self._copying = self._cursor.copy(_statement())
            self._copy = self._copying.__enter__()
        self._copy.write(self.end.join(block) + self.end)
        self.written += len(block)
        if self.written >= MOST_IN_ONE:
            self._end(None, None, None)

    def _end(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        copying, self._copying, self.written = self._copying, None, 0
        copying.__exit__(kind, fault, trace)

    def _insert(self, block: list[str]) -> None:
        names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
        values = ", ".join(["%s"] * len(COLUMNS))
        table = connection.ops.quote_name(Scan._meta.db_table)
        rows = [[unescaped(cell) for cell in (row + self.end[:-1]).split("\t")] for row in block]
        self._cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)  # noqa: S608 - names of ours


def _statement() -> str:
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    return f'COPY "{Scan._meta.db_table}" ({names}) FROM STDIN'
