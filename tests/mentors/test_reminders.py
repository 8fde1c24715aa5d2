"""The yearly confirmation: reminders that survive missed nights, and a link that survives every mail gateway."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models import QuerySet
from django.utils import timezone

from accreditation import queue
from accreditation.exceptions import NotAllowed
from accreditation.mail import queue_key
from accreditation.models import AuditEvent, Job, Message
from accreditation.services import sending
from mentors import links
from mentors.models import Confirmation, Mentor, Remark, Reminder
from mentors.presenters.reminders import planned
from mentors.reminders import DAYS, due_day, plan
from mentors.services import register, remarks, reminders
from portfolios.demo.clock import at
from tests.people import Clinic, make_mentor

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 15)


@pytest.fixture
def mentor(clinic: Clinic) -> Mentor:
    """A mentor who confirmed on 15 September 2025."""
    Mentor.objects.filter(pk=clinic.mentor.pk).update(confirmed_on=date(2025, 9, 15))
    clinic.mentor.refresh_from_db()
    return clinic.mentor


def jobs() -> QuerySet[Job]:
    """The promises to send a reminder."""
    messages = Message.objects.filter(kind="mentor_confirmation")
    return Job.objects.filter(key__in=[queue_key(one) for one in messages])


def night(day: date) -> int:
    """What a night does: promise what is owed, then keep the promises. Returns how many were promised."""
    with at(day, 3):
        number = reminders.run()
        for job in jobs().filter(state="waiting"):
            sending.send(job_id=job.pk)
    return number


def said(mentor: Mentor) -> dict[str, str]:
    return dict(Reminder.objects.filter(mentor=mentor, due=DUE).values_list("step", "state"))


def test_the_days_follow_from_the_due_day(mentor: Mentor) -> None:
    assert due_day(mentor) == DUE
    assert [one.on.isoformat() for one in plan(DUE)] == [
        "2026-08-16", "2026-09-08", "2026-09-15", "2026-09-22", "2026-10-13",
    ]  # fmt: skip


def test_a_confirmation_of_29_february_falls_due_on_the_28th(mentor: Mentor) -> None:
    mentor.confirmed_on = date(2028, 2, 29)
    assert due_day(mentor) == date(2029, 2, 28)


def test_every_night_for_a_year_sends_each_reminder_once(mentor: Mentor) -> None:
    day = date(2026, 8, 1)
    while day < date(2026, 12, 1):
        night(day)
        day += timedelta(days=1)
    assert said(mentor) == dict.fromkeys((step.value for step in DAYS), "sent")
    assert len(mail.outbox) == 5
    subjects = [one.subject for one in mail.outbox]
    assert subjects[0] == "Confirm your entry in the CASE mentor register by 15 September 2026"
    assert subjects[-1].startswith("Overdue since 15 September 2026")
    sent = [
        row.sent_at.date()
        for row in Reminder.objects.filter(mentor=mentor).order_by("owed_on")
        if row.sent_at
    ]
    assert sent == [one.on for one in plan(DUE)]


@pytest.mark.parametrize("step", list(DAYS))
def test_after_three_missed_nights_each_reminder_comes_once(mentor: Mentor, step: Any) -> None:
    """The worker was down on the day itself and the two after it; the next night makes up for it, once."""
    day = DUE + timedelta(days=DAYS[step])
    before = date(2026, 8, 1)
    while before < day:
        night(before)
        before += timedelta(days=1)
    sent = len(mail.outbox)
    assert night(day + timedelta(days=3)) == 1
    assert night(day + timedelta(days=3)) == 0 and night(day + timedelta(days=4)) == 0
    assert len(mail.outbox) == sent + 1
    assert said(mentor)[step.value] == "sent"


def test_what_a_later_reminder_overtook_is_not_sent_and_said_so(mentor: Mentor) -> None:
    assert night(date(2026, 10, 30)) == 1
    assert list(said(mentor).values()) == ["overtaken"] * 4 + ["sent"]
    assert len(mail.outbox) == 1
    lines = planned(mentor).lines
    assert [line.code for line in lines] == ["superseded"] * 4 + ["done"]


def test_who_confirms_between_promise_and_letter_gets_no_letter(mentor: Mentor, clinic: Clinic) -> None:
    with at(date(2026, 9, 8)):
        assert reminders.run() == 1
        register.confirm_entry(by=clinic.mentor_user, mentor_id=mentor.pk)
        sending.send(job_id=jobs().get().pk)
    assert not mail.outbox and said(mentor)["before_7"] == "confirmed"


def test_a_letter_that_failed_is_tried_again_and_sent_once(mentor: Mentor, monkeypatch: Any) -> None:
    with at(date(2026, 9, 15)):
        reminders.run()
        job = jobs().get()
        with monkeypatch.context() as broken:
            broken.setattr(
                "django.core.mail.EmailMultiAlternatives.send",
                lambda *_: (_ for _ in ()).throw(OSError("down")),
            )
            sending.send(job_id=job.pk)
        assert said(mentor)["on_day"] == "promised" and not mail.outbox
        Job.objects.update(not_before=timezone.now())
        sending.send(job_id=job.pk)
        sending.send(job_id=job.pk)
    assert len(mail.outbox) == 1 and said(mentor)["on_day"] == "sent"


def test_without_an_address_the_table_says_so(mentor: Mentor) -> None:
    Mentor.objects.filter(pk=mentor.pk).update(email="", user=None)
    assert night(DUE) == 0
    assert said(mentor)["on_day"] == "no_address"


def test_many_mentors_take_two_queries_when_nothing_is_owed(
    clinic: Clinic, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        make_mentor(clinic.world, f"M{number}")
    Mentor.objects.update(confirmed_on=timezone.localdate())
    with django_assert_num_queries(2):
        assert reminders.run() == 0


def link_in(message: Any) -> str:
    found = re.search(r"http://testserver(\S+)", message.body)
    assert found
    return found[1]


def test_the_secret_link_stands_in_the_mail_and_in_no_row(mentor: Mentor) -> None:
    night(DUE)
    (sent,) = mail.outbox
    html = str(sent.alternatives[0][0])
    token = links.token(mentor, DUE)
    head = token.partition(":")[0]  # the rest of it holds the moment
    assert head in sent.body and head in html
    kept = Message.objects.get(kind="mentor_confirmation")
    assert head not in kept.text + kept.html + str(kept.context) + kept.path
    assert kept.state == "sent" and "link-only-in-the-mail-itself" in kept.text


def test_a_reminder_that_an_earlier_release_promised_is_still_sent_once(mentor: Mentor) -> None:
    with at(DUE, 3):
        row = Reminder.objects.create(
            mentor=mentor, due=DUE, step="on_day", owed_on=DUE, state="promised", to="m@nhs.example"
        )
        job = queue.promise("mentors.tasks.send_reminder", row.pk, key=f"mentor-reminder:{row.pk}")
        for _ in range(2):
            reminders.hand_over(job.pk)
        sending.send(job_id=jobs().get().pk)
    assert len(mail.outbox) == 1 and said(mentor)["on_day"] == "sent"


def test_the_link_is_opened_by_everybody_and_pressed_by_the_mentor(mentor: Mentor, client: Any) -> None:
    night(DUE)
    link = link_in(mail.outbox[0])
    assert str(mentor.registration_number or "HCPC") not in mail.outbox[0].body
    with at(DUE + timedelta(days=2)):
        for _ in range(3):  # gateways look first, more than once, without cookies
            assert client.get(link).status_code == client.head(link).status_code == 200
        assert not Confirmation.objects.exists()
        page = client.post(link, {"do": "confirm"}).content.decode()
        assert "your entry is confirmed" in page
        again = client.post(link, {"do": "confirm"})
        assert again.status_code == 409 and "made already" in again.content.decode()
        assert "made already" in client.get(link).content.decode()
    row = Confirmation.objects.get()
    assert (row.mentor, row.way, row.on) == (mentor, "link", DUE + timedelta(days=2))
    assert AuditEvent.objects.filter(verb="mentor.confirmed", actor_id=None).count() == 1


def test_a_link_that_was_changed_or_is_too_old_does_nothing(mentor: Mentor, client: Any) -> None:
    link = links.token(mentor, DUE)
    for text in (link[:-3], link.swapcase(), "nonsense", "a:b:c"):
        assert client.get(f"/mentors/confirm/{text}/").status_code == 404
        assert client.post(f"/mentors/confirm/{text}/", {"do": "confirm"}).status_code == 404
    assert not Confirmation.objects.exists()
    links_age = timezone.now().timestamp() + links.AGE_SECONDS + 10
    import time

    real, time.time = time.time, lambda: links_age
    try:
        assert links.read(link) is None
    finally:
        time.time = real


def test_a_remark_by_the_link_reaches_the_officers(mentor: Mentor, clinic: Clinic, client: Any) -> None:
    night(DUE)
    link = link_in(mail.outbox[0])
    with at(DUE):
        assert client.post(link, {"do": "remark", "text": ""}).status_code == 422
        form = re.search(r'name="form_key" value="([^"]+)"', client.get(link).content.decode())
        assert form
        client.post(link, {"do": "remark", "text": "I left St Bride’s in May", "form_key": form[1]})
    row = Remark.objects.get()
    with pytest.raises(NotAllowed):
        remarks.settle_remark(by=clinic.world.leader, remark_id=row.pk, answer="-")
    client.force_login(clinic.world.officer)
    assert "I left St Bride" in client.get("/mentors/to-look-at/").content.decode()
    remarks.settle_remark(by=clinic.world.officer, remark_id=row.pk, answer="Place of work ended")
    assert "I left St Bride" not in client.get("/mentors/to-look-at/").content.decode()
