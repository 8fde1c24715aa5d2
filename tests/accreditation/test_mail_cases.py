"""Who is told what on the way of a case: each move tells those whose business it is, once, and nobody else."""

import re
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from accreditation import mail, notices
from accreditation.enums import BuildState, InformationMail, PanelRole
from accreditation.models import Job, Letter, Message
from accreditation.services import (
    agreeing,
    conflicts,
    decisions,
    digests,
    letters,
    replies,
    reports,
    reviews,
    sending,
)
from accreditation.services import notices as notice_service
from tests.accreditation import panels
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_the_assessors_declare(settings: Any) -> None:
    """What the course is asked about its panel is told in its own tests (test_declarations)."""
    settings.COURSE_DECLARES = False


def told() -> dict[str, set[str]]:
    """Kind → names of the people told, for all messages promised since the last look."""
    found: dict[str, set[str]] = defaultdict(set)
    for message in Message.objects.exclude(context__has_key="seen"):
        found[message.kind].add(message.person.full_name if message.person else message.address)
        message.context["seen"] = True
        message.save()
    return dict(found)


def deliver() -> list[Any]:
    """The mails that go out now."""
    before = len(outbox.outbox)
    for job in Job.objects.filter(task=mail.TASK, state="waiting"):
        sending.send(job_id=job.pk)
    return outbox.outbox[before:]


def test_the_whole_path_tells_each_person_their_part(world: World, rival: World) -> None:
    """Two worlds share the body's people: officers, chairs and members of both are told, the rival course never."""
    officers = {"Officer Wexcombe", "Officer Ravenmoor"}
    submission = panels.submitted(world)
    due = date(2027, 1, 15)
    place = reviews.assign(
        by=world.officer, submission_id=submission.pk, user_id=world.lead.pk, role="lead", due_on=due
    )
    reviews.assign(
        by=world.officer, submission_id=submission.pk, user_id=world.lead.pk, role="lead", due_on=due
    )
    assert told() == {"panel_invited": {"Lead Wexcombe"}}
    (invitation,) = deliver()
    assert "wanted by 15 January 2027" in invitation.body
    assert f"http://testserver/reviews/invitations/{place.pk}/" in invitation.body
    reviews.answer_invitation(by=world.lead, assignment_id=place.pk, accept=True)
    second = reviews.assign(by=world.officer, submission_id=submission.pk, user_id=rival.co.pk, role="co")
    reviews.answer_invitation(by=rival.co, assignment_id=second.pk, accept=False, reason="On leave")
    assert told() == {
        "invitation_accepted": officers, "panel_invited": {"Co Ravenmoor"}, "invitation_declined": officers,
    }  # fmt: skip
    assert all("On leave" not in one.body for one in deliver())
    panels.seat(submission, world.officer, world.co, PanelRole.CO)
    panels.seat(submission, world.officer, world.shadow, PanelRole.SHADOW)
    reviews.start_assessment(by=world.officer, submission_id=submission.pk)
    assert told()["assessment_started"] == {"Lead Wexcombe", "Co Wexcombe", "Shadow Wexcombe"}
    panels.judge_all(submission, world.lead)
    panels.judge_all(submission, world.co)
    reviews.finish(by=world.lead, submission_id=submission.pk)
    assert told() == {}
    reviews.finish(by=world.co, submission_id=submission.pk)
    assert told() == {"judgements_in": {"Lead Wexcombe", "Co Wexcombe"}}
    agreeing.agree_equal(by=world.lead, submission_id=submission.pk)
    report = reports.report_of(submission)
    reports.save_report(by=world.lead, submission_id=submission.pk, summary="Sound.", version=report.version)
    for _ in range(2):
        reports.sign_report(
            by=world.lead, submission_id=submission.pk, version=reports.report_of(submission).version
        )
    assert told() == {"report_to_sign": {"Co Wexcombe"}}
    reports.sign_report(
        by=world.co, submission_id=submission.pk, version=reports.report_of(submission).version
    )
    team = {"Leader Wexcombe", "Member Wexcombe"}
    assert told() == {
        "report_released": team,  # there is no condition for the Committee to look at
        "case_reported": {"Committee Wexcombe", "Committee Ravenmoor", *officers},
    }
    replies.end(by=world.leader, submission_id=submission.pk)
    assert told() == {"case_to_decide": {"Chair Wexcombe", "Chair Ravenmoor"}}
    panels.on_agenda(world, submission)
    assert told() == {}
    values = panels.decision_values(outcome="accredit")
    decisions.decide(by=world.chair, submission_id=submission.pk, **values)
    assert told() == {
        "case_decided": {"Lead Wexcombe", "Co Wexcombe", "Shadow Wexcombe", *officers},
    }
    deliver()
    for job in Job.objects.filter(task=letters.TASK):
        letters.build(job_id=job.pk, renderer=lambda _: b"%PDF-1.7 letter", sealer=lambda *_: None)
    assert Letter.objects.filter(state=BuildState.BUILT).count() == 3  # the certificate waits for its chain
    assert told() == {
        "letter_issued": {"Leader Wexcombe", "Member Wexcombe"},
        "letter_to_approve": {*officers},
    }
    sent = [one for one in deliver() if "waits for your approval" not in one.subject]
    assert sorted(one.to[0] for one in sent) == sorted([world.leader.email, world.member.email])
    letter = Letter.objects.get(kind="decision")
    assert all(letter.number in one.body and "ccredited" not in one.body for one in sent)
    assert not any(one.attachments for one in sent)


@pytest.fixture
def committee_day(world: World) -> Any:
    """A case before the Committee, whose news is held for the daily summaries."""
    return panels.reported(world)


