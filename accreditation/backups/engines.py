"""The database as one file, and back: pg_dump and pg_restore on PostgreSQL, the backup API on SQLite.

Both give a state that really was: PostgreSQL by one exported snapshot in which the rows are counted too, SQLite by
holding the writer's lock meanwhile. Who is signed in stays out of a backup: a restore signs everybody out.
"""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accreditation.backups.manifest import Unusable

SESSIONS = "django_session"
NAMES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}


def version() -> str:
    """The server's version, for the manifest."""
    with connection.cursor() as cursor:
        query = "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
        cursor.execute(query)
        return str(cursor.fetchone()[0])


@contextmanager
def standing_still() -> Iterator[str]:
    """The database as of one moment; gives the name of the snapshot (empty on SQLite) for `dump`."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            yield ""
            return
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = 0")  # a large database takes longer than a page may
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def dump(snapshot: str, to: Path) -> None:
    """Writes the database into a new file. Raises `Unusable` with the reason."""
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
            closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
            copy.execute("DELETE FROM django_session")
            copy.commit()
            copy.execute("VACUUM")
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    _run(
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        f"--exclude-table-data={SESSIONS}",
        f"--file={to}",
    )


def load(file: Path) -> None:
    """Fills the empty database from a file that `dump` wrote, wholly or not at all. Raises `Unusable`."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        connection.close()
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(name)) as target:
            source.backup(target)
        return
    connection.close()
    _run(
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        f"--dbname={connection.settings_dict['NAME']}",
        str(file),
        database=False,
    )


def check(file: Path) -> None:
    """Whether the engine itself can read the file. Raises `Unusable`."""
    if connection.vendor == "postgresql":
        _run("pg_restore", "--list", str(file), database=False)
        return
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as copy:
            fault = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Unusable(f"SQLite cannot read the backup’s database: {error}.") from error
    if fault != "ok":
        raise Unusable(f"SQLite finds the backup’s database damaged: {fault}.")


def tables() -> list[str]:
    """The tables whose rows a backup holds, in order of their names."""
    return sorted(name for name in connection.introspection.table_names() if name != SESSIONS)


def count_rows() -> dict[str, int]:
    """How many rows each table has."""
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for name in tables():
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 (the engine's own names)
            counts[name] = int(cursor.fetchone()[0])
    return counts


def _run(program: str, *arguments: str, database: bool = True) -> None:
    at: dict[str, Any] = connection.settings_dict
    environment = dict(os.environ)
    for name, value in (
        ("PGHOST", at["HOST"]),
        ("PGPORT", at["PORT"]),
        ("PGUSER", at["USER"]),
        ("PGPASSWORD", at["PASSWORD"]),  # never on the command line, where every process could read it
        ("PGDATABASE", at["NAME"] if database else ""),
    ):
        if value:
            environment[name] = str(value)
    try:
        done = subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Unusable(
            f"{program} is missing. Install PostgreSQL’s client programs (postgresql-client)."
        ) from None
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise Unusable(f"{program} failed: {words[0] if words else f'exit code {done.returncode}'}")
