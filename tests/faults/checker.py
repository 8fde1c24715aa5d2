"""The independent checker of fault runs: it knows nothing of our code, only tables, files and the mails that came."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import psycopg


@dataclass
class Count:
    """What was found. `faults` are sentences; empty where all is as it was promised."""

    decisions: int = 0
    letters: int = 0
    letters_lost: int = 0
    letters_doubled: int = 0
    mails: int = 0
    mails_lost: int = 0
    mails_again: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.decisions} decisions; {self.letters} letters, lost {self.letters_lost}, doubled {self.letters_doubled}; "
            f"{self.mails} mails, lost {self.mails_lost}, delivered again with the same Message-ID {self.mails_again}"
        )


def count(database: str, store: Path, sink: Path, acknowledged: Collection[str]) -> Count:
    """Compares what was acknowledged to the person who decided with database, disk and mail sink."""
    found = Count()
    with psycopg.connect(database) as link:
        _decisions(link, acknowledged, found)
        _letters(link, store, found)
        _mails(link, sink, found)
        open_jobs = link.execute(
            "SELECT key, state, failure FROM accreditation_job WHERE state <> 'done'"
        ).fetchall()
    found.faults += [f"The promise {key} is {state}. {failure}" for key, state, failure in open_jobs]
    return found


def _decisions(
    link: "psycopg.Connection[tuple[object, ...]]", acknowledged: Collection[str], found: Count
) -> None:
    rows = link.execute(
        "SELECT submission_id::text FROM accreditation_decision WHERE NOT superseded"
    ).fetchall()
    decided = Counter(str(row[0]) for row in rows)
    found.decisions = len(rows)
    for submission in acknowledged:
        if decided[submission] != 1:
            found.faults.append(f"{submission} was acknowledged and has {decided[submission]} decisions.")
    for submission in decided.keys() - set(acknowledged):
        found.faults.append(f"{submission} is decided and nobody was told.")


def _letters(link: "psycopg.Connection[tuple[object, ...]]", store: Path, found: Count) -> None:
    rows = link.execute(
        "SELECT d.id::text, k.kind, l.id::text, l.state, l.sha256, l.size FROM accreditation_decision d"
        " CROSS JOIN (VALUES ('decision'), ('report')) AS k (kind)"
        " LEFT JOIN accreditation_letter l ON l.decision_id = d.id AND l.kind = k.kind WHERE NOT d.superseded"
    ).fetchall()
    each = Counter((row[0], row[1]) for row in rows if row[2])
    found.letters = sum(each.values())
    found.letters_doubled += sum(number - 1 for number in each.values())
    built: Counter[object] = Counter(
        row[0]
        for row in link.execute("SELECT object_id FROM accreditation_auditevent WHERE verb = 'letter.built'")
    )
    named = set()
    for decision, kind, letter, state, sha256, size in rows:
        sum_, path = str(sha256), store / str(sha256)[:2] / str(sha256)[2:4] / str(sha256)
        named.add(sum_)
        if letter is None or state != "built":
            found.letters_lost += 1
            found.faults.append(f"The letter {kind} of decision {decision} is {state or 'missing'}.")
        elif not path.is_file() or path.stat().st_size != size or _sum(path) != sum_:
            found.letters_lost += 1
            found.faults.append(
                f"The file of the letter {kind} of decision {decision} is not as its row says."
            )
        if letter is not None and built[letter] > 1:
            found.letters_doubled += 1
            found.faults.append(f"The letter {letter} was built {built[letter]} times.")
    numbers = link.execute("SELECT count(*) - count(DISTINCT number) FROM accreditation_letter").fetchone()
    if numbers and numbers[0]:
        found.faults.append(f"{numbers[0]} letters share their number.")


def _mails(link: "psycopg.Connection[tuple[object, ...]]", sink: Path, found: Count) -> None:
    lines = sink.read_text().splitlines() if sink.exists() else []
    came = Counter(str(json.loads(line)["id"]).strip("<>").partition("@")[0] for line in lines)
    rows = link.execute(
        "SELECT id::text, state, key FROM accreditation_message"
        " WHERE state NOT IN ('held', 'summed', 'app_only', 'dropped')"  # what is for the app or tomorrow's summary
    ).fetchall()
    found.mails = len(rows)
    found.mails_again = sum(number - 1 for number in came.values())
    for message, state, key in rows:
        if state != "sent" or not came[str(message)]:
            found.mails_lost += 1
            found.faults.append(f"The message {key} is {state} and came {came[str(message)]} times.")
    for unknown in came.keys() - {str(row[0]) for row in rows}:
        found.faults.append(f"A mail came that nobody promised: {unknown}.")
    owed = link.execute(
        "SELECT s.reference, t.user_id FROM accreditation_decision d"
        " JOIN accreditation_submission s ON s.id = d.submission_id"
        " JOIN accreditation_courseteammember t ON t.course_id = s.course_id"
        " LEFT JOIN accreditation_letter l ON l.decision_id = d.id AND l.kind = 'decision'"
        " WHERE NOT d.superseded AND (SELECT count(*) FROM accreditation_message m WHERE m.person_id = t.user_id"
        " AND m.kind = 'letter_issued' AND m.about_id = l.id::text) <> 1"
    ).fetchall()
    found.mails_lost += len(owed)
    found.faults += [f"Somebody of the team of {row[0]} was not told once of their letter." for row in owed]


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
