"""What is told about a portfolio: each party in its turn, a question once a day, waiting scans once a week."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.utils import timezone

from accreditation import mail, notices
from accreditation.models import Job, Message
from accreditation.services import sending
from mentors.models import Mentor
from portfolios.demo.clock import at
from portfolios.models import Scan, TeamMembership
from portfolios.services import contracts, scans, telling
from tests.people import Clinic, days_ago

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 1)


def told(kind: str) -> set[str]:
    return {one.person.full_name for one in Message.objects.filter(kind=kind) if one.person}


def deliver(kind: str) -> list[Any]:
    before = len(outbox.outbox)
    for message in Message.objects.filter(kind=kind):
        for job in Job.objects.filter(key=mail.queue_key(message), state="waiting"):
            sending.send(job_id=job.pk)
    return outbox.outbox[before:]


def test_each_party_is_asked_in_its_turn_and_no_mail_names_the_student(clinic: Clinic) -> None:
    Message.objects.all().delete()
    student, mentor, leader = clinic.student_user, clinic.mentor_user, clinic.world.leader
    draft = contracts.draft_contract(by=leader, portfolio_id=clinic.portfolio.pk, remit=["knee"])
    assert told("contract_to_sign") == {student.full_name}
    for party, who in (("student", student), ("mentor", mentor)):
        contracts.sign_contract(
            by=who, contract_id=draft.pk, party=party, name=who.full_name, text_sha256=draft.text_sha256
        )
    assert {student.full_name, mentor.full_name, leader.full_name} <= told("contract_to_sign")
    sent = deliver("contract_to_sign")
    assert leader.email in {one.to[0] for one in sent}
    assert not {student.email, mentor.email} & {one.to[0] for one in sent}  # signed before the worker came
    for one in sent:
        assert student.full_name not in one.subject + one.body


def test_what_was_signed_or_replaced_is_no_news_any_more(clinic: Clinic) -> None:
    Message.objects.all().delete()
    student, mentor, leader = clinic.student_user, clinic.mentor_user, clinic.world.leader

    def unread() -> dict[str, int]:
        return {
            who.full_name: notices.unread(who) for who in (student, mentor, leader) if notices.unread(who)
        }

    contracts.draft_contract(by=leader, portfolio_id=clinic.portfolio.pk, remit=["knee"])
    assert unread() == {student.full_name: 1}
    draft = contracts.draft_contract(by=leader, portfolio_id=clinic.portfolio.pk, remit=["knee", "shoulder"])
    assert unread() == {student.full_name: 1}  # of the version that holds
    for party, who, then in (
        ("student", student, {mentor.full_name: 1}),
        ("mentor", mentor, {leader.full_name: 1}),
        ("institution", leader, {}),
    ):
        contracts.sign_contract(
            by=who, contract_id=draft.pk, party=party, name=who.full_name, text_sha256=draft.text_sha256
        )
        assert unread() == then


def test_waiting_scans_are_told_once_a_week_to_who_still_mentors(clinic: Clinic, rivals: Clinic) -> None:
    Scan.objects.all().delete()
    for one in (clinic, rivals):
        for day in (3, 4):
            entry = one.entry(on=days_ago(day))
            scans.log_scan(by=one.student_user, portfolio_id=one.portfolio.pk, entry=entry)
    Scan.objects.update(created_at=timezone.now() - timedelta(days=1))
    with at(MONDAY + timedelta(days=2), 9):  # the nights of Monday and Tuesday were missed
        assert telling.run() == 2 and telling.run() == 0
        TeamMembership.objects.filter(mentor=rivals.mentor).update(until=MONDAY)
        (sent,) = deliver("appraisals_waiting")
    assert sent.to == [clinic.mentor_user.email] and sent.subject == "2 scans wait for your appraisal"
    assert "of one student wait" in sent.body and clinic.student_user.full_name not in sent.body
    with at(MONDAY + timedelta(days=7), 3):
        assert telling.run() == 0  # nobody's telephone rings at night
    Scan.objects.all().delete()
    with at(MONDAY + timedelta(days=7), 9):
        assert telling.run() == 0 and Mentor.objects.exists()
