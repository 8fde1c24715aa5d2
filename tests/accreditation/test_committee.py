"""The Committee's meetings: agendas, quorum, recusals, minutes. Two worlds: whoever takes no part sees nothing of a case."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accreditation import committee, recipients
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.home import committee as home
from accreditation.home import office as home_office
from accreditation.models import AuditEvent, Conflict, Decision, Meeting, Message, Submission, User
from accreditation.search import find
from accreditation.selectors import visible_submissions
from accreditation.services import conflicts, decisions, meetings, replies
from tests.accreditation import panels
from tests.worlds import World, make_user, make_world

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def get(user: User, name: str, *args: Any) -> Any:
    return client_of(user).get(reverse(name, args=args))


def ready(world: World) -> Submission:
    """A case that lacks nothing but its meeting."""
    submission = panels.released(world)
    replies.end(by=world.leader, submission_id=submission.pk)
    submission.refresh_from_db()
    return submission


def decide(world: World, submission: Submission, **changes: Any) -> Decision:
    return decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values(**changes))


def test_a_decision_needs_an_agenda_its_day_and_a_quorum(world: World, settings: Any) -> None:
    submission = ready(world)
    with pytest.raises(NotNow, match="on no agenda yet"):
        decide(world, submission)
    later = timezone.localdate() + timedelta(days=9)
    coming = panels.on_agenda(world, submission, on=later, present=False)
    with pytest.raises(NotNow, match="from that day on"):
        decide(world, submission)
    with pytest.raises(NotNow, match="already"):
        panels.on_agenda(world, submission)
    meetings.take_off(by=world.officer, meeting_id=coming.pk, submission_id=submission.pk)
    held = panels.on_agenda(world, submission, present=False)
    with pytest.raises(
        NotNow, match="No quorum .*0 members who take part are recorded as present.*2 are needed"
    ):
        decide(world, submission)
    meetings.record_present(
        by=world.chair, meeting_id=held.pk, people=[world.committee.pk, world.chair.pk], version=held.version
    )
    settings.COMMITTEE_QUORUM = 3
    with pytest.raises(NotNow, match="2 members who take part .* 3 are needed"):
        decide(world, submission)
    assert not Decision.objects.exists() and not Message.objects.filter(kind="case_decided").exists()
    settings.COMMITTEE_QUORUM = 2
    made = decide(world, submission, meeting_id=held.pk)
    assert made.meeting == held and made.decided_on == held.held_on
    assert made.minutes["present"] == ["Chair Wexcombe", "Committee Wexcombe"] and made.minutes["quorum"] == 2
    with pytest.raises(NotNow, match="stays on its agenda"):
        meetings.take_off(by=world.officer, meeting_id=held.pk, submission_id=submission.pk)


def test_by_circulation_is_named_as_such(world: World) -> None:
    submission = ready(world)
    round_ = meetings.plan(by=world.chair, kind="circulation", held_on=timezone.localdate())
    meetings.put_on(by=world.chair, meeting_id=round_.pk, submission_id=submission.pk)
    round_.refresh_from_db()
    people = [world.committee.pk, world.chair.pk]
    meetings.record_present(by=world.chair, meeting_id=round_.pk, people=people, version=round_.version)
    decide(world, submission)
    page = get(world.committee, "decision", submission.pk).content.decode()
    assert "By circulation, closed on" in page and "Minutes of the decision" in page
    assert "Minutes of the decision" not in get(world.leader, "submission", submission.pk).content.decode()


def test_a_recused_member_sees_nothing_of_the_case_and_is_not_counted(world: World, rival: World) -> None:
    submission, other = ready(world), ready(rival)
    held = panels.on_agenda(world, submission)
    meetings.put_on(by=world.officer, meeting_id=held.pk, submission_id=other.pk)
    member, title = world.committee, world.course.title
    assert title in get(member, "meeting", held.pk).content.decode()
    assert Message.objects.filter(person=member, submission=submission).exists()
    meetings.recuse(
        by=member, submission_id=submission.pk, kind="personal", reason="My brother teaches there."
    )
    for name, *args in (("meeting", held.pk), ("meetings",), ("decisions",), ("home",), ("notices",)):
        page = get(member, name, *args).content.decode()
        assert title not in page and submission.reference not in page, name
    assert "1 case." in get(member, "meetings").content.decode(), (
        "the other university's case alone is counted"
    )
    for name in ("decision", "recusal", "calibration"):
        assert get(member, name, submission.pk).status_code == 404
    assert not visible_submissions(member).filter(pk=submission.pk).exists()
    assert {hit.kind for hit in find(member, ["Wexcombe"], 10)} <= {"Course"}, (
        "that there is a course is no secret"
    )
    assert [one for one in home_office.items_for(member) if title in one.detail] == []
    assert member not in recipients.committee(submission)
    with pytest.raises(NotNow, match="1 takes no part"):
        decide(world, submission)
    # The chair of the other world stands in; the minutes tell of both.
    people = [member.pk, world.chair.pk, rival.chair.pk]
    held.refresh_from_db()
    meetings.record_present(by=world.officer, meeting_id=held.pk, people=people, version=held.version)
    made = decide(world, submission)
    assert member.full_name not in made.minutes["present"]
    assert made.minutes["away"] == [[member.full_name, "personal relationship"]]
    assert "My brother" not in str(made.minutes), "the reason itself is for officers"
    assert "personal relationship" in get(world.officer, "decision", submission.pk).content.decode()
    assert title in get(rival.committee, "meeting", held.pk).content.decode()


def test_who_belongs_to_the_institution_is_proposed_and_an_officer_settles_it(
    world: World, rival: World
) -> None:
    submission = ready(world)
    User.objects.filter(pk=world.committee.pk).update(institution=world.institution)
    held = panels.on_agenda(world, submission)
    (one,) = committee.away([submission])[submission.pk]
    assert one.proposed and one.why == "belongs to the institution"
    with pytest.raises(NotNow, match="No quorum"):
        decide(world, submission)
    lift: dict[str, Any] = {"submission_id": submission.pk, "person_id": world.committee.pk}
    for who in (world.chair, world.committee, world.lead, world.leader, rival.chair, rival.leader):
        with pytest.raises((NotAllowed, Invalid)):
            meetings.takes_part(by=who, reason="Honorary only.", **lift)
    with pytest.raises(Invalid):
        meetings.takes_part(by=world.officer, reason=" ", **lift)
    meetings.takes_part(by=world.officer, reason="An honorary post that ended.", **lift)
    assert committee.away([submission])[submission.pk] == []
    with pytest.raises(NotNow, match="takes part in this case already"):
        meetings.takes_part(by=world.officer, reason="Again.", **lift)
    recused = meetings.recuse(by=world.officer, kind="employer", reason="It has not ended.", **lift)
    assert meetings.recuse(by=world.officer, kind="employer", reason="Twice.", **lift) == recused
    assert Conflict.objects.filter(user=world.committee, blocks=True).count() == 1
    with pytest.raises(NotNow, match="No quorum"):
        decide(world, submission)
    meetings.takes_part(by=world.officer, reason="Recorded in error.", **lift)
    assert decide(world, submission).meeting == held
    verbs = list(AuditEvent.objects.filter(verb__startswith="committee.").values_list("verb", flat=True))
    assert sorted(verbs) == ["committee.recused"] + ["committee.takes_part"] * 2


def test_meetings_are_kept_by_officers_and_the_chair_alone(world: World, rival: World) -> None:
    submission = ready(world)
    keepers = (world.officer, world.chair, rival.officer, rival.chair)
    held = panels.on_agenda(world, submission, present=False)
    for name, who in [*panels.everyone(world), *panels.everyone(rival)]:
        if who in keepers:
            continue
        with pytest.raises(NotAllowed):
            meetings.plan(by=who, kind="meeting", held_on=timezone.localdate())
        with pytest.raises(NotAllowed):
            meetings.put_on(by=who, meeting_id=held.pk, submission_id=submission.pk)
        with pytest.raises(NotAllowed):
            meetings.take_off(by=who, meeting_id=held.pk, submission_id=submission.pk)
        with pytest.raises(NotAllowed):
            meetings.record_present(by=who, meeting_id=held.pk, people=[], version=held.version)
        with pytest.raises(NotAllowed):
            meetings.announce(by=who, meeting_id=held.pk, version=held.version)
        if who not in (world.committee, rival.committee):
            with pytest.raises(NotAllowed):
                meetings.recuse(by=who, submission_id=submission.pk, kind="other", reason=name)
            assert get(who, "meeting", held.pk).status_code == 403
            assert get(who, "meetings").status_code == 403
    with pytest.raises(Invalid):
        meetings.plan(by=world.officer, kind="walk", held_on=None, link="javascript:alert(1)")
    with pytest.raises(Invalid):
        people = [world.leader.pk]
        meetings.record_present(by=world.officer, meeting_id=held.pk, people=people, version=held.version)
    with pytest.raises(Stale):
        meetings.record_present(by=world.officer, meeting_id=held.pk, people=[], version=held.version - 1)
    conflicted = make_user("Conflicted Officer", "officer")
    meetings_seen = get(conflicted, "meeting", held.pk).content.decode()
    assert world.course.title in meetings_seen
    conflicts.declare_conflict(by=conflicted, submission_id=submission.pk, kind="employer")
    assert world.course.title not in get(conflicted, "meeting", held.pk).content.decode()
    with pytest.raises(Submission.DoesNotExist):
        meetings.take_off(by=conflicted, meeting_id=held.pk, submission_id=submission.pk)


def test_members_are_told_of_an_agenda_once_for_each_version_and_of_no_case(world: World) -> None:
    submission = ready(world)
    day = timezone.localdate() + timedelta(days=14)
    coming = panels.on_agenda(world, submission, on=day, present=False)
    assert meetings.announce(by=world.officer, meeting_id=coming.pk, version=coming.version) == 2
    with pytest.raises(NotNow, match="told of this agenda"):
        meetings.announce(by=world.officer, meeting_id=coming.pk, version=coming.version)
    sent = Message.objects.filter(kind="agenda_ready")
    assert {message.person for message in sent} == {world.committee, world.chair}
    assert all(submission.reference not in str(message.context) for message in sent)
    meetings.take_off(by=world.officer, meeting_id=coming.pk, submission_id=submission.pk)
    coming.refresh_from_db()
    meetings.announce(by=world.officer, meeting_id=coming.pk, version=coming.version)
    assert sent.all().count() == 4 and sent.filter(context__again=True).count() == 2


def test_home_says_what_waits_for_a_meeting(world: World, rival: World) -> None:
    submission = ready(world)
    titles = [(one.title, one.url) for one in home.items_for(world.officer)]
    assert ("Put a case on an agenda", reverse("decision", args=[submission.pk])) in titles
    held = panels.on_agenda(world, submission, present=False)
    titles = [(one.title, one.url) for one in home.items_for(world.chair)]
    assert ("Record who was present", reverse("meeting", args=[held.pk])) in titles
    assert "Put a case on an agenda" not in [one.title for one in home.items_for(world.officer)]
    for who in (world.leader, world.lead, rival.leader, world.outsider):
        assert home.items_for(who) == []


def test_pages_of_a_meeting_do_all_of_it(world: World) -> None:
    submission = ready(world)
    client = client_of(world.officer)
    form = client.get(reverse("meeting_plan")).context["form"]
    today = timezone.localdate()
    typed = {
        "form_key": str(form["form_key"].value()), "version": "0", "kind": "online", "starts_at": "10.30",
        "held_on_day": today.day, "held_on_month": today.month, "held_on_year": today.year, "link": "nonsense",
    }  # fmt: skip
    assert client.post(reverse("meeting_plan"), typed).status_code == 422
    for _ in range(2):
        client.post(reverse("meeting_plan"), typed | {"link": "https://meet.example/case"})
    meeting = Meeting.objects.get()
    at = reverse("meeting", args=[meeting.pk])
    client.post(reverse("meeting_put_on", args=[meeting.pk]), {"submission": submission.pk})
    page = client.get(at).content.decode()
    assert world.course.title in page and "for CASE to confirm" in page
    version = client.get(at).context["meeting"].version
    people = [str(world.committee.pk), str(world.chair.pk)]
    client.post(reverse("meeting_present", args=[meeting.pk]), {"people": people, "version": version})
    assert "Quorum" in client.get(at).content.decode()
    record = client_of(world.chair).get(reverse("decision_record", args=[submission.pk]))
    assert record.context["form"]["meeting_id"].initial == str(meeting.pk)


@pytest.mark.parametrize("many", [1, 12])
def test_an_agenda_asks_the_database_as_often_for_many_as_for_one(
    world: World, many: int, django_assert_max_num_queries: Any
) -> None:
    meeting = panels.on_agenda(world, ready(world))
    for number in range(1, many):
        meetings.put_on(
            by=world.officer,
            meeting_id=meeting.pk,
            submission_id=panels.signed(make_world(f"Uni {number}")).pk,
        )
    client = client_of(world.chair)
    with django_assert_max_num_queries(22):
        assert len(client.get(reverse("meeting", args=[meeting.pk])).context["rows"]) == many
