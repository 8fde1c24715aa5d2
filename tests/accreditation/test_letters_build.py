"""Building in the background, without a worker: what the task does, and what it notes when it cannot."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.test.utils import override_settings
from django.utils import timezone

from accreditation import files, queue
from accreditation.enums import BuildState, JobState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.letters import render, seal
from accreditation.letters.shape import LetterContent
from accreditation.models import AuditEvent, Job, Letter
from accreditation.services import letters, reconcile
from tests.accreditation.decided import with_letters
from tests.accreditation.letter_samples import sample
from tests.worlds import World

pytestmark = pytest.mark.sqlite


def apart(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """pyHanko starts an event loop of its own; where a browser test came before, this thread already has one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work, *args, **kwargs).result()


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> object:
    with override_settings(EVIDENCE_DIR=tmp_path / "store", DATA_DIR=tmp_path, DEMO=False):
        yield tmp_path


def job_of(letter: Letter) -> Job:
    return Job.objects.get(key=letters.key_of(letter))


def build_all(found: list[Letter]) -> None:
    for letter in found:
        letters.build(job_id=job_of(letter).pk)


def lapse(letter: Letter) -> None:
    """The pause before the next attempt, and any lease, are over."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(key=letters.key_of(letter)).update(not_before=past, leased_until=past)


def test_a_built_letter_has_its_file_its_sums_and_its_place_on_the_trail(world: World) -> None:
    letter, report = with_letters(world)
    build_all([letter, report])
    letter.refresh_from_db()
    assert letter.state == BuildState.BUILT
    with files.open_blob(letter.sha256, size=letter.size) as stream:
        data = stream.read()
    assert render.sum_of(data) == letter.sha256
    assert letter.sealed is False and letter.unsigned_sha256 == letter.sha256  # no key: the row says so
    assert "University of Wexcombe" in pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    event = AuditEvent.objects.get(verb="letter.built", object_id=str(letter.pk))
    assert event.payload["sha256"] == letter.sha256
    assert job_of(letter).state == JobState.DONE
    assert list(reconcile.faults()) == []


def test_building_twice_builds_once(world: World) -> None:
    letter = with_letters(world)[0]
    build_all([letter])
    built = Letter.objects.get(pk=letter.pk)
    assert letters.build(job_id=job_of(letter).pk) is None  # the promise was kept
    Job.objects.filter(key=letters.key_of(letter)).update(
        state=JobState.WAITING
    )  # delivered again all the same
    again = letters.build(job_id=job_of(letter).pk, renderer=_never)
    assert again is not None and again.sha256 == built.sha256
    assert Letter.objects.get(pk=letter.pk).built_at == built.built_at
    assert AuditEvent.objects.filter(verb="letter.built").count() == 1


def _never(content: LetterContent) -> bytes:
    raise AssertionError("A built letter is not rendered again.")


def test_two_workers_at_once_make_one_letter(world: World) -> None:
    """The second comes while the first renders, because the first one's lease has run out."""
    letter = with_letters(world)[0]

    def slow(content: LetterContent) -> bytes:
        lapse(letter)
        assert letters.build(job_id=job_of(letter).pk, renderer=lambda c: b"%PDF the other worker's")
        return b"%PDF mine"

    assert letters.build(job_id=job_of(letter).pk, renderer=slow)
    letter.refresh_from_db()
    assert letter.sha256 == render.sum_of(b"%PDF the other worker's")
    assert AuditEvent.objects.filter(verb="letter.built").count() == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(28, "No space left on device"), "The disk did not take the letter."),
        (OperationalError("gone"), "The database did not answer while the letter was built."),
        (files.StoreUnavailable("The store is full."), "The store is full."),
        (seal.SealBroken("The key of the CASE seal cannot be opened."), "cannot be opened"),
        (MemoryError(), "more memory than there was"),
        (ZeroDivisionError(), "The letter could not be set (ZeroDivisionError)."),
    ],
)
def test_what_can_heal_is_tried_again(world: World, fault: Exception, words: str) -> None:
    letter = with_letters(world)[0]

    def broken(content: LetterContent) -> bytes:
        raise fault

    assert letters.build(job_id=job_of(letter).pk, renderer=broken) is None
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (BuildState.QUEUED, 1)
    assert words in letter.failure
    assert job_of(letter).not_before > timezone.now()
    assert letters.build(job_id=job_of(letter).pk) is None  # not before the pause is over
    lapse(letter)
    assert letters.build(job_id=job_of(letter).pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.failure) == (BuildState.BUILT, 2, "")


