"""Tamper drills: whoever has the database, the disk or the backups changes something, and the right command names it.

Each drill is done to one lived-in world and undone again: rows by rolling back, files by putting their bytes back. What a
backup's own check finds has its own table: tests/system/test_backup.py.
"""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accreditation import audit, files
from accreditation.backups import making, manifest
from accreditation.models import AuditEvent, Decision, Evidence, Job, Letter, Snapshot
from accreditation.rules.facts_writing import sha256
from accreditation.services import anchors, decisions, evidence, freezing, letters
from portfolios.models import Appraisal, LearningContract, Passport, Signature
from portfolios.services import passports
from tests.accreditation import decided, filemaker
from tests.accreditation.test_audit import TABLE, around_the_triggers
from tests.people import make_clinic
from tests.portfolios.test_passports import graduate
from tests.worlds import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@dataclass
class Lived:
    """What the drills change. `kept` is the file of anchors that lies outside; `backup` a backup's folder."""

    decision: Decision
    letter: Letter
    report: Letter
    evidence: Evidence
    other: Evidence
    contract: LearningContract
    passport: Passport
    kept: Path
    backup: Path


@pytest.fixture
def lived(settings: Any, tmp_path: Path) -> Lived:
    """A decided case with letters and evidence, a portfolio with a signed contract and a passport, all through the services
    but for the judging, a backup, and the trail's end kept outside.
    """
    settings.EVIDENCE_DIR, settings.DATA_DIR, settings.DEMO = tmp_path / "store", tmp_path, False
    settings.ANCHOR_FILE = str(tmp_path / "anchors")
    world = make_world("Wexcombe")
    clinic = make_clinic(world)
    graduate(clinic)
    snapshot = decided.reported(world)
    held = [_evidence(snapshot, name) for name in ("Handbook", "Timetable")]
    _freeze(snapshot)
    decision = decisions.decide(
        by=world.chair,
        submission_id=snapshot.submission_id,
        outcome="accredit",
        reasons="The Committee agreed with the panel.",
        period_from=date(2026, 9, 1),
        period_to=date(2031, 8, 31),
        signed_name="Chair Wexcombe",
    )
    for job in Job.objects.filter(task=letters.TASK):
        assert letters.build(job_id=job.pk)
    passport = passports.make_passport(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, days=9, sections=()
    )
    backup, _ = making.make(tmp_path / "backups", say=lambda words: None)
    anchors.keep()
    letter, report = (decision.letters.get(kind=kind) for kind in ("decision", "report"))
    kept = Path(settings.ANCHOR_FILE)
    return Lived(decision, letter, report, *held, clinic.contract, passport, kept, backup)


def _evidence(snapshot: Snapshot, name: str) -> Evidence:
    kept = evidence.keep_file(filemaker.upload(f"{name}.pdf", filemaker.pdf(words=name)))
    with transaction.atomic():
        return evidence.add_kept(snapshot.submission, kept, by=snapshot.declared_by, title=name)


def _freeze(snapshot: Snapshot) -> None:
    """What the samples leave out: the files, and the event that tells of the version."""
    snapshot.files = freezing.frozen_files(snapshot.submission)
    snapshot.sha256 = freezing.snapshot_sum(snapshot)
    snapshot.save()
    with transaction.atomic():
        payload = {"snapshot": snapshot.number, "sha256": snapshot.sha256}
        audit.record(
            "submission.submitted", by=snapshot.declared_by, obj=snapshot.submission, payload=payload
        )


def _sql(statement: str) -> Callable[[Lived], None]:
    return lambda lived: around_the_triggers(statement.replace("trail", TABLE))


def _forge(lived: Lived) -> None:
    """An event put between two others, the later ones moved on."""
    _sql("UPDATE trail SET seq = seq + 1000 WHERE seq >= 5")(lived)
    _sql("UPDATE trail SET seq = seq - 999 WHERE seq >= 1005")(lived)
    forged = AuditEvent.objects.get(seq=4)
    forged.seq, forged.verb, forged.hash = 5, "evidence.downloaded", "0" * 64
    forged.save(force_insert=True)


