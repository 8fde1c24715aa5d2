"""What is sent: promised with its reason, sent once, to nobody whom it no longer concerns, and all can see what became of it."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail as outbox
from django.db import OperationalError, transaction
from django.utils import timezone

from accreditation import mail, notices, queue
from accreditation.enums import ConflictKind, SubmissionState
from accreditation.models import AuditEvent, Conflict, Job, Message, Submission
from accreditation.services import sending
from tests.worlds import World

pytestmark = pytest.mark.django_db


def submitted(world: World, reference: str = "MSK-2026-0001") -> Submission:
    return Submission.objects.create(
        course=world.course, reference=reference, opened_by=world.leader, state=SubmissionState.SUBMITTED
    )


def promised(world: World, about: Submission, *, key: str = "one", reference: str = "") -> Message:
    with transaction.atomic():
        return mail.promise(
            "submission_submitted",
            to=world.officer,
            key=key,
            about=about,
            context={
                "reference": reference or about.reference,
                "course": about.course.title,
                "institution": "University of <b>Ayr</b> & Co",
                "on": "14 March 2026",
            },
            path=f"/submissions/cases/{about.pk}/",
        )


def deliver() -> None:
    """What the worker does with every bell."""
    for job in Job.objects.filter(task=mail.TASK):
        sending.send(job_id=job.pk)


def test_a_message_is_promised_once_inside_its_transaction(world: World, rung: list[str]) -> None:
    about = submitted(world)
    assert promised(world, about) == promised(world, about)
    assert Message.objects.count() == Job.objects.filter(task=mail.TASK).count() == 1
    with pytest.raises(KeyError):
        mail.promise("no_such_kind", to=world.officer, key="two")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_promised(world: World) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        mail.promise("submission_submitted", to=world.officer, key="x")
    assert not Message.objects.exists()


def test_it_is_sent_once_as_text_and_html_and_kept_as_sent(world: World) -> None:
    about = submitted(world)
    message = promised(world, about, reference="MSK-1\r\nBcc: everybody@people.example")
    deliver()
    deliver()
    (sent,) = outbox.outbox
    assert sent.to == [world.officer.email] and not sent.bcc
    assert sent.subject == "MSK-1 Bcc: everybody@people.example was submitted: assign its assessors"
    assert "\n" not in sent.message()["Subject"] and "Bcc" not in sent.message()
    html = str(sent.alternatives[0][0])
    for part in (sent.body, html):
        assert f"http://testserver/submissions/cases/{about.pk}/" in part and "14 March 2026" in part
        assert "You get this because you are an officer of CASE." in part
        assert "http://testserver/notices/by-e-mail/" in part and world.officer.full_name in part
    assert "University of <b>Ayr</b> & Co" in sent.body and "&lt;b&gt;Ayr&lt;/b&gt; &amp; Co" in html
    message.refresh_from_db()
    assert (message.state, message.subject, message.text, message.html) == (
        "sent", sent.subject, sent.body, html,
    )  # fmt: skip
    assert message.sent_at and AuditEvent.objects.filter(verb="mail.sent", object_id=message.pk).count() == 1


def test_a_mail_server_that_is_down_is_tried_again_with_the_same_message_id(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = promised(world, submitted(world))
    ids: list[str] = []

    def down(self: Any, *args: Any) -> int:
        ids.append(self.extra_headers["Message-ID"])
        raise ConnectionRefusedError("down")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", down)
        for _ in range(queue.MAX_ATTEMPTS):
            deliver()
            assert not Job.objects.filter(leased_until__isnull=False).exists()
            Job.objects.update(not_before=timezone.now())
    message.refresh_from_db()
    assert (message.state, message.note) == ("failed", sending.UNREACHABLE) and len(ids) == 3
    assert sending.try_again_unreachable() == 1 and sending.try_again_unreachable() == 0
    deliver()
    deliver()
    assert [one.extra_headers["Message-ID"] for one in outbox.outbox] == [ids[0]] == list(set(ids))
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.parametrize(
    ("fault", "note"),
    [(SoftTimeLimitExceeded(), sending.UNREACHABLE), (OperationalError("gone"), sending.DATABASE)],
)
def test_what_a_slow_machine_or_a_restarted_database_did_is_not_the_end_of_a_message(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, note: str
) -> None:
    message = promised(world, submitted(world))

    def down(self: Any, *args: Any) -> int:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", down)
        deliver()
        message.refresh_from_db()
        assert message.state == "promised"
        for _ in range(queue.MAX_ATTEMPTS):
            Job.objects.update(not_before=timezone.now())
            deliver()
    message.refresh_from_db()
    assert (message.state, message.note) == ("failed", note)
    assert sending.try_again_unreachable() == 1
    deliver()
    assert len(outbox.outbox) == 1


def test_after_three_days_a_dead_mail_server_is_left_to_people(world: World) -> None:
    message = promised(world, submitted(world))
    Message.objects.update(
        state="failed", note=sending.UNREACHABLE, created_at=timezone.now() - timedelta(days=4)
    )
    assert sending.try_again_unreachable() == 0
    sending.send_again(by=world.officer, message_id=message.pk)
    deliver()
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        (
            SMTPRecipientsRefused({"a@b.example": (550, b"no such user")}),
            "The mail server refused this address.",
        ),
        (ValueError("bad words"), "The message could not be put together (ValueError)."),
    ],
)
def test_what_will_not_get_better_fails_at_once_and_says_why(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception, note: str
) -> None:
    message, other = promised(world, submitted(world)), promised(world, Submission.objects.get(), key="two")

    def refuse(self: Any, *args: Any) -> int:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        sending.send(job_id=Job.objects.get(key=mail.queue_key(message)).pk)
    deliver()
    message.refresh_from_db()
    assert (message.state, message.note) == ("failed", note)
    assert [one.extra_headers["Message-ID"].startswith(f"<{other.pk}@") for one in outbox.outbox] == [True]
    assert AuditEvent.objects.filter(verb="mail.failed", object_id=message.pk).exists()


def test_a_promise_that_killed_three_workers_leaves_the_message_failed(world: World) -> None:
    message = promised(world, submitted(world))
    for _ in range(queue.MAX_ATTEMPTS):
        assert queue.take(Job.objects.get().pk)
        Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    deliver()
    message.refresh_from_db()
    assert message.state == "failed" and not outbox.outbox


def test_who_lost_the_case_gets_nothing_about_it_and_nobody_else_is_touched(
    world: World, rival: World
) -> None:
    mine, theirs = submitted(world), submitted(rival, "MSK-2026-0002")
    lost, kept = promised(world, mine), promised(rival, theirs, key="two")
    also = promised(world, theirs, key="three")
    Conflict.objects.create(
        user=world.officer,
        institution=world.institution,
        kind=ConflictKind.EMPLOYER,
        declared_by=world.officer,
    )
    assert set(notices.own_notices(world.officer)) == {also} and notices.unread(world.officer) == 1
    deliver()
    assert sorted(one.to[0] for one in outbox.outbox) == sorted([world.officer.email, rival.officer.email])
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {lost.pk: "dropped", kept.pk: "sent", also.pk: "sent"}
    lost.refresh_from_db()
    assert lost.note == sending.NO_LONGER and lost.text == ""


def test_a_closed_account_gets_nothing(world: World) -> None:
    message = promised(world, submitted(world))
    world.officer.is_active = False
    world.officer.save()
    deliver()
    message.refresh_from_db()
    assert message.state == "dropped" and not outbox.outbox


def test_without_an_address_the_message_says_so_until_there_is_one(world: World) -> None:
    world.officer.email = "nobody"
    world.officer.save()
    message = promised(world, submitted(world))
    deliver()
    assert message.state == "no_address" and not outbox.outbox and notices.unread(world.officer) == 1
    world.officer.email = "somebody@people.example"
    world.officer.save()
    sending.send_again(by=world.officer, message_id=message.pk)
    deliver()
    assert outbox.outbox[0].to == ["somebody@people.example"]