def test_a_poison_letter_fails_after_three_attempts_and_others_are_built(world: World, rival: World) -> None:
    poison, good = with_letters(world)[0], with_letters(rival)

    def broken(content: LetterContent) -> bytes:
        raise ZeroDivisionError

    for _ in range(5):
        letters.build(job_id=job_of(poison).pk, renderer=broken)
        lapse(poison)
    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == (BuildState.FAILED, 3)
    assert job_of(poison).state == JobState.FAILED
    assert AuditEvent.objects.filter(verb="letter.failed").count() == 1
    build_all(good)
    assert Letter.objects.filter(state=BuildState.BUILT).count() == 2
    assert [fault for fault in reconcile.faults() if poison.number in fault]


def test_a_letter_that_the_clock_cut_off_counts_only_where_it_kept_the_processor_busy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, poison = with_letters(world)

    def cut(content: LetterContent) -> bytes:
        raise SoftTimeLimitExceeded

    ends = {}
    for letter, waited in ((slow, True), (poison, False)):
        monkeypatch.setattr(queue.Watch, "waited", property(lambda self, waited=waited: waited))
        for attempt in range(1, 9):
            letters.build(job_id=job_of(letter).pk, renderer=cut)
            lapse(letter)
            letter.refresh_from_db()
            if letter.state == BuildState.FAILED:
                ends[letter.pk] = attempt
                break
            assert "took longer than a letter may take" in letter.failure
    assert (ends[slow.pk], ends[poison.pk]) == (queue.MAX_CUT, queue.MAX_ATTEMPTS)
    letters.rebuild(by=world.officer, letter_id=slow.pk)
    assert letters.build(job_id=job_of(slow).pk), "the office can have it built again, on a quieter day"


def test_a_worker_that_dies_three_times_leaves_a_failed_letter(world: World) -> None:
    letter = with_letters(world)[0]
    for _ in range(3):
        assert queue.take(job_of(letter).pk)  # and then nothing more is heard of it
        lapse(letter)
    assert letters.build(job_id=job_of(letter).pk, renderer=_never) is None
    letter.refresh_from_db()
    assert letter.state == BuildState.FAILED
    assert letter.failure == "The worker ended three times without finishing."


@pytest.mark.parametrize("broken", [{}, {"format": 1}, {"format": 99}])
def test_content_that_cannot_be_read_fails_at_once(world: World, broken: dict[str, int]) -> None:
    letter = with_letters(world)[0]
    Letter.objects.filter(pk=letter.pk).update(content=broken)
    letters.build(job_id=job_of(letter).pk)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == (BuildState.FAILED, 1)
    assert "content cannot be read" in letter.failure


def test_a_failed_letter_is_built_again_by_the_office_only(world: World, rung: list[str]) -> None:
    letter = with_letters(world)[0]
    with pytest.raises(NotNow):
        letters.rebuild(by=world.officer, letter_id=letter.pk)

    def refused(content: LetterContent) -> bytes:
        raise render.Unbuildable("The letter would be longer than a letter may be.")

    letters.build(job_id=job_of(letter).pk, renderer=refused)
    letter.refresh_from_db()
    assert letter.state == BuildState.FAILED
    for person in (world.leader, world.lead, world.committee, world.outsider):
        with pytest.raises(NotAllowed):
            letters.rebuild(by=person, letter_id=letter.pk)
    call_command("rebuild_letter", letter.number, "--by", world.officer.email)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.failure) == (BuildState.QUEUED, 0, "")
    assert letters.build(job_id=job_of(letter).pk)
    with pytest.raises(NotNow):
        letters.rebuild(by=world.chair, letter_id=letter.pk)


