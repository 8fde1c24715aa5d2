"""How the system runs: the addresses for machines, the officers' page, the nightly round, and logs that name nobody."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import files, pulses, running
from accreditation.config.celery import worker_is_there
from accreditation.enums import BuildState, JobState
from accreditation.logs import JsonFormatter, scrub
from accreditation.management.commands.nightly import next_night
from accreditation.models import Job, Letter, Pulse, User
from tests.accreditation.decided import with_letters
from tests.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def test_live_and_ready_need_no_account_and_tell_nothing(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"live": True}
    with django_assert_num_queries(1):
        answer = client.get("/health/ready")
    assert answer.json() == {"ready": True, "missing": []} and "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_not_ready_without_the_store_or_the_database(
    client: Client, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.parent.mkdir(exist_ok=True)
    store.write_text("a file where the folder should be")
    answer = client.get("/health/ready")
    assert answer.status_code == 503 and answer.json()["missing"] == ["store"]
    store.unlink()

    def gone(*args: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(type(connections["default"]), "cursor", gone)
    answer = client.get("/health/ready")
    assert answer.status_code == 503 and answer.json()["missing"] == ["database"]


def ages(hours: float) -> None:
    """The system is as old as that."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = %s", [timezone.now() - timedelta(hours=hours)])


def wrong() -> list[str]:
    return [line.title for line in running.wrong()]


def test_a_new_system_is_in_order_and_an_old_one_without_its_parts_is_not() -> None:
    assert wrong() == []
    ages(35)
    assert wrong() == []
    ages(48)
    assert len(wrong()) == len(pulses.PARTS)
    for part in pulses.PARTS:
        pulses.heard(part.name)
    assert wrong() == []
    Pulse.objects.filter(name=pulses.WORKER).update(at=timezone.now() - timedelta(minutes=4))
    Pulse.objects.filter(name=pulses.BACKUP).update(at=timezone.now() - timedelta(hours=37))
    pulses.heard(pulses.AUDIT, faults=2, words="2 faults")
    assert [title.split(":")[0] for title in wrong()] == ["Worker", "Backup", "Audit trail checked"]


def test_the_worker_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accreditation.config.celery._last_heard", 0.0)
    monkeypatch.setattr(type(connections["default"]), "close", lambda self: None)
    worker_is_there()
    first = Pulse.objects.get(name=pulses.WORKER).at
    worker_is_there()
    assert Pulse.objects.get(name=pulses.WORKER).at == first, "every half minute is enough"


