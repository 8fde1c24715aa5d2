"""The event of a case: days proposed, answered, one agreed; in everybody's calendar, and nobody else's business."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accreditation import calendar, mail, recipients
from accreditation.enums import ConflictKind
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.home import events as home_events
from accreditation.models import AuditEvent, CaseEvent, Conflict, Job, Message, Submission
from accreditation.services import events, sending
from tests.accreditation import panels
from tests.worlds import World

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ASKED = {"Lead Wexcombe", "Co Wexcombe", "Shadow Wexcombe", "Leader Wexcombe"}


def moments(*days: int) -> list[datetime]:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return [noon + timedelta(days=day) for day in days]


@pytest.fixture
def case(world: World) -> Submission:
    return panels.in_assessment(world, shadow=True)


def proposed(world: World, case: Submission, **changes: Any) -> CaseEvent:
    values: dict[str, Any] = {
        "kind": "visit", "minutes": 180, "dates": moments(30, 37), "place": "Room 4; North, Building",
        "agenda": "1. Welcome\n2. Scanning room, " + "a long line " * 30, **changes,
    }  # fmt: skip
    return events.propose(by=world.officer, submission_id=case.pk, **values)


def agreed(world: World, case: Submission) -> CaseEvent:
    event = proposed(world, case)
    date = event.dates.all()[1]
    return events.agree(by=world.officer, event_id=event.pk, date_id=date.pk, version=event.version)


def deliver() -> list[Any]:
    before = len(outbox.outbox)
    for job in Job.objects.filter(task=mail.TASK, state="waiting"):
        sending.send(job_id=job.pk)
    return [one for one in outbox.outbox[before:] if "event" in one.body or "visit" in one.body]


def page(client: Any, user: Any, name: str, *args: Any) -> Any:
    client.force_login(user, backend=BACKEND)
    return client.get(reverse(name, args=args))


def test_days_are_proposed_answered_and_one_is_agreed_for_everybody(world: World, case: Submission) -> None:
    event = proposed(world, case)
    assert {one.person.full_name for one in Message.objects.filter(kind="event_dates") if one.person} == ASKED
    first, second = event.dates.all()
    asked = deliver()
    assert all(calendar.spoken_moment(first.starts_at) in one.body for one in asked) and len(asked) == 4
    for user in (world.leader, world.lead):
        for said in ("no", "yes"):
            events.answer(by=user, event_id=event.pk, answers={first.pk: said, second.pk: "if_needed"})
    assert {row.answer for row in first.answers.all()} == {"yes"} and first.answers.count() == 2
    with pytest.raises(Invalid):
        events.answer(by=world.co, event_id=event.pk, answers={first.pk: "yes"})
    with pytest.raises(NotNow, match="already"):
        proposed(world, case)
    events.agree(by=world.officer, event_id=event.pk, date_id=second.pk, version=event.version)
    with pytest.raises(NotNow):
        events.answer(by=world.co, event_id=event.pk, answers={first.pk: "yes", second.pk: "yes"})
    case.refresh_from_db()
    assert case.event_on == timezone.localtime(second.starts_at).date()
    sent = deliver()
    assert sorted(one.to[0] for one in sent) == sorted(
        user.email for user in (world.lead, world.co, world.shadow, world.leader)
    )
    for one in sent:
        (attached,) = one.attachments
        entry = Calendar.from_ical(attached.content).walk("VEVENT")[0]
        assert (
            entry["DTSTART"].dt == second.starts_at.astimezone(UTC) and "method=PUBLISH" in attached.mimetype
        )
        assert not entry.get("attendee")
    assert AuditEvent.objects.filter(verb="event.agreed", object_id=str(case.pk)).count() == 1


def test_the_file_is_folded_and_escaped_and_a_later_one_replaces_it(world: World, case: Submission) -> None:
    event = agreed(world, case)
    written = calendar.file_of(event)
    assert written.startswith(b"BEGIN:VCALENDAR\r\n") and written.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert b"LOCATION:Room 4\\; North\\, Building\r\n" in written
    entry = Calendar.from_ical(written).walk("VEVENT")[0]
    assert str(entry["DESCRIPTION"]).startswith("1. Welcome\n2. Scanning room, a long line")
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(hours=3)
    old_version = event.version
    details = {"link": "", "agenda": "", "minutes": 60}
    events.change(by=world.officer, event_id=event.pk, version=old_version, place="Hall", **details)
    with pytest.raises(Stale):
        events.change(by=world.officer, event_id=event.pk, version=old_version, place="Attic", **details)
    event.refresh_from_db()
    later = Calendar.from_ical(calendar.file_of(event)).walk("VEVENT")[0]
    assert later["UID"] == entry["UID"] and later["SEQUENCE"] > entry["SEQUENCE"]
    subjects = {one.subject.partition(":")[0] for one in deliver()}
    assert subjects == {"Changed"}  # the first agreement had been overtaken when it was to be sent
    events.call_off(by=world.officer, event_id=event.pk, version=event.version, reason="Snow")
    event.refresh_from_db()
    off = Calendar.from_ical(calendar.file_of(event))
    assert off["METHOD"] == "CANCEL" and off.walk("VEVENT")[0]["STATUS"] == "CANCELLED"
    assert all("Snow" in one.body and one.attachments for one in deliver())
    case.refresh_from_db()
    assert case.event_on is None and proposed(world, case).state == "proposed"


def test_what_cannot_be_planned_is_refused_and_changes_nothing(world: World, case: Submission) -> None:
    for changes, field in (
        ({"dates": []}, "date_1"), ({"dates": moments(-1, 5)}, "date_1"), ({"minutes": 5}, "minutes"),
        ({"kind": "party"}, "kind"), ({"link": "javascript:alert(1)"}, "link"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            proposed(world, case, **changes)
        assert field in refused.value.problems
    for user in (world.lead, world.leader, world.chair):
        with pytest.raises(NotAllowed):
            events.propose(by=user, submission_id=case.pk, kind="visit", minutes=60, dates=moments(9))
    assert not CaseEvent.objects.exists()


def test_only_office_panel_and_course_open_it_and_a_conflict_closes_it(
    world: World, rival: World, case: Submission, client: Any
) -> None:
    event = agreed(world, case)
    inside = {"leader", "member", "officer", "lead", "co", "shadow"}
    for one in (world, rival):
        for name, user in panels.everyone(one):
            may = user.has_role("officer") or (one is world and name in inside)
            for address in ("event", "event_file"):
                assert page(client, user, address, event.pk).status_code == (200 if may else 404), (
                    name,
                    address,
                )
            for address in ("event_change", "event_call_off"):
                wanted = (200,) if user.has_role("officer") else (403, 404)
                assert page(client, user, address, event.pk).status_code in wanted, (name, address)
    for user in (world.leader, world.lead):  # who can come when is the office's alone
        assert "Who can come when</h2>" not in page(client, user, "event", event.pk).content.decode()
    Conflict.objects.create(
        user=world.officer,
        institution=world.institution,
        kind=ConflictKind.EMPLOYER,
        declared_by=world.officer,
    )
    assert page(client, world.officer, "event", event.pk).status_code == 404
    with pytest.raises(NotAllowed):
        events.call_off(by=world.officer, event_id=event.pk, version=event.version, reason="-")


def test_the_pages_of_the_case_say_when_in_the_same_words(
    world: World, case: Submission, client: Any
) -> None:
    offer = "Propose days for a visit or an online event"
    assert offer in page(client, world.officer, "case", case.pk).content.decode()
    event = agreed(world, case)
    assert event.starts_at
    words = f"Visit: {calendar.spoken_moment(event.starts_at)}"
    for user, name in ((world.officer, "case"), (world.leader, "submission"), (world.lead, "review_brief")):
        assert words in page(client, user, name, case.pk).content.decode()


def test_the_office_plans_and_the_course_answers_in_the_pages(
    world: World, case: Submission, client: Any
) -> None:
    address = reverse("event_propose", args=[case.pk])
    form = page(client, world.officer, "event_propose", case.pk).context["form"]
    day = timezone.localdate() + timedelta(days=40)
    typed = {
        "kind": "online", "minutes": "90", "link": "https://meet.example/x", "form_key": str(form["form_key"].initial),
        "version": "0", "date_1_day": day.day, "date_1_month": day.month, "date_1_year": day.year,
    }  # fmt: skip
    wrong = client.post(address, typed)
    assert wrong.status_code == 422 and "Enter the time on day 1" in wrong.content.decode()
    assert client.post(address, {**typed, "time_1": "10.30"}).status_code == 302
    assert client.post(address, {**typed, "time_1": "10.30"}).status_code == 302
    event = CaseEvent.objects.get()
    (date,) = event.dates.all()
    assert timezone.localtime(date.starts_at).strftime("%H:%M") == "10:30"
    client.force_login(world.leader, backend=BACKEND)
    answer = reverse("event_answer", args=[event.pk])
    assert client.post(answer, {}).status_code == 422
    assert client.post(answer, {f"date_{date.pk}": "yes"}).status_code == 302
    client.force_login(world.member, backend=BACKEND)
    assert client.post(answer, {f"date_{date.pk}": "yes"}).status_code == 404
    office = page(client, world.officer, "event", event.pk).content.decode()
    assert "1 can come, 3 not answered" in office
    client.post(
        reverse("event_agree", args=[event.pk]), {"date": str(date.pk), "version": str(event.version)}
    )
    event.refresh_from_db()
    assert event.state == "agreed"


def test_whoever_is_asked_finds_it_on_their_home_page_until_they_answered(
    world: World, rival: World, case: Submission, django_assert_max_num_queries: Any
) -> None:
    event = proposed(world, case)
    people = [*panels.everyone(world), *panels.everyone(rival)]

    def told() -> set[str]:
        return {who.full_name for _, who in people if home_events.items_for(who)}

    assert told() == ASKED
    assert {who.full_name for who in recipients.event_people(case)} == ASKED
    dates = list(event.dates.all())
    events.answer(by=world.lead, event_id=event.pk, answers={date.pk: "yes" for date in dates})
    assert told() == ASKED - {"Lead Wexcombe"}
    with django_assert_max_num_queries(4):
        home_events.items_for(world.leader)
    events.agree(by=world.officer, event_id=event.pk, date_id=dates[0].pk, version=event.version)
    assert told() == set()