def test_nothing_is_left_where_the_decision_was_undone(world: World, rung: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with_letters(world)
        raise ZeroDivisionError
    assert not Letter.objects.exists() and not Job.objects.exists() and rung == []


# --- The seal ------------------------------------------------------------------------------------------------------


def test_the_demonstration_seal_says_that_it_is_not_valid_and_validates(world: World, store: Path) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    letter = with_letters(world)[0]
    with override_settings(DEMO=True):
        build_all([letter])
    letter.refresh_from_db()
    assert letter.sealed and letter.unsigned_sha256 != letter.sha256
    with files.open_blob(letter.sha256) as stream:
        data = stream.read()
    signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
    certificate = signature.signer_cert
    assert "CASE demonstration seal — not valid" in certificate.subject.human_friendly
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = apart(validate_pdf_signature, signature, signer_validation_context=context)
    assert status.valid and status.intact and status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert letter.number in signature.sig_object["/Reason"]
    # what was sealed is what was set, and the key is made once
    assert data.startswith(render.pdf(LetterContent.read(letter.content)))
    key = seal.demo_key().read_bytes()
    with override_settings(DEMO=True):
        assert seal.sealed(render.pdf(sample()), sample())
    assert seal.demo_key().read_bytes() == key
    assert seal.demo_key().stat().st_mode & 0o077 == 0


def test_an_altered_byte_breaks_the_seal(store: Path) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    with override_settings(DEMO=True):
        data = seal.sealed(render.pdf(sample()), sample())
    assert data
    altered = bytes([*data[:300], data[300] ^ 1, *data[301:]])
    signature = PdfFileReader(io.BytesIO(altered)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    assert not apart(validate_pdf_signature, signature, signer_validation_context=context).intact


def test_a_key_that_cannot_be_opened_stops_the_letter(world: World, store: Path) -> None:
    letter = with_letters(world)[0]
    key = store / "seal.p12"
    for wrong in (None, b"not a key"):
        if wrong:
            key.write_bytes(wrong)
        with override_settings(LETTER_SEAL_KEY=str(key)):
            letters.build(job_id=job_of(letter).pk)
        letter.refresh_from_db()
        assert letter.state == BuildState.QUEUED
        assert "key of the CASE seal cannot be opened" in letter.failure
        lapse(letter)


# --- The commands --------------------------------------------------------------------------------------------------


def test_reconcile_names_each_fault_and_exits_with_their_number(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    letter, report = with_letters(world)
    build_all([letter, report])
    call_command("reconcile")
    assert capsys.readouterr().out == "No faults.\n"
    letter.refresh_from_db()
    report.refresh_from_db()
    files.path_of(letter.sha256).unlink()
    path = files.path_of(report.sha256)
    path.chmod(0o600)
    path.write_bytes(b"x" * (report.size or 0))
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile")
    assert ended.value.code == 2
    told = capsys.readouterr().out
    assert f"The file of {letter.number} is not in the store." in told
    assert f"The file of {report.number} is not the one that was built." in told


def test_reconcile_misses_no_letter_and_no_old_promise(world: World) -> None:
    letter, report = with_letters(world)
    assert list(reconcile.faults()) == []
    Job.objects.filter(key=letters.key_of(letter)).update(not_before=timezone.now() - timedelta(minutes=11))
    Job.objects.filter(key=letters.key_of(report)).delete()
    told = list(reconcile.faults())
    assert len(told) == 2
    assert any("nobody has promised to build it" in one for one in told)
    assert any("has stood open since" in one for one in told)
    Letter.objects.filter(pk=letter.pk).update(superseded=True)
    assert any("0 current letters of the kind “Decision letter”" in one for one in reconcile.faults())


def test_verify_audit_notices_a_cut_tail_by_the_letters_anchors(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = with_letters(world)[0]
    call_command("verify_audit")
    assert "No faults." in capsys.readouterr().out
    content = dict(letter.content)
    content["basis"] = {**content["basis"], "anchor": "9999-0123456789abcdef"}
    Letter.objects.filter(pk=letter.pk).update(content=content)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--anchor", "1-ffffffffffffffff", "--anchor", "nonsense")
    assert ended.value.code == 3
    assert "anchored at event 9999" in capsys.readouterr().out