def test_the_office_sees_what_failed_and_has_to_look_only_then(
    client: Client, world: World, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client.force_login(world.officer)
    link, task = f'href="{reverse("running")}"', "Look at the running of the system"
    home = client.get("/").content.decode()
    assert link in home and task not in home
    assert "Nothing is late" in client.get(reverse("running")).content.decode()
    letter = with_letters(world)[0]
    Letter.objects.filter(pk=letter.pk).update(state=BuildState.FAILED)
    Job.objects.update(not_before=timezone.now() - timedelta(minutes=11))
    Job.objects.filter(key__contains=str(letter.pk)).update(state=JobState.FAILED)
    page = client.get(reverse("running")).content.decode()
    assert "3 things to look at" in page and "oldest for more than ten minutes" in page
    assert letter.number not in page and world.course.title not in page
    assert task in client.get("/").content.decode()
    with django_assert_max_num_queries(8):
        running.lines()


def test_only_officers_open_the_page(world: World, rival: World) -> None:
    for one in (world, rival):
        for who in ("leader", "lead", "committee", "chair", "outsider", "officer"):
            client = Client()
            client.force_login(getattr(one, who))
            status = client.get(reverse("running")).status_code
            assert status == (200 if who == "officer" else 403), who


@pytest.mark.django_db(transaction=True)
def test_the_nightly_round_leaves_a_line_for_each_step(world: World, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    out = io.StringIO()
    call_command("nightly", once=True, stdout=out)
    assert out.getvalue().endswith("No faults.\n")
    assert {pulse.name for pulse in Pulse.objects.all()} == {
        part.name
        for part in pulses.PARTS
        if part.nightly and part.name != pulses.RECHECK  # the workers' own
    }
    files.root().mkdir(parents=True, exist_ok=True)
    (files.root() / "strange").write_text("x")
    settings.BACKUP_DIR = str(files.root() / "strange" / "no folder")
    out = io.StringIO()
    call_command("nightly", once=True, stdout=out)
    assert out.getvalue().endswith("2 faults.\n")
    assert Pulse.objects.get(name=pulses.STORE).faults == Pulse.objects.get(name=pulses.BACKUP).faults == 1


def test_the_night_comes_once_a_day() -> None:
    now = timezone.localtime().replace(hour=1, minute=30)
    assert next_night(now).day == now.day and next_night(now).hour == 2
    assert next_night(now.replace(hour=2, minute=0, second=0, microsecond=0)) > now + timedelta(hours=12)


# --- Logs ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Everything that is logged, as production writes it."""
    held = io.StringIO()
    handler = logging.StreamHandler(held)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in held.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(before)


def test_a_whole_path_leaves_no_name_no_address_and_no_token_in_the_logs(
    lines: Callable[[], list[dict[str, Any]]], world: World, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    token = "Zx81Kq0vTn4RmB7wLs2YpD9cHf5GjA3e"
    client = Client(raise_request_exception=False)
    sign_in = {"login": world.leader.email, "password": "wrong " + PASSWORD}
    client.post("/account/login/", sign_in)
    client.post("/account/login/", {**sign_in, "password": PASSWORD})
    client.get(f"/nowhere/{token}/?email={world.leader.email}")
    client.get(f"/verify/{token}/")
    client.force_login(world.leader)
    client.get(reverse("running"))
    client.post(reverse("account_held_file"), {"name": world.leader.full_name})

    def broken(*args: object, **kwargs: object) -> None:
        raise IntegrityError(f"Key (email)=({world.leader.email}) of {world.leader.full_name} exists.")

    monkeypatch.setattr("accreditation.views.held.subject.summary", broken)
    answer = client.get(reverse("account_held"))
    assert answer.status_code == 500
    logging.getLogger("accreditation").warning("Sent to %s with %s.", world.officer.email, token)
    found = lines()
    text = json.dumps(found, ensure_ascii=False)
    for user in User.objects.all():
        assert user.email not in text and user.full_name not in text
    assert token not in text and PASSWORD not in text and "nowhere" not in text
    crash = next(line for line in found if line.get("exception", "").endswith("IntegrityError"))
    assert crash["route"] == "account/held/" and crash["status"] == 500 and "held.py" in str(crash["trace"])
    assert len(crash["request"]) == 12
    assert any(line["said"] == "Sent to [e-mail] with [token]." for line in found)


def test_each_answer_carries_its_number_and_never_the_senders(client: Client) -> None:
    first = client.get("/health/live", headers={"X-Request-ID": "evil"})["X-Request-ID"]
    assert len(first) == 12 and first != client.get("/health/live")["X-Request-ID"] != "evil"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "Job 01a20da5-d6e3-7f06-9c79-0f6a14a1569d failed",
            "Job 01a20da5-d6e3-7f06-9c79-0f6a14a1569d failed",
        ),
        ("from a.b+c@x.example, again", "from [e-mail], again"),
        ("link abcdefghijklmnopqrstuvwxyz012345 gone", "link [token] gone"),
        (
            "accreditation.tasks.build_letter_of_a_decision_now",
            "accreditation.tasks.build_letter_of_a_decision_now",
        ),
    ],
)
def test_what_is_taken_out_of_a_line(said: str, kept: str) -> None:
    assert scrub(said) == kept
