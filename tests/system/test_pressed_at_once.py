"""The same form sent many times at the same moment: one effect, for every kind of form that has a key.

A thing that could be made twice is made by a form with a key (`accreditation.forms.keys`). Here each such form that the access
matrix can fill in is sent by several threads with one key, through the views, on rows that are committed; what must come out
is what one press alone writes, counted row by row in every table. `CASE_PRESSES=50` is the long form.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accreditation.models import FormKey
from tests.access import linked, oracle, reporting, stage
from tests.access.addresses import ADDRESSES
from tests.access.matrix import OWN, Cell, Matrix
from tests.accreditation import filemaker

PRESSES = int(os.environ.get("CASE_PRESSES", "4"))
QUIET = {
    "accreditation.auditevent",
    "sessions.session",
    "accreditation.user",
    "accreditation.tally",
    "accreditation.pulse",
}
"""Every press may be on the trail, touch its session and say that a part is alive, in a row made by whichever comes first."""
TODAY = timezone.localdate()
DAY = TODAY + timedelta(days=40)
SOMEBODY = {"full_name": "Nia Colleague", "role": "leader"}
TYPED: dict[str, dict[str, Any]] = {
    "course_team_invite": SOMEBODY | {"email": "nia.of.course@people.example"},
    "person_invite": SOMEBODY | {"email": "nia.of.case@people.example"},
    "passport_list": {"days": "30", "sections": ["counts"], "purpose": "NHS Glen"},
    "applicant_add": {
        "full_name": "Bo Twice", "profession": "Nurse",
        "applied_on_day": str(TODAY.day), "applied_on_month": str(TODAY.month), "applied_on_year": str(TODAY.year),
    },
    "event_propose": {
        "kind": "online", "minutes": "90", "link": "https://meet.example/x", "time_1": "10.30",
        "date_1_day": str(DAY.day), "date_1_month": str(DAY.month), "date_1_year": str(DAY.year),
    },
}  # fmt: skip
"""What cannot be guessed from a page's fields."""
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def matrix(tmp_path: Any) -> Iterator[Matrix]:
    caches = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # nobody is throttled
    with override_settings(EVIDENCE_DIR=tmp_path, CACHES=caches):
        with transaction.atomic():
            side = stage.build("Wexcombe")
            linked.build(side)
            reporting.build(side)
            stage.build_letters(side)
            linked.make_passport(side)
        yield Matrix(side, side, oracle.actors(side, side))


def rows() -> Counter[str]:
    """How many rows each table has."""
    models = [one for one in apps.get_models() if one._meta.managed and one._meta.label_lower not in QUIET]
    asked = (f"SELECT '{one._meta.label_lower}', count(*) FROM {one._meta.db_table}" for one in models)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return Counter(dict(cursor.fetchall()))


def more(after: Counter[str], before: Counter[str]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def send(client: Client, path: str, data: dict[str, Any]) -> int:
    files = {
        name: filemaker.upload(value.name, value.data)
        for name, value in data.items()
        if isinstance(value, File)
    }
    return client.post(path, {**data, **files}).status_code


class File:
    """A file of a form, made anew for each press."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data


def at_once(client: Client, path: str, data: dict[str, Any]) -> list[int]:
    """The status of each press."""
    ready, statuses = threading.Barrier(PRESSES), []

    def press() -> None:
        own = Client(raise_request_exception=False)
        own.cookies = client.cookies.copy()
        try:
            ready.wait()
            statuses.append(send(own, path, data))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(PRESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def keyed(matrix: Matrix) -> Iterator[tuple[str, Client, str, dict[str, Any]]]:
    """Each form with a key: its name, somebody who may send it, where to, and what with."""
    for name, address in ADDRESSES.items():
        actor = next((one for one in matrix.people if one.here in (address.acts or ())), None)
        if actor is None:
            continue
        cell = Cell(name, address.things[0], OWN, actor, "POST")
        body = matrix.body(cell)
        if "form_key" in body:
            yield name, matrix.clients[actor.name], matrix.path(cell), body | TYPED.get(name, {})
    leader, draft = matrix.clients["leader"], matrix.own.cases["draft"]
    for name, args in (("submission_evidence", [draft.pk]), ("evidence_replace", [draft.pk, 1])):
        path = reverse(name, args=args)
        key = str(leader.get(path).context["form"]["form_key"].value())
        file = File(f"{name}.pdf", filemaker.pdf(3, name))
        yield (
            name,
            leader,
            path,
            {"form_key": key, "title": "Another", "paper": "", "file": file, "__end": "1"},
        )


def test_many_presses_at_the_same_moment_are_one(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, pressed, idle = [], [], []
    for name, client, path, data in keyed(matrix):
        with transaction.atomic():
            before = rows()
            status = send(client, path, data)
            alone = more(rows(), before)
            transaction.set_rollback(True)
        if alone.pop("accreditation.formkey", 0) != 1:
            idle.append(f"{name} ({status})")
            continue
        pressed.append(name)
        before = rows()
        statuses = at_once(client, path, data)
        made = more(rows(), before)
        assert (
            made.pop("accreditation.formkey", 0) == 1 == FormKey.objects.filter(pk=data["form_key"]).count()
        )
        if made != alone or max(statuses) >= 500:
            wrong.append(
                f"{name}: one press makes {alone}, {PRESSES} make {made}; answers {Counter(statuses)}"
            )
    with capsys.disabled():
        print(
            f"\nPresses: {len(pressed)} forms with a key, each sent {PRESSES} times at the same moment, more than one effect "
            f"{len(wrong)}: {', '.join(pressed)}; not filled in here: {', '.join(idle)}."
        )
    assert not wrong, "\n".join(wrong)
    assert len(pressed) >= 25, pressed
