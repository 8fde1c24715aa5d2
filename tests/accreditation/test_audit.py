"""The audit trail: every way of tampering is named, and a name can be taken away without breaking the chain."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from accreditation import audit
from accreditation.models import AuditEvent
from tests.worlds import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def around_the_triggers(statement: str) -> None:
    """What somebody with the database's own password could do."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement)
        for _, sql in triggers:
            cursor.execute(sql)


@pytest.fixture
def trail(world: World) -> World:
    with transaction.atomic():
        for number in range(1, 9):
            who = world.leader if number % 2 else world.officer
            audit.record("thing.done", by=who, obj=world.leader, payload={"number": number})
    assert list(audit.faults()) == []
    return world


TABLE = "accreditation_auditevent"  # called "trail" in the statements below
TAMPERINGS = {
    "a verb": ("UPDATE trail SET verb = 'thing.undone' WHERE seq = 4", "Event 4 was altered"),
    "a moment": ("UPDATE trail SET at = '2020-01-01 00:00:00+00' WHERE seq = 4", "Event 4 was altered"),
    "a payload": ("UPDATE trail SET payload = '{\"number\":5}' WHERE seq = 4", "Event 4 was altered"),
    "an object": ("UPDATE trail SET object_id = 'x' WHERE seq = 4", "Event 4 was altered"),
    "its type": ("UPDATE trail SET object_type = 'x' WHERE seq = 4", "Event 4 was altered"),
    "who did it": ("UPDATE trail SET actor_id = NULL WHERE seq = 4", "Event 4 was altered"),
    "the name of who did it": (
        "UPDATE trail SET actor = 'Nobody' WHERE seq = 4",
        "Event 4 was altered: a name",
    ),
    "the name of the thing": (
        "UPDATE trail SET object_label = 'Nothing' WHERE seq = 4",
        "Event 4 was altered: a name",
    ),
    "a sum of a name": ("UPDATE trail SET actor_sum = label_sum WHERE seq = 4", "Event 4 was altered"),
    "a name taken away in silence": (
        "UPDATE trail SET actor = '', actor_salt = '' WHERE seq = 4",
        "A name was taken out of event 4, and no later event says so",
    ),
    "a hash": ("UPDATE trail SET hash = '0000' WHERE seq = 4", "Event 4 was altered"),
    "the link to the one before": (
        "UPDATE trail SET previous = '0000' WHERE seq = 4",
        "Event 4 does not follow",
    ),
    "an event gone": ("DELETE FROM trail WHERE seq = 4", "Event 4 is missing"),
    "the first gone": ("DELETE FROM trail WHERE seq = 1", "Event 1 is missing"),
    "two changed places": (
        "UPDATE trail SET seq = CASE seq WHEN 4 THEN 1004 ELSE 1005 END WHERE seq IN (4, 5)",
        "Event 4 is missing",
    ),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_each_tampering_is_refused_and_named_where_it_was_done_all_the_same(trail: World, kind: str) -> None:
    statement, sentence = TAMPERINGS[kind]
    statement = statement.replace("trail", TABLE)
    if kind != "a name taken away in silence":  # the one change that the database lets through
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    around_the_triggers(statement)
    first = next(audit.faults(), "no fault found")
    assert first.startswith(sentence)


def test_a_cut_end_is_seen_by_an_anchor_alone(trail: World) -> None:
    anchor = audit.head()
    around_the_triggers("DELETE FROM trail WHERE seq >= 7".replace("trail", TABLE))
    assert list(audit.faults()) == [] and audit.head() != anchor


def test_names_are_taken_away_and_the_chain_holds(trail: World) -> None:
    name, other = trail.leader.full_name, trail.officer.full_name
    hashes = list(AuditEvent.objects.values_list("hash", flat=True))
    with transaction.atomic():
        assert (
            audit.take_names_away([name, "Ann"], by=trail.officer, payload={"person": str(trail.leader.pk)})
            == 8
        )
    assert list(audit.faults()) == []
    assert list(AuditEvent.objects.values_list("hash", flat=True))[:-1] == hashes
    text = " ".join(
        f"{event.actor} {event.object_label} {event.payload}" for event in AuditEvent.objects.all()
    )
    assert name not in text and other in text
    assert AuditEvent.objects.get(verb=audit.ERASED).payload["events"] == "1-8"
    assert AuditEvent.objects.filter(actor_id=trail.leader.pk).count() == 4, "who it was stays, as a number"


def _give_back(event: AuditEvent) -> None:
    AuditEvent.objects.filter(pk=event.pk).update(actor="Someone Else")


def _half(event: AuditEvent) -> None:
    AuditEvent.objects.filter(pk=event.pk).update(actor="")


def _with_more(event: AuditEvent) -> None:
    AuditEvent.objects.filter(pk=event.pk).update(actor="", actor_salt="", verb="other")


@pytest.mark.parametrize("change", [_give_back, _half, _with_more])
def test_a_name_can_be_taken_away_and_nothing_else_be_done(
    trail: World, change: Callable[[AuditEvent], None]
) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(AuditEvent.objects.get(pk=3))


@pytest.mark.parametrize("numbers", [[], [1], [1, 2, 3], [1, 3, 4, 5, 9]])
def test_numbers_are_written_as_ranges(numbers: list[int]) -> None:
    assert list(audit._numbers(audit._ranges(numbers))) == numbers
