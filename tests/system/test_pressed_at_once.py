"""The same form sent many times at the same moment: one effect, for every kind of form that has a key.

A thing that could be made twice is made by a form with a key (`accreditation.forms.keys`). Here each such form that the access
matrix can fill in is sent by several threads with one key, through the views, on rows that are committed; what must come out
is what one press alone writes, counted row by row in every table. `CASE_PRESSES=50` is the long form.
"""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accreditation.models import AuditEvent, FormKey
from mentors.models import Listing, Mentor
from portfolios.services import admissions
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


def on(name: str, day: date | None) -> dict[str, str]:
    """The three fields of a day; empty where there is none."""
    parts = {"day": day.day, "month": day.month, "year": day.year} if day else {}
    return {f"{name}_{part}": str(parts.get(part, "")) for part in ("day", "month", "year")}


TYPED: dict[str, dict[str, Any]] = {
    "course_team_invite": SOMEBODY | {"email": "nia.of.course@people.example"},
    "person_invite": SOMEBODY | {"email": "nia.of.case@people.example"},
    "passport_list": {"days": "30", "sections": ["counts"], "purpose": "NHS Glen"},
    "applicant_add": {"full_name": "Bo Twice", "profession": "Nurse"} | on("applied_on", TODAY),
    "event_propose": {
        "kind": "online", "minutes": "90", "link": "https://meet.example/x", "time_1": "10.30",
    } | on("date_1", DAY),
    "mentor_propose": {
        "full_name": "Mo Proposed", "email": "mo.proposed@people.example", "body": "HCPC", "registration_number": "PH777001",
    },
    "mentor_qualification_add": {
        "kind": "pgc", "msk": "yes", "level": "", "source": "Transcript seen.",
    } | on("ratified_on", date(2016, 7, 1)),
    "mentor_qualification_correct": {"title": "Certificate", "level": "", "source": "Certificate seen."},
    "mentor_period_correct": {"source": "Told by the mentor."} | on("until", None),
    "mentor_check": {"status": "active"} | on("on", TODAY),
    "mentor_leave": {"reason": "Moved abroad."} | on("on", TODAY - timedelta(days=1)),
    "mentor_return": {"source": "Told by the mentor."} | on("since", TODAY),
    "mentor_consent": {"source": "E-mail of that day."} | on("on", TODAY - timedelta(days=2)),
    "mentor_consent_end": {"reason": "Told us."} | on("on", TODAY),
    "mentor_place": {"site": ""} | on("since", TODAY) | on("until", None),
    "mentor_remark_settle": {"answer": "Looked up, and corrected."},
    "entry_take_back": {"reason": "It is another number."},
    "registration_add": {"body": "HCPC", "other_body": "", "number": "PH765432"},
    "course_scale": {"labels": "Not yet safe\nSafe with help\nSafe alone"},
    "assessment_add": {
        "kind": "unseen_patient", "case": "Z-900", "regions": ["knee"], "extras": [], "first_region": "knee", "outcome": "pass",
        "assessor_name": "",
    } | on("on", TODAY - timedelta(days=5)),
    "meeting_plan": {"kind": "online", "link": "https://meet.example/y", "starts_at": "10:00"} | on("held_on", DAY),
}  # fmt: skip
"""What cannot be guessed from a page's fields."""
BY_LEADER = ("entry_take_back", "experience_add", "registration_add")
"""Forms that a student sends only before the application is decided, and the course's team afterwards."""
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def matrix(tmp_path: Any) -> Iterator[Matrix]:
    caches = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # nobody is throttled
    editions = ["accreditation.demo_edition.draft"]
    with override_settings(EVIDENCE_DIR=tmp_path, CACHES=caches, DRAFT_EDITIONS=editions):
        with transaction.atomic():
            side = stage.build("Wexcombe")
            linked.build(side)
            reporting.build(side)
            stage.build_letters(side)
            linked.make_passport(side)
            Mentor.objects.filter(pk=side.things["mentor"].pk).update(
                body="HCPC", registration_number="PH123457"
            )
            Listing.objects.filter(mentor=side.things["mentor"].pk).update(since=TODAY - timedelta(days=900))
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
        wanted = ("leader",) if name in BY_LEADER else address.acts or ()
        actor = next((one for one in matrix.people if one.here in wanted), None)
        if actor is None or name in THEIR_OWN:
            continue
        cell = Cell(name, address.things[0], OWN, actor, "POST")
        body = matrix.body(cell)
        if name == "mentor_place":
            body = body | {"course": str(matrix.own.courses["draft"].pk)}
        if "form_key" in body:
            yield name, matrix.clients[actor.name], matrix.path(cell), body | TYPED.get(name, {})
    yield from of_their_own(matrix)