def _rewrite(lived: Lived) -> None:
    """Event 3 says something else, and every later one is chained anew: within itself the trail is right."""
    previous = AuditEvent.objects.get(seq=2).hash
    for event in AuditEvent.objects.filter(seq__gte=3).order_by("seq"):
        event.verb = "thing.undone" if event.seq == 3 else event.verb
        event.previous = previous
        previous = audit._digest(previous, audit._body(event))
        values = f"verb = '{event.verb}', previous = '{event.previous}', hash = '{previous}'"
        around_the_triggers(f"UPDATE {TABLE} SET {values} WHERE seq = {event.seq}")  # noqa: S608
    assert list(audit.faults()) == []


def _cut(before: str) -> Callable[[Lived], None]:
    """The end of the trail is gone, from just before `before` on."""

    def cut(lived: Lived) -> None:
        first = AuditEvent.objects.filter(verb=before).order_by("seq").values_list("seq", flat=True)[0]
        around_the_triggers(f"DELETE FROM {TABLE} WHERE seq >= {first}")  # noqa: S608
        assert list(audit.faults()) == []

    return cut


def _row(name: str, **values: Any) -> Callable[[Lived], None]:
    """Columns of one row, past every service."""

    def change(lived: Lived) -> None:
        row = getattr(lived, name)
        given = {key: value(lived) if callable(value) else value for key, value in values.items()}
        type(row)._base_manager.filter(pk=row.pk).update(**given)

    return change


def _json(name: str, column: str, key: str, value: Any) -> Callable[[Lived], None]:
    return _row(name, **{column: lambda lived: {**getattr(getattr(lived, name), column), key: value}})


def _capsule_with_its_sum(lived: Lived) -> None:
    capsule = {name: value for name, value in (lived.decision.capsule or {}).items() if name != "sha256"}
    capsule["judgements"] = []
    sum_ = sha256(capsule)
    _row("decision", capsule={**capsule, "sha256": sum_}, capsule_sha256=sum_)(lived)


def _snapshot(*, with_sum: bool) -> Callable[[Lived], None]:
    def change(lived: Lived) -> None:
        snapshot = lived.decision.snapshot
        snapshot.answers[0]["text"] = "What the course never wrote."
        if with_sum:
            snapshot.sha256 = freezing.snapshot_sum(snapshot)
        snapshot.save()

    return change


def _signature(lived: Lived) -> None:
    Signature.objects.filter(contract=lived.contract, party="mentor").update(text_sha256="0" * 64)


def _contract_with_its_signatures(lived: Lived) -> None:
    _row("contract", text_sha256="0" * 64)(lived)
    Signature.objects.filter(contract=lived.contract).update(text_sha256="0" * 64)


def _appraisal(lived: Lived) -> None:
    row = Appraisal.objects.exclude(seen={})[0]
    Appraisal.objects.filter(pk=row.pk).update(seen={**row.seen, "minutes": 90})


def _letter_gone(lived: Lived) -> None:
    around_the_triggers(f"DELETE FROM accreditation_letter WHERE number = '{lived.report.number}'")  # noqa: S608


def _blob(name: str, change: Callable[[Path], object]) -> Callable[[Lived], None]:
    return lambda lived: _changed(files.path_of(getattr(lived, name).sha256), change)


def _changed(path: Path, change: Callable[[Path], object]) -> None:
    path.chmod(0o600)
    change(path)
    if path.exists():
        path.chmod(0o640)


def _one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _exchanged(lived: Lived) -> None:
    one, other = (files.path_of(row.sha256) for row in (lived.evidence, lived.other))
    held = one.read_bytes()
    _changed(one, lambda path: path.write_bytes(other.read_bytes()))
    _changed(other, lambda path: path.write_bytes(held))


