"""The drill: back up, restore into an empty database and store, compare; and every way a backup can be wrong is refused."""

import contextlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accreditation import files
from accreditation.backups import engines, making, manifest, restoring
from accreditation.enums import SubmissionState
from accreditation.facts import gather
from accreditation.models import Decision, Job, Submission
from accreditation.rules import capsule, facts_writing
from accreditation.services import evidence, letters
from tests.accreditation import decided, filemaker
from tests.people import make_clinic
from tests.worker import ROOT, environment_on_test_database
from tests.worlds import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "data" / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def lived_in(store: Path) -> Decision:
    """A world with a decision, its letters and capsule, a student's portfolio, a draft with a file, and a signed-in person."""
    world = make_world("Wexcombe")
    make_clinic(world)
    decided.with_letters(world)
    for job in Job.objects.all():
        letters.build(job_id=job.pk)
    decision = Decision.objects.get()
    facts = facts_writing.write(gather(world.course, timezone.localdate()))
    decision.capsule = capsule.make(facts=facts)
    decision.save()
    draft = Submission.objects.create(
        course=world.course, reference="S-DRAFT", state=SubmissionState.DRAFT, opened_by=world.leader
    )
    upload = filemaker.upload("Handbook.pdf", filemaker.pdf())
    evidence.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload)
    SessionStore().save(must_create=True)
    return decision


def silent(words: str) -> None:
    return None


@pytest.fixture
def backup(lived_in: Decision, tmp_path: Path) -> Path:
    return making.make(tmp_path / "backups", say=silent)[0]