THEIR_OWN = ("applicant_invite", "applicant_enrol", "experience_file_add", "team_join_several")


def of_their_own(matrix: Matrix) -> Iterator[tuple[str, Client, str, dict[str, Any]]]:
    """Forms with a file, and those that want somebody who has just applied."""
    side, leader = matrix.own, matrix.clients["leader"]
    applicant = admissions.apply(
        by=side.world.member, course=side.world.course, full_name="Ash Applicant", profession="Physiotherapist",
        registrations=[], experience=[admissions.ExperienceEntry("msk", 24, "Outpatients")],
    )  # fmt: skip
    admissions.judge_experience(
        by=side.world.leader, student_id=applicant.pk, outcome="appropriate", reason="Sound reasoning."
    )
    draft, person = side.cases["draft"].pk, side.things["person"].pk
    registered, award = side.things["mentor"], side.things["qualification"]
    enrolled = {"cohort": "2026", "reason": "Agreed with the registry."} | on("on", TODAY)
    second = str(Mentor.objects.get(user=side.things["account"]).pk)
    teams = {"mentor": second, "students": [str(applicant.pk)]} | on("since", TODAY)
    for name, client, args, typed in (
        ("applicant_invite", leader, [applicant.pk], {"email": "ash.applicant@people.example"}),
        ("applicant_enrol", leader, [applicant.pk], enrolled),
        ("team_join_several", leader, [side.world.course.pk], teams),
        ("experience_file_add", leader, [person, side.things["experience"].pk], {"title": "Another"}),
        ("mentor_document_add", matrix.clients["officer"], [registered.pk, award.pk], {"title": "Another"}),
        ("submission_evidence", leader, [draft], {"title": "Another", "paper": ""}),
        ("evidence_replace", leader, [draft, 1], {"title": "Another", "paper": ""}),
    ):
        path = reverse(name, args=args)
        form = client.get(path).context["form"]
        file = (
            {"file": File(f"{name}.pdf", filemaker.pdf(3, name)), "__end": "1"}
            if "file" in form.fields
            else {}
        )
        yield name, client, path, {"form_key": str(form["form_key"].value())} | typed | file


def test_many_presses_at_the_same_moment_are_one(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    """A form that changes a row instead of making one is held by the row's version, and then the trail has one entry more."""
    wrong, pressed, idle = [], [], []
    for name, client, path, data in keyed(matrix):
        with transaction.atomic():
            before, noted = rows(), AuditEvent.objects.count()
            status = send(client, path, data)
            alone, events = more(rows(), before), AuditEvent.objects.count() - noted
            transaction.set_rollback(True)
        claimed = alone.pop("accreditation.formkey", 0)
        if not claimed and (status != 302 or not events):
            idle.append(f"{name} ({status})")
            continue
        pressed.append(name)
        before, noted = rows(), AuditEvent.objects.count()
        statuses = at_once(client, path, data)
        made = more(rows(), before)
        assert made.pop("accreditation.formkey", 0) == claimed, name
        assert FormKey.objects.filter(pk=data["form_key"]).count() == claimed, name
        twice = not claimed and AuditEvent.objects.count() - noted != events
        if made != alone or max(statuses) >= 500 or twice:
            wrong.append(
                f"{name}: one press makes {alone}, {PRESSES} make {made}; answers {Counter(statuses)}"
            )
    with capsys.disabled():
        print(
            f"\nPresses: {len(pressed)} forms with a key, each sent {PRESSES} times at the same moment, more than one effect "
            f"{len(wrong)}: {', '.join(pressed)}; not filled in here: {', '.join(idle) or 'none'}."
        )
    assert not wrong, "\n".join(wrong)
    assert not idle, f"say in TYPED what these want: {', '.join(idle)}"
    assert len(pressed) >= 25, pressed
