"""With a virus scanner configured, no file is taken that it did not look at: a clamd of our own speaks over real sockets."""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accreditation.enums import SubmissionState
from accreditation.exceptions import Invalid
from accreditation.forms import keys
from accreditation.models import Evidence, Submission
from accreditation.services import evidence
from accreditation.uploads import clamav
from tests.accreditation import filemaker
from tests.worlds import World

# Put together here, so that no scanner takes this file away.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + "!$H+H*"


class Clamd:
    """Answers INSTREAM as clamd does: it reads every chunk, looks for EICAR, and refuses above its limit."""

    def __init__(self, server: type[socketserver.BaseServer], address: Any) -> None:
        self.answer: Callable[[bytes], bytes] = self.look
        self.limit = 1_000_000
        self.seen: list[bytes] = []
        clamd = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if self.rfile.read(10) != b"zINSTREAM\0":
                    self.wfile.write(b"UNKNOWN COMMAND\0")
                    return
                data = b""
                while length := struct.unpack("!L", self.rfile.read(4))[0]:
                    data += self.rfile.read(length)
                    if len(data) > clamd.limit:
                        self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                        return
                clamd.seen.append(data)
                self.wfile.write(clamd.answer(data))

        self.server = server(address, Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def look(data: bytes) -> bytes:
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR.encode() in data else b"stream: OK\0"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(params=["tcp", "unix"])
def clamd(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[Clamd]:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    if request.param == "tcp":
        made = Clamd(socketserver.TCPServer, ("127.0.0.1", 0))
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{made.server.server_address[1]}"
    else:
        made = Clamd(socketserver.UnixStreamServer, str(tmp_path / "clamd.sock"))
        settings.CLAMAV_URL = f"unix://{tmp_path / 'clamd.sock'}"
    yield made
    made.close()


@pytest.fixture
def draft(world: World) -> Submission:
    return Submission.objects.create(
        course=world.course, reference="S-0001", state=SubmissionState.DRAFT, opened_by=world.leader
    )


def kept(settings: Any) -> list[Path]:
    return [path for path in Path(settings.EVIDENCE_DIR).rglob("*") if path.is_file()]


def test_a_clean_file_is_taken_and_an_infected_one_named(
    clamd: Clamd, world: World, draft: Submission, settings: Any
) -> None:
    clean = filemaker.pdf()
    evidence.add_evidence(by=world.leader, submission_id=draft.pk, upload=filemaker.upload("a.pdf", clean))
    assert clamd.seen == [clean] and len(kept(settings)) == 1
    bad = filemaker.upload("notes.txt", f"{EICAR}\nThe usual test file.".encode())
    with pytest.raises(Invalid, match="it found “Eicar-Test-Signature”. Nothing was kept"):
        evidence.add_evidence(by=world.leader, submission_id=draft.pk, upload=bad)
    assert Evidence.objects.count() == len(kept(settings)) == 1


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: OK", b"\0", b"stream: lstat() failed ERROR\0", b"stream: OK\n\0more\0", b"x" * 9000],
    ids=["hangs up", "cut short", "empty", "an error", "nonsense", "without an end"],
)
def test_what_is_no_clear_answer_lets_nothing_through(
    clamd: Clamd, world: World, draft: Submission, settings: Any, answer: bytes
) -> None:
    clamd.answer = lambda data: answer
    upload = filemaker.upload("a.pdf", filemaker.pdf())
    with pytest.raises(Invalid, match="could not be checked for viruses just now"):
        evidence.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload)
    assert not kept(settings) and not Evidence.objects.exists()


def test_a_file_above_the_scanners_own_limit_is_not_let_through(
    clamd: Clamd, world: World, draft: Submission, settings: Any
) -> None:
    clamd.limit = 100
    upload = filemaker.upload("a.pdf", filemaker.pdf(pages=200))
    with pytest.raises(Invalid, match="could not be checked"):
        evidence.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload)


def test_a_scanner_that_hangs_holds_nobody_for_long(
    clamd: Clamd, world: World, draft: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamav, "SECONDS", 0.2)
    release = threading.Event()
    clamd.answer = lambda data: release.wait(20) and b"stream: OK\0" or b""
    try:
        with pytest.raises(Invalid, match="could not be checked"):
            evidence.add_evidence(
                by=world.leader, submission_id=draft.pk, upload=filemaker.upload("a.pdf", filemaker.pdf())
            )
    finally:
        release.set()


def test_the_page_says_so_beside_the_field_and_keeps_the_rest(
    world: World, draft: Submission, settings: Any, tmp_path: Path
) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.CLAMAV_URL = "tcp://127.0.0.1:1"
    client = Client()
    client.force_login(world.leader)
    address = reverse("submission_evidence", args=[draft.pk])
    sent = {"file": filemaker.upload("a.pdf", filemaker.pdf()), "title": "Our handbook", "__end": "1"}
    answer = client.post(address, {**sent, "form_key": keys.new_key()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "could not be checked for viruses just now" in page and "Our handbook" in page
    assert not Evidence.objects.exists()