def _manifest(lived: Lived) -> None:
    plain = json.loads((lived.backup / manifest.NAME).read_text())
    (lived.backup / manifest.NAME).write_text(json.dumps({**plain, "audit_seq": plain["audit_seq"] - 1}))


DRILLS: dict[str, tuple[Callable[[Lived], None], str, str]] = {
    "an event says something else": (
        _sql("UPDATE trail SET verb = 'thing.undone' WHERE seq = 4"),
        "verify_audit",
        "Event 4 was altered",
    ),
    "an event is gone": (_sql("DELETE FROM trail WHERE seq = 4"), "verify_audit", "Event 4 is missing"),
    "an event is put in": (_forge, "verify_audit", "Event 5 does not follow|Event 5 was altered"),
    "two events changed places": (
        _sql("UPDATE trail SET seq = CASE seq WHEN 4 THEN 900004 ELSE 900005 END WHERE seq IN (4, 5)"),
        "verify_audit",
        "Event 4 is missing",
    ),
    "who did it is another": (
        _sql("UPDATE trail SET actor = 'Nobody' WHERE seq = 4"),
        "verify_audit",
        "Event 4 was altered: a name",
    ),
    "a name is taken away in silence": (
        _sql("UPDATE trail SET actor = '', actor_salt = '' WHERE seq = 4"),
        "verify_audit",
        "no later event says so",
    ),
    "the trail's end is cut off before a letter": (
        _cut("submission.submitted"),
        "verify_audit",
        "Letter .* is anchored",
    ),
    "the trail's end is cut off before a passport": (
        _cut("letter.built"),
        "verify_audit",
        "Passport .* is anchored",
    ),
    "the trail's end is cut off after all papers": (
        _cut("backup.made"),
        "verify_audit",
        "file of anchors is anchored",
    ),
    "the trail is written anew": (_rewrite, "verify_audit", "Letter .* is anchored at event"),
    "evidence: one bit": (_blob("evidence", _one_bit), "verify_store", "altered: {evidence.sha256}"),
    "evidence: gone": (_blob("evidence", Path.unlink), "verify_store", "missing: {evidence.sha256}"),
    "evidence: two files exchanged": (_exchanged, "verify_store", "altered: {other.sha256}"),
    "evidence: its row names another file": (
        _row("evidence", sha256=lambda lived: lived.other.sha256, size=lambda lived: lived.other.size),
        "verify_frozen",
        "File E1 of .* names other bytes",
    ),
    "letter: one bit of the PDF": (
        _blob("letter", _one_bit),
        "reconcile",
        "file of {letter.number} is not the one",
    ),
    "letter: the PDF is gone": (_blob("letter", Path.unlink), "reconcile", "{letter.number} is not in"),
    "letter: its row names another file": (
        _row("letter", sha256=lambda lived: lived.report.sha256, size=lambda lived: lived.report.size),
        "verify_frozen",
        "{letter.number} names another file",
    ),
    "letter: its content": (
        _json("letter", "content", "outcome", "refuse"),
        "verify_frozen",
        "content of letter {letter.number} was altered",
    ),
    "letter: its row is gone": (_letter_gone, "verify_frozen", "Letter {report.pk} is missing"),
    "decision: its outcome": (
        _row("decision", reasons="What the Committee never said."),
        "verify_frozen",
        "decision on .* was altered: the audit trail has another sum",
    ),
    "decision: its capsule": (
        _json("decision", "capsule", "judgements", []),
        "verify_frozen",
        "its capsule was altered: its sum is not the one that its row says",
    ),
    "decision: its capsule and its sum": (
        _capsule_with_its_sum,
        "verify_frozen",
        "its capsule was altered: the audit trail has another sum",
    ),
    "version: an answer": (
        _snapshot(with_sum=False),
        "verify_frozen",
        "Version 1 of .* was altered: its sum is not the one that its row says",
    ),
    "version: an answer and its sum": (
        _snapshot(with_sum=True),
        "verify_frozen",
        "Version 1 of .* was altered: the audit trail has another sum",
    ),
    "contract: a signature's sum": (_signature, "verify_frozen", "Signature .* was altered: it is not of"),
    "contract: its sum and all its signatures'": (
        _contract_with_its_signatures,
        "verify_frozen",
        "Version 1 of learning contract .* was altered: the audit trail",
    ),
    "contract: its remit": (
        _row("contract", remit=frozenset({"elbow"})),
        "verify_frozen",
        "the audit trail has another remit",
    ),
    "appraisal: what the mentor saw": (
        _appraisal,
        "verify_frozen",
        "What the mentor saw at appraisal .* altered",
    ),
    "passport: its content": (
        _json("passport", "content", "hours", "900.0"),
        "verify_frozen",
        "content of passport {passport.number} was altered",
    ),
    "backup: its manifest": (_manifest, "restore", "manifest was altered"),
}
COMMANDS = ("verify_audit", "verify_store", "verify_frozen", "reconcile")


