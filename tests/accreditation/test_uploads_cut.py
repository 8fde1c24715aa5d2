"""A form that was cut off: over real sockets, at many points, nothing is stored and nothing is changed."""

import re
import socket
import urllib.parse
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from accreditation.models import Answer, AuditEvent, Citation, Evidence, Submission
from accreditation.services import submissions
from tests.accreditation import filemaker
from tests.worlds import World

BOUNDARY = b"----case-test-boundary"
POINTS = 110

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "spool")
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000  # so that a cut file would lie on the disk
    (tmp_path / "spool").mkdir()
    return tmp_path / "evidence"


@pytest.fixture
def draft(world: World) -> Submission:
    return submissions.open_submission(by=world.leader, course=world.course, kind="new")


class Browser:
    """A signed-in person who sends raw bytes."""

    def __init__(self, live_server: Any, world: World) -> None:
        self.client = Client()
        self.client.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
        where = urllib.parse.urlsplit(live_server.url)
        self.address = (where.hostname or "", where.port or 0)

    def token(self, path: str) -> str:
        page = self.client.get(path)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
        assert found
        return found[1]

    def cookies(self) -> str:
        names = (django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME)
        return "; ".join(f"{name}={self.client.cookies[name].value}" for name in names)

    def send(self, path: str, body: bytes, said: int, kind: str = "") -> int | None:
        """Sends the head with `Content-Length: said`, then `body`, then ends. The status, or None without an answer."""
        kind = kind or f"multipart/form-data; boundary={BOUNDARY.decode()}"
        head = f"POST {path} HTTP/1.1\r\nHost: testserver\r\nCookie: {self.cookies()}\r\nContent-Type: {kind}\r\n"
        with socket.create_connection(self.address, timeout=20) as line:
            line.sendall(f"{head}Content-Length: {said}\r\nConnection: close\r\n\r\n".encode() + body)
            line.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := line.recv(65_536):
                answer += piece
        return int(answer.split(b" ", 2)[1]) if answer else None


def form(
    fields: list[tuple[str, str]], file: tuple[str, bytes] | None, after: list[tuple[str, str]]
) -> bytes:
    """A multipart body: fields, then a file, then more fields."""
    parts = [_field(name, value) for name, value in fields]
    if file:
        parts.append(
            b'Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: application/pdf\r\n\r\n%s\r\n'
            % (file[0].encode(), file[1])
        )
    parts += [_field(name, value) for name, value in after]
    return b"".join(b"--%s\r\n%s" % (BOUNDARY, part) for part in parts) + b"--%s--\r\n" % BOUNDARY


def _field(name: str, value: str) -> bytes:
    return b'Content-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value.encode())


def state() -> tuple[Any, ...]:
    return (
        Evidence.objects.count(),
        Citation.objects.count(),
        tuple(Answer.objects.values_list("clause", "text")),
        AuditEvent.objects.count(),
        tuple(Submission.objects.values_list("state", flat=True)),
    )


def points(length: int) -> list[int]:
    """Cut points over the whole length, and every byte around the last field."""
    spread = [length * step // (POINTS - 20) for step in range(POINTS - 20)]
    return sorted({*spread, *range(length - 20, length)})


def bodies(browser: Browser, draft: Submission) -> list[tuple[str, bytes]]:
    pdf = filemaker.pdf(30)
    clause = reverse("submission_clause", args=[draft.pk, "PS1.1"])
    library = reverse("submission_evidence", args=[draft.pk])
    answer = [
        ("csrfmiddlewaretoken", browser.token(clause)),
        ("version", "0"),
        ("text", "Typed."),
        ("action", "next"),
    ]
    key = "0b9a1c9e-6c0e-4a53-9d0c-3f1de7c4f001"
    return [
        (clause, form(answer, ("a.pdf", pdf), [("title", "A"), ("file_pages", "2"), ("__end", "1")])),
        (
            library,
            form(
                [("csrfmiddlewaretoken", browser.token(library)), ("form_key", key)],
                ("b.pdf", pdf),
                [("__end", "1")],
            ),
        ),
    ]


def test_a_cut_upload_changes_nothing_wherever_it_was_cut(
    live_server: Any, world: World, draft: Submission, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = Browser(live_server, world)
    tried = 0
    before = state()
    for path, body in bodies(browser, draft):
        for point in points(len(body)):
            status = browser.send(path, body[:point], len(body))
            tried += 1
            assert status in (400, 403, None), f"{status} at {point} of {len(body)}"
            assert state() == before, f"something was changed by a form cut at {point} of {len(body)}"
    with capsys.disabled():
        print(f"\nUploads: cut at {tried} points, stored {Evidence.objects.count()}.")
    assert tried >= 200
    assert not [file for file in store.rglob("*") if file.is_file()]
    assert not list((store.parent / "spool").iterdir())
    # The positive twin: the whole bodies, sent in the same way, are taken.
    for path, body in bodies(browser, draft)[:1]:
        assert browser.send(path, body, len(body)) == 302
    assert Evidence.objects.count() == 1 and Citation.objects.get().pages == "2"
    assert Answer.objects.get().text == "Typed."


def test_a_form_without_its_last_field_is_refused_with_what_was_typed(
    live_server: Any, world: World, draft: Submission, store: Path
) -> None:
    """A proxy may end a cut body properly: then only the missing last field tells."""
    browser = Browser(live_server, world)
    before = state()
    for path, body in bodies(browser, draft):
        ended = body.replace(b'Content-Disposition: form-data; name="__end"\r\n\r\n1\r\n--%s' % BOUNDARY, b"")
        ended = ended.replace(b"--%s--\r\n" % BOUNDARY, b"") + b"--%s--\r\n" % BOUNDARY
        assert b"__end" not in ended
        assert browser.send(path, ended, len(ended)) in (400, 422)
    assert state() == before


def test_a_cut_declaration_submits_nothing(
    live_server: Any, world: World, draft: Submission, store: Path
) -> None:
    browser = Browser(live_server, world)
    path = reverse("submission_withdraw", args=[draft.pk])
    body = urllib.parse.urlencode(
        {"csrfmiddlewaretoken": browser.token(path), "seen_state": "draft"}
    ).encode()
    for point in range(0, len(body), 7):
        assert browser.send(path, body[:point], len(body), "application/x-www-form-urlencoded") in (
            400,
            403,
            None,
        )
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert browser.send(path, body, len(body), "application/x-www-form-urlencoded") == 302


def test_a_body_that_says_it_is_huge_is_refused_before_it_is_read(
    live_server: Any, world: World, draft: Submission
) -> None:
    browser = Browser(live_server, world)
    path = reverse("submission_evidence", args=[draft.pk])
    browser.token(path)
    assert browser.send(path, b"x" * 10, 10**12) == 413
    browser.client.logout()


def test_a_file_above_the_limit_is_let_go_and_said(
    client: Client, world: World, draft: Submission, settings: Any, store: Path
) -> None:
    settings.EVIDENCE_MAX_BYTES = 50_000
    client.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
    path = reverse("submission_evidence", args=[draft.pk])
    data = {
        "file": filemaker.upload("a.txt", b"x" * 200_000),
        "form_key": "0b9a1c9e-6c0e-4a53-9d0c-3f1de7c4f002",
        "__end": "1",
    }
    page = client.post(path, data)
    assert page.status_code == 422 and "larger than 25 MB" in page.content.decode()
    assert not Evidence.objects.exists() and not list((store.parent / "spool").iterdir())
