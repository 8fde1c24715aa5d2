"""The store is full or read-only: an upload and a letter say so, nothing is lost, and all goes on once there is room."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accreditation import files, queue
from accreditation.enums import BuildState, JobState, SubmissionState
from accreditation.forms import keys
from accreditation.models import AuditEvent, Evidence, Job, Letter, Submission
from accreditation.services import letters
from accreditation.stores.folder import Folder
from tests.accreditation import filemaker
from tests.accreditation.decided import with_letters
from tests.worlds import World

pytestmark = pytest.mark.django_db
ROOM = 4096  # bytes that a file may still have


@contextmanager
def no_room() -> Iterator[None]:
    """The kernel refuses to let any file of this process grow: EFBIG where a full disk says ENOSPC."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    usual = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, usual)


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def kept(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def test_a_letter_waits_for_room_and_is_built_then(world: World, store: Path) -> None:
    letter = with_letters(world)[0]
    job = Job.objects.get(key=letters.key_of(letter))
    pdf = b"%PDF-1.7 " + b"x" * (10 * ROOM)
    with no_room():
        assert letters.build(job_id=job.pk, renderer=lambda content: pdf) is None
    letter.refresh_from_db()
    job.refresh_from_db()
    assert (letter.state, job.state) == (BuildState.QUEUED, JobState.WAITING)
    assert "The store is" in letter.failure or "the store is" in letter.failure
    assert not kept(store) and not AuditEvent.objects.filter(verb="letter.built").exists()
    Job.objects.update(not_before=job.created_at, leased_until=None)
    built = letters.build(job_id=job.pk, renderer=lambda content: pdf)
    assert built and built.state == BuildState.BUILT and len(kept(store)) == 1
    assert Letter.objects.get(pk=letter.pk).failure == "" and queue.take(job.pk) is None


def test_an_upload_says_so_leaves_nothing_and_goes_through_later(
    world: World, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Submission.objects.create(
        course=world.course, reference="S-0001", state=SubmissionState.DRAFT, opened_by=world.leader
    )
    client = Client()
    client.force_login(world.leader)
    address = reverse("submission_evidence", args=[draft.pk])
    usual = Folder.store

    def when_full(*args: Any) -> files.Stored:
        with no_room():
            return usual(*args)

    data = filemaker.pdf(pages=60)
    assert len(data) > ROOM
    sent = {"title": "Our handbook", "__end": "1"}
    with monkeypatch.context() as full:
        full.setattr(Folder, "store", when_full)
        answer = client.post(
            address, {**sent, "file": filemaker.upload("a.pdf", data), "form_key": keys.new_key()}
        )
    assert answer.status_code >= 400
    assert "could not be kept because the store is" in answer.content.decode()
    assert not Evidence.objects.exists() and not kept(store)
    assert client.get(address).status_code == 200, "other pages go on"
    answer = client.post(
        address, {**sent, "file": filemaker.upload("a.pdf", data), "form_key": keys.new_key()}
    )
    assert answer.status_code == 302 and len(kept(store)) == Evidence.objects.count() == 1
