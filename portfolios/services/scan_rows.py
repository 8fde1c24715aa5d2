"""Puts rows of scans into the database as fast as it takes them: COPY on PostgreSQL, one prepared statement elsewhere.

PostgreSQL works on what was sent while the next lines are read. It looks at the keys of mentors and logs at the commit, all
at once, which takes it a fifth less than after each COPY.
"""

from types import TracebackType
from typing import Any, Self

from django.db import connection

from portfolios.imports.rows import COLUMNS, FIRST, LAST, values_of
from portfolios.models import Scan

MOST_IN_ONE = 20_000
"""Rows in one COPY: none lasts so long that the database would end it."""


class Writer:
    """Writes blocks of rows inside the caller's transaction; what is left goes out at the end of the `with`.

    Until then nothing else may be asked of the database. What it refuses is raised by a later `write`, by the end, or, of
    keys, by the commit.
    """

    def __init__(self, tail: bytes) -> None:
        self.tail, self.written = tail, 0
        self._copies = connection.vendor == "postgresql"
        self._copying: Any = None
        self._copy: Any = None

    def __enter__(self) -> Self:
        self._cursor = connection.cursor().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end(kind, fault, trace)
        finally:
            self._cursor.__exit__(kind, fault, trace)

    def write(self, block: list[bytes]) -> None:
        """Writes rows: each without the end that all rows of a file share."""
        if not block:
            return
        if not self._copies:
            self._insert(block)
            return
        if self._copying is None:
            self._copying = self._cursor.copy(_statement())
            self._copy = self._copying.__enter__()
            self._copy.write(FIRST)
        self._copy.write(self.tail.join(block) + self.tail)
        self.written += len(block)
        if self.written >= MOST_IN_ONE:
            self._end(None, None, None)

    def _end(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends a COPY, or breaks it off where there is a fault; then its rows are as if they had not been sent."""
        copying, self._copying, self.written = self._copying, None, 0
        if copying is not None:
            if fault is None:
                self._copy.write(LAST)
            copying.__exit__(kind, fault, trace)

    def _insert(self, block: list[bytes]) -> None:
        names = ", ".join(connection.ops.quote_name(name) for name in COLUMNS)
        values = ", ".join(["%s"] * len(COLUMNS))
        table = connection.ops.quote_name(Scan._meta.db_table)
        rows = [values_of(row + self.tail) for row in block]
        self._cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({values})", rows)  # noqa: S608 - names of ours


def _statement() -> str:
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    return f'COPY "{Scan._meta.db_table}" ({names}) FROM STDIN (FORMAT BINARY)'
