"""What was sent: the office's page shows it to those who may see the case, as it was sent, and never a portfolio's."""

import re
from typing import Any

import pytest
from django.core import mail as outbox
from django.urls import reverse

from accreditation import mail
from accreditation.enums import ConflictKind
from accreditation.models import Conflict, Job, Letter, Message
from accreditation.services import letters, sending
from tests.accreditation import panels
from tests.people import make_clinic
from tests.worlds import World

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def only_the_assessors_declare(settings: Any) -> None:
    """What the course is asked about its panel is told in its own tests (test_declarations)."""
    settings.COURSE_DECLARES = False


def deliver() -> None:
    for job in Job.objects.filter(task=mail.TASK, state="waiting"):
        sending.send(job_id=job.pk)


def page_of(client: Any, user: Any, address: str) -> str:
    client.force_login(user, backend=BACKEND)
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_officers_see_what_was_sent_and_a_conflict_takes_it_away(
    world: World, rival: World, client: Any
) -> None:
    panels.seat(panels.submitted(world), world.officer, world.lead, "lead")
    panels.seat(panels.submitted(rival), rival.officer, rival.lead, "lead")
    deliver()
    mine = Message.objects.get(kind="panel_invited", person=world.lead)
    theirs = Message.objects.get(kind="panel_invited", person=rival.lead)
    Conflict.objects.create(
        user=world.officer,
        institution=rival.institution,
        kind=ConflictKind.EMPLOYER,
        declared_by=world.officer,
    )
    whole = page_of(client, world.officer, reverse("sent_messages"))
    assert "Lead Wexcombe" in whole and "Lead Ravenmoor" not in whole
    for name in ("sent_message", "sent_message_html"):
        assert client.get(reverse(name, args=[mine.pk])).status_code == 200
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
    assert client.post(reverse("sent_message_again", args=[theirs.pk])).status_code == 404
    for _, user in [*panels.everyone(world), *panels.everyone(rival)]:
        if not user.has_role("officer"):
            client.force_login(user, backend=BACKEND)
            for address in (reverse("sent_messages"), reverse("sent_message", args=[mine.pk])):
                assert client.get(address).status_code in (403, 404)


def test_the_page_finds_by_kind_state_and_person(world: World, client: Any) -> None:
    submission = panels.in_assessment(world)
    deliver()
    assert submission.reference in page_of(client, world.officer, reverse("sent_messages"))
    for query, number in (
        ({"kind": "panel_invited"}, 2),
        ({"kind": "panel_invited", "who": "lead wex"}, 1),
        ({"state": "dropped"}, 2),  # two invitations, answered before the worker came
        ({"state": "held"}, 2),
        ({"who": "no such person"}, 0),
        ({"kind": "nonsense", "state": "nonsense"}, 6),
    ):
        assert client.get(reverse("sent_messages"), query).context["count"] == number, query


@pytest.mark.parametrize("many", [1, 60])
def test_as_many_queries_for_many_as_for_one(
    world: World, many: int, client: Any, django_assert_max_num_queries: Any
) -> None:
    submission = panels.submitted(world)
    for number in range(many):
        Message.objects.create(
            kind="submission_returned", key=f"k{number}", person=world.leader, address=world.leader.email,
            submission=submission, context={"reference": submission.reference},
        )  # fmt: skip
    client.force_login(world.officer, backend=BACKEND)
    client.get(reverse("sent_messages"))
    with django_assert_max_num_queries(7):  # session, person, roles, unread, count, page, portfolios
        page = client.get(reverse("sent_messages")).content.decode()
    assert page.count("is returned to you: please read the reason") == min(many, 50)


def test_a_mail_is_shown_as_it_was_sent_in_a_frame_that_can_do_nothing(world: World, client: Any) -> None:
    place = panels.seat(panels.submitted(world), world.officer, world.lead, "lead")
    message = Message.objects.get(kind="invitation_accepted")
    page = page_of(client, world.officer, reverse("sent_message", args=[message.pk]))
    assert "As it would be sent now" in page and str(place.user) in page
    invited = Message.objects.get(kind="panel_invited")
    Message.objects.filter(pk=invited.pk).update(subject="As sent", text="Kept text", html="<p>Kept</p>")
    page = page_of(client, world.officer, reverse("sent_message", args=[invited.pk]))
    assert "As it was sent" in page and "Kept text" in page
    assert re.search(r'<iframe[^>]* sandbox=""', page)
    framed = client.get(reverse("sent_message_html", args=[invited.pk]))
    assert framed.content == b"<p>Kept</p>" and framed["X-Frame-Options"] == "SAMEORIGIN"
    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'" in policy and policy.endswith("sandbox")


def test_what_failed_is_sent_again_by_the_office_once(world: World, client: Any, monkeypatch: Any) -> None:
    panels.seat(panels.submitted(world), world.officer, world.lead, "lead")
    message = Message.objects.get(kind="panel_invited")
    Message.objects.filter(pk=message.pk).update(state="failed", note="The mail server refused this address.")
    page = page_of(client, world.officer, reverse("sent_message", args=[message.pk]))
    assert "refused this address" in page and "Send again" in page
    again = reverse("sent_message_again", args=[message.pk])
    assert client.get(again).status_code == 405
    assert client.post(again).status_code == 302
    assert client.post(again).status_code == 409
    message.refresh_from_db()
    assert message.state == "promised"


def test_messages_about_portfolios_are_counted_and_never_shown(world: World, client: Any) -> None:
    clinic = make_clinic(world)
    assert Message.objects.filter(kind="contract_to_sign").exists()
    one = Message.objects.filter(kind="contract_to_sign").first()
    assert one
    Message.objects.filter(pk=one.pk).update(state="failed")
    whole = page_of(client, world.officer, reverse("sent_messages"))
    assert "could not be sent" in whole and "learning contract" not in whole.lower()
    assert str(clinic.mentor) not in whole
    assert client.get(reverse("sent_message", args=[one.pk])).status_code == 404
    assert client.post(reverse("sent_hidden_again")).status_code == 302
    one.refresh_from_db()
    assert one.state == "promised"


def test_the_letter_page_tells_the_office_to_whom_it_went(world: World, rival: World, client: Any) -> None:
    panels.decided(world)
    for job in Job.objects.filter(task=letters.TASK):
        letters.build(job_id=job.pk, renderer=lambda _: b"%PDF-1.7 letter", sealer=lambda *_: None)
    deliver()
    letter = Letter.objects.get(kind="decision")
    page = page_of(client, world.officer, reverse("letter", args=[letter.pk]))
    assert "Sent to" in page and world.leader.full_name in page and world.member.full_name in page
    assert "Sent to" not in page_of(client, world.leader, reverse("letter", args=[letter.pk]))
    assert len([one for one in outbox.outbox if letter.number in one.body]) == 2