def test_information_comes_as_one_summary_a_day_and_a_missed_night_loses_nothing(
    world: World, committee_day: Any
) -> None:
    world.committee.refresh_from_db()
    mine = Message.objects.filter(person=world.committee)
    assert list(mine.values_list("kind", "state")) == [("case_reported", "held")]
    deliver()
    outbox.outbox.clear()
    today = timezone.localdate()
    assert digests.run(today + timedelta(days=3)) > 0
    assert digests.run(today + timedelta(days=3)) == 0
    theirs = [one for one in deliver() if one.to == [world.committee.email]]
    (summary,) = theirs
    assert summary.subject == "One new notice from CASE Accreditation"
    assert f"{committee_day.reference} went to the Committee" in summary.body
    assert f"http://testserver/decisions/{committee_day.pk}/" in summary.body
    assert mine.get(kind="case_reported").state == "summed" and mine.get(kind="case_reported").sent_at
    assert digests.run(today + timedelta(days=4)) == 0 and not deliver()


def test_no_summary_for_what_was_read_taken_away_or_not_wanted(
    world: World, rival: World, committee_day: Any
) -> None:
    deliver()
    outbox.outbox.clear()
    read = Message.objects.get(person=world.committee, kind="case_reported")
    notice_service.mark_read(by=world.committee, message_id=read.pk)
    notice_service.choose(by=rival.officer, information=InformationMail.NEVER)
    today = timezone.localdate()
    assert (
        digests.run(today) == 2
    )  # the two that are left: one officer, and the rival world's committee member
    conflicts.declare_conflict(
        by=rival.committee, submission_id=committee_day.pk, kind="employer"
    )  # after the promise, before the sending
    sent = [one.to[0] for one in deliver() if "notice" in one.subject]
    assert sent == [world.officer.email]
    assert not notices.own_notices(rival.committee).filter(submission=committee_day).exists()
    states = set(
        Message.objects.filter(person=rival.officer, kind="case_reported").values_list("state", flat=True)
    )
    assert states == {"app_only"}


def test_what_was_done_meanwhile_is_not_asked_for(world: World) -> None:
    submission = panels.submitted(world)
    place = reviews.assign(by=world.officer, submission_id=submission.pk, user_id=world.lead.pk, role="lead")
    reviews.remove_member(by=world.officer, assignment_id=place.pk, reason="Asked by mistake")
    again = reviews.assign(by=world.officer, submission_id=submission.pk, user_id=world.co.pk, role="co")
    reviews.return_to_course(by=world.officer, submission_id=submission.pk, reason="Annex A is missing")
    sent = deliver()
    assert {one.to[0] for one in sent} == {world.co.email, world.leader.email, world.member.email}
    assert all("Annex A" not in one.body for one in sent)
    assert Message.objects.get(about_id=str(place.pk)).state == "dropped"
    assert Message.objects.get(about_id=str(again.pk)).state == "sent"


def test_a_letter_that_was_replaced_before_its_mail_went_out_is_not_announced(world: World) -> None:
    panels.decided(world)
    for job in Job.objects.filter(task=letters.TASK):
        letters.build(job_id=job.pk, renderer=lambda _: b"%PDF-1.7 letter", sealer=lambda *_: None)
    old = Letter.objects.get(kind="decision")
    new = letters.supersede(by=world.chair, letter_id=old.pk, reason="The name was misspelt")
    for job in Job.objects.filter(task=letters.TASK, state="waiting"):
        letters.build(job_id=job.pk, renderer=lambda _: b"%PDF-1.7 letter", sealer=lambda *_: None)
    subjects = {one.subject for one in deliver() if one.to == [world.leader.email]}
    assert subjects == {f"A new decision letter replaces {old.number}"}
    assert Message.objects.filter(about_id=str(new.pk), state="sent").count() == 2


@pytest.mark.parametrize("many", [1, 45])
def test_notices_are_ones_own_and_take_as_many_queries_for_many(
    world: World, rival: World, many: int, client: Any, django_assert_max_num_queries: Any
) -> None:
    submission = panels.submitted(world)
    for number in range(many):
        Message.objects.create(
            kind="letter_issued", key=f"k{number}", person=world.leader, address=world.leader.email,
            submission=submission, path="/letters/", state="app_only",
            context={"letter": "decision letter", "course": world.course.title, "number": number},
        )  # fmt: skip
    client.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("notices"))
    with django_assert_max_num_queries(7):  # session, person, roles, unread and their cases, count, page
        page = client.get(reverse("notices")).content.decode()
    assert page.count("Mark as read<") == min(many, 30)
    assert f"Notices: {many} new" in page
    one = Message.objects.filter(person=world.leader).first()
    assert one
    for name, user in [*panels.everyone(world), *panels.everyone(rival)]:
        if user.pk != world.leader.pk:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            assert client.post(reverse("notice_read", args=[one.pk])).status_code == 404, name
            assert "decision letter" not in client.get(reverse("notices")).content.decode()
            client.post(reverse("notices_read"), {"until": str(one.pk)})
    assert notices.unread(world.leader) == many
    client.force_login(world.leader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("notice_read", args=[one.pk])).status_code == 405
    client.post(reverse("notice_read", args=[one.pk]))
    assert notices.unread(world.leader) == many - 1
    client.post(reverse("notices_read"), {"until": str(one.pk)})
    assert notices.unread(world.leader) == 0


def test_a_person_chooses_what_comes_by_mail(world: World, client: Any, committee_day: Any) -> None:
    client.force_login(world.committee, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("mail_choice")
    assert client.post(address, {"information": "hourly"}).status_code == 422
    assert client.post(address, {"information": "never"}).status_code == 302
    assert re.search(r'<input[^>]*value="never"[^>]*checked', client.get(address).content.decode())
    assert Message.objects.get(person=world.committee).state == "app_only"