class Target:
    """An empty database and store, and `manage.py` processes on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = dict(os.environ, CASE_DATA_DIR=str(folder), PYTHONPATH=str(ROOT))
        if not settings.EMBEDDED:
            address, _, _ = os.environ["DATABASE_URL"].rpartition("/")
            self.environment["DATABASE_URL"] = f"{address}/restored"

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=240
        )


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    if settings.EMBEDDED:
        yield Target(tmp_path / "elsewhere")
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored")
        cursor.execute("CREATE DATABASE restored")
    yield Target(tmp_path / "elsewhere")
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")


def rows(target: Target | None = None) -> dict[str, list[str]]:
    """The rows of each table as text, in an order of their own; here, or in the target."""
    found: dict[str, list[str]] = {}
    link: Any
    if settings.EMBEDDED:
        link = sqlite3.connect(target.folder / "case.sqlite3" if target else connection.settings_dict["NAME"])
    else:
        here = environment_on_test_database()["DATABASE_URL"]
        link = psycopg.connect(target.environment["DATABASE_URL"] if target else here)
    with contextlib.closing(link):
        for name in (*engines.tables(), engines.SESSIONS):
            columns = f'"{name}".*' if settings.EMBEDDED else f'"{name}"::text'
            found[name] = sorted(
                str(row)
                for row in link.execute(f'SELECT {columns} FROM "{name}"').fetchall()  # noqa: S608
            )
    return found


def test_a_backup_is_restored_whole_and_the_same(lived_in: Decision, target: Target, tmp_path: Path) -> None:
    before, held = rows(), {path.name for path in files.root().rglob("*") if path.is_file()}
    said = io.StringIO()
    call_command("backup", str(tmp_path / "backups"), stdout=said)
    assert re.search(
        r"Backed up into \S+: \d+ rows, 3 files, [\d.]+ MB, end of the audit trail \d+-", said.getvalue()
    )
    run = target.manage("restore", str(tmp_path / "backups"))
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1].endswith("every check passed, 0 promises or letters to look at.")
    store_there = target.folder / "evidence"
    assert {path.name for path in store_there.rglob("*") if path.is_file()} == held and len(held) == 3
    before.pop(engines.SESSIONS)
    after = rows(target)
    assert after.pop(engines.SESSIONS) == [], "a restore signs everybody out"
    assert [name for name in before if before[name] != after[name]] == ["accreditation_auditevent"]
    new = set(after["accreditation_auditevent"]) - set(before["accreditation_auditevent"])
    assert len(new) == 1 and "backup.restored" in new.pop(), "only the note of the restore is new"
    again = target.manage("restore", str(tmp_path / "backups"))
    assert again.returncode == 1 and "is not empty" in again.stderr and "Nothing was restored" in again.stderr


def test_the_next_backup_links_what_has_not_changed(backup: Path, tmp_path: Path, monkeypatch: Any) -> None:
    later = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr(making.timezone, "now", lambda: later)
    blob = sorted((backup / manifest.FILES).rglob("*/*"))[0]
    damaged = sorted((backup / manifest.FILES).rglob("*/*"))[-1]
    damaged.write_bytes(b"x" + damaged.read_bytes()[1:])
    folder, _ = making.make(tmp_path / "backups", say=silent)
    blob_again, mended = (folder / path.relative_to(backup) for path in (blob, damaged))
    assert blob_again.stat().st_ino == blob.stat().st_ino
    assert manifest.sum_of(mended) == mended.name, "a damaged file is taken from the store again"
    assert restoring.find(tmp_path / "backups") == folder


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _blob(folder: Path) -> Path:
    return sorted((folder / manifest.FILES).rglob("*/*"))[0]


def _edit(folder: Path, **changes: Any) -> None:
    """The manifest changed and sealed again, as whoever holds the key could."""
    plain = json.loads((folder / manifest.NAME).read_text())
    plain.pop("seal")
    plain["files"] = [tuple(pair) for pair in plain["files"]]
    manifest.Manifest(**{**plain, **changes}).write(folder)


def _database(folder: Path) -> Path:
    return folder / engines.NAMES[connection.vendor]


def _another_database(folder: Path) -> None:
    _database(folder).write_bytes(b"not a database " * 500)
    _edit(
        folder,
        database_size=_database(folder).stat().st_size,
        database_sha256=manifest.sum_of(_database(folder)),
    )


CORRUPTIONS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda folder: (folder / manifest.NAME).unlink(), "has no manifest.json"),
    "a manifest cut short": (
        lambda folder: os.truncate(folder / manifest.NAME, 100),
        "cannot be read: it is damaged",
    ),
    "a manifest with one number changed": (
        lambda folder: (folder / manifest.NAME).write_text(
            (folder / manifest.NAME).read_text().replace('"audit_seq": ', '"audit_seq": 1')
        ),
        "its seal does not fit",
    ),
    "a manifest of another format": (lambda folder: _edit(folder, format=2), "is not of format 1"),
    "no database": (lambda folder: _database(folder).unlink(), "lacks its database"),
    "a database with one bit flipped": (lambda folder: flip(_database(folder)), "database is damaged"),
    "a database cut short": (lambda folder: os.truncate(_database(folder), 5000), "database is damaged"),
    "something that is no database": (_another_database, "pg_restore failed|SQLite cannot read"),
    "a database outside the folder": (
        lambda folder: _edit(folder, database="../../etc/passwd"),
        "lacks its database",
    ),
    "a missing file": (lambda folder: _blob(folder).unlink(), "lacks the file"),
    "a file with one bit flipped": (lambda folder: flip(_blob(folder)), "file [0-9a-f]{64} is damaged"),
    "a file cut short": (lambda folder: os.truncate(_blob(folder), 10), "file [0-9a-f]{64} is damaged"),
    "a file too many": (lambda folder: (folder / "extra").write_text("x"), "extra does not belong"),
    "another engine": (lambda folder: _edit(folder, engine="oracle"), "The backup is of oracle"),
    "a version from the future": (
        lambda folder: _edit(folder, migrations=["accreditation.9999_later"]),
        "9999_later is not known here",
    ),
}


def test_a_corrupted_incomplete_or_foreign_backup_is_refused_by_its_first_fault(
    backup: Path, tmp_path: Path, settings: Any
) -> None:
    wrong: list[str] = []
    for number, (kind, (corrupt, sentence)) in enumerate(CORRUPTIONS.items()):
        folder = tmp_path / f"copy-{number}" / backup.name
        shutil.copytree(backup, folder)
        restoring.check(folder, say=silent)
        corrupt(folder)
        try:
            restoring.check(folder, say=silent)
            wrong.append(f"{kind}: let through")
        except manifest.Unusable as no:
            if not re.search(sentence, str(no)):
                wrong.append(f"{kind}: {no}")
    assert not wrong
    settings.SECRET_KEY = "another installation's " * 4
    with pytest.raises(CommandError, match="Nothing was restored.*another installation’s"):
        call_command("restore", str(backup), check=True, stdout=io.StringIO())
    call_command("restore", str(backup), check=True, foreign=True, stdout=io.StringIO())


def test_a_backup_of_a_damaged_store_is_not_made_and_leaves_nothing(
    lived_in: Decision, tmp_path: Path
) -> None:
    for damage in (flip, lambda path: os.truncate(path, 5), Path.unlink):
        damage(sorted(path for path in files.root().rglob("*") if path.is_file())[0])
        with pytest.raises(CommandError, match="No backup was made. The store"):
            call_command("backup", str(tmp_path / "backups"), stdout=io.StringIO())
        assert not list((tmp_path / "backups").iterdir())


def test_rows_written_meanwhile_are_not_half_in_it(backup: Path, tmp_path: Path) -> None:
    """What the manifest counts is what the dump holds, though others go on writing: seen on PostgreSQL's snapshot."""
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite the writer's lock is held")
    with engines.standing_still() as snapshot:
        counted = engines.count_rows()["accreditation_auditevent"]
        with psycopg.connect(environment_on_test_database()["DATABASE_URL"]) as other:
            other.execute(
                "INSERT INTO accreditation_formkey (key, user_id, used_at, result) "
                "SELECT gen_random_uuid(), id, now(), '' FROM accreditation_user LIMIT 1"
            )
        engines.dump(snapshot, tmp_path / "database.dump")
        assert engines.count_rows()["accreditation_auditevent"] == counted
        assert engines.count_rows()["accreditation_formkey"] == 0
    done = subprocess.run(
        [
            "pg_restore",
            "--data-only",
            "--table=accreditation_formkey",
            "--file=-",
            tmp_path / "database.dump",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "COPY public.accreditation_formkey" in done.stdout
    assert not re.search(r"^[0-9a-f-]{36}\t", done.stdout, re.MULTILINE)