def said(command: str, lived: Lived) -> str:
    """What a command prints, with how it ends: "0" where it found nothing."""
    out, arguments = io.StringIO(), [str(lived.backup), "--check"] if command == "restore" else []
    try:
        call_command(command, *arguments, stdout=out)
    except SystemExit as end:
        return f"{out.getvalue()}{end.code}"
    except CommandError as end:
        return f"{out.getvalue()}{end} {end.returncode}"
    return f"{out.getvalue()}0"


def drilled(drill: Callable[[Lived], None], command: str, lived: Lived) -> str:
    """What the command says after the drill; everything is then as it was before."""
    kept = [path for folder in (files.root(), lived.backup) for path in folder.rglob("*") if path.is_file()]
    bytes_of = {path: (path.read_bytes(), path.stat().st_mode) for path in kept}
    try:
        with transaction.atomic():
            drill(lived)
            found = said(command, lived)
            transaction.set_rollback(True)
    finally:
        for path, (data, mode) in bytes_of.items():
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
                path.chmod(mode)
    return found


def test_each_tampering_is_named_by_the_command_that_looks_for_it(
    lived: Lived, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (*COMMANDS, "restore"):
        assert said(command, lived).endswith("0"), "untouched, there is nothing to find: " + said(
            command, lived
        )
    missed: list[str] = []
    for kind, (drill, command, sentence) in DRILLS.items():
        found = drilled(drill, command, lived)
        if found.endswith("\n0") or not re.search(sentence.format_map(vars(lived)), found):
            missed.append(f"{kind}: {command} said {found!r}")
    for command in (*COMMANDS, "restore"):
        assert said(command, lived).endswith("0"), "each drill was undone"
    with capsys.disabled():
        print(f"\n{len(DRILLS)} tamper drills, {len(DRILLS) - len(missed)} found and named")
    assert drilled(lambda lived: None, "verify_frozen", lived).endswith("0"), (
        "a drill that does nothing is not found"
    )
    assert not missed and len(DRILLS) >= 12


def test_the_end_of_the_trail_is_kept_outside_every_night(
    lived: Lived, settings: Any, tmp_path: Path
) -> None:
    """By mail to whom the setting names, once a day, and as a line of the file; both are held against the trail."""
    from accreditation.models import Message

    settings.ANCHOR_MAIL = ["keeper@elsewhere.example"]
    anchor = anchors.keep()
    anchors.keep()
    message = Message.objects.get(kind=anchors.KIND)
    assert message.address == "keeper@elsewhere.example" and message.context["anchor"] == anchor
    assert lived.kept.read_text().splitlines()[1].endswith(anchor)
    mails = tmp_path / "mails.txt"
    mails.write_text(f"Subject: End of the audit trail: {anchor}\n\nand 9999-0123456789abcdef of another day")
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", anchors=[mails], stdout=out)
    assert end.value.code == 1 and "The given anchor is anchored at event 9999" in out.getvalue()
