"""A mentor without an account signs behind a link and a code, for one student only; and says afterwards whether it was they."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import AuditEvent, Job, Message, User
from accreditation.services import sending
from mentors.models import Mentor
from mentors.services import addresses, register
from portfolios import signing as tokens
from portfolios.enums import AppraisalState
from portfolios.models import Appraisal, Dispute, Signature, SigningLink, SigningSession
from portfolios.presenters.progress import progress_of
from portfolios.selectors import open_links
from portfolios.services import contracts, portfolios, scans, signed, signing
from portfolios.services.appraisals import Appraised
from tests.people import Clinic, days_ago

pytestmark = pytest.mark.django_db

GOOD = Appraised(grade="good", comment="Sound")


@pytest.fixture
def remote(clinic: Clinic) -> Clinic:
    """A clinic whose mentor has no account any more, with three scans that wait, and an address that the course made sure of."""
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None, email="mentor@nhs.example")
    clinic.mentor.refresh_from_db()
    addresses.check_address(by=clinic.world.leader, mentor_id=clinic.mentor.pk, address="mentor@nhs.example")
    entries = [clinic.entry(on=days_ago(9 - n)) for n in range(3)]
    scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
    return clinic


def ask(clinic: Clinic) -> SigningLink:
    return signing.ask_mentor(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, mentor_id=clinic.mentor.pk
    )


def send_mail() -> list[Any]:
    """What the worker would send now."""
    outbox.outbox = []
    for job in Job.objects.filter(task="accreditation.tasks.send_mail", state="waiting"):
        sending.send(job_id=job.pk)
    return list(outbox.outbox)


def session_for(clinic: Clinic, link: SigningLink | None = None) -> SigningSession:
    link = link or ask(clinic)
    signing.send_code(link_id=link.pk)
    link.refresh_from_db()
    return signing.enter(link_id=link.pk, code=tokens.code_of(link))[0]


def sign(session: SigningSession, number: int = 1, **changes: Any) -> Appraisal:
    scan = session.link.portfolio.scans.get(number=number)
    values = {"scan_id": scan.pk, "version": scan.version, "said": GOOD, "state": AppraisalState.AGREED}
    return signed.appraise_by_link(session=session, **(values | changes))


def path_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/signing/\S+)", text)
    assert found, text
    return found[1]


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_whole_way_through_mails_and_pages(remote: Clinic) -> None:
    mine = sign_in(remote.student_user)
    page = mine.get(reverse("signing_asked", args=[remote.portfolio.pk])).content.decode()
    assert "3 scans to appraise" in page and "Ask by e-mail" in page
    send_mail()  # what enrolment told them
    mine.post(reverse("signing_ask", args=[remote.portfolio.pk, remote.mentor.pk]))
    (first,) = send_mail()
    assert first.to == ["mentor@nhs.example"]
    mentor = Client()
    home = mentor.get(path_in(first.body))
    assert home.status_code == 302 and home["Referrer-Policy"] == "no-referrer"
    page = mentor.get(home["Location"]).content.decode()
    assert "Send me the code" in page and remote.portfolio.student.full_name not in page
    assert SigningLink.objects.get().codes == 0 and send_mail() == []  # opening changed nothing
    mentor.post(home["Location"], {"send": "1"})
    (second,) = send_mail()
    code = re.search(r"\d{4} \d{4}", second.body)
    assert code
    assert mentor.post(home["Location"], {"code": "00000000"}).status_code == 409
    assert mentor.post(home["Location"], {"code": code[0]}).status_code == 302
    page = mentor.get(home["Location"]).content.decode()
    assert remote.portfolio.student.full_name in page
    link = SigningLink.objects.get()
    answer = mentor.post(
        reverse("signing_scan", args=[link.pk, 1]),
        {"version": "1", "grade": "good", "say": "agreed", "comment": "Sound"},
    )
    assert answer["Location"] == reverse("signing_scan", args=[link.pk, 2])
    mentor.post(reverse("signing_finish", args=[link.pk]))
    assert mentor.get(home["Location"]).status_code == 404
    row = Appraisal.objects.get()
    assert (row.mentor, row.by_user, row.state) == (remote.mentor, None, AppraisalState.AGREED)
    assert progress_of(remote.portfolio).appraised == 1
    (third,) = send_mail()
    assert "Scan 1 of" in third.body and "was this you" in third.subject
    check = mentor.get(path_in(third.body))
    assert "This was not me" in mentor.get(check["Location"]).content.decode()
    mentor.post(check["Location"], {"say": "me"})
    assert SigningSession.objects.get().confirmed_at is not None
    assert mentor.post(check["Location"], {"say": "not_me"}).status_code == 409
    # nothing of it lets anybody in again
    kept = "\n".join(
        serializers.serialize("json", model._default_manager.all())
        for model in (Message, Job, SigningLink, SigningSession, AuditEvent)
    )
    assert code[0] not in kept and code[0].replace(" ", "") not in kept
    assert (
        tokens.link_token(link.pk) not in kept
        and tokens.check_token(SigningSession.objects.get().pk) not in kept
    )
    # and the student, who asked, was shown neither
    seen = mine.get(reverse("signing_asked", args=[remote.portfolio.pk])).content.decode()
    assert "confirmed by the mentor" in seen and tokens.link_token(link.pk) not in seen


def test_the_address_must_be_the_registers_and_made_sure_of_by_office_or_course(clinic: Clinic) -> None:
    with pytest.raises(NotNow, match="has an account"):
        ask(clinic)
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None, email="")
    with pytest.raises(NotNow, match="no work address"):
        ask(clinic)
    Mentor.objects.filter(pk=clinic.mentor.pk).update(email="mentor@nhs.example")
    with pytest.raises(NotNow, match="Nobody has made sure"):
        ask(clinic)
    clinic.mentor.refresh_from_db()
    for user in (clinic.student_user, clinic.mentor_user, clinic.world.outsider, clinic.world.lead):
        with pytest.raises(NotAllowed):
            addresses.check_address(by=user, mentor_id=clinic.mentor.pk, address="mentor@nhs.example")
    with pytest.raises(Stale):
        addresses.check_address(
            by=clinic.world.officer, mentor_id=clinic.mentor.pk, address="other@nhs.example"
        )
    addresses.check_address(by=clinic.world.officer, mentor_id=clinic.mentor.pk, address="mentor@nhs.example")
    with pytest.raises(NotNow, match="Nothing waits"):
        ask(clinic)
    scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    link = ask(clinic)
    assert open_links().filter(pk=link.pk).exists()
    register.correct_entry(  # another address: the link that went to the old one opens no more
        by=clinic.world.officer,
        mentor_id=clinic.mentor.pk,
        version=Mentor.objects.get().version,
        email="new@nhs.example",
    )
    assert not open_links().filter(pk=link.pk).exists()
    with pytest.raises(NotNow, match="Nobody has made sure"):
        ask(clinic)


def test_nobody_signs_for_themselves_or_asks_for_others(remote: Clinic, rivals: Clinic) -> None:
    Mentor.objects.filter(pk=remote.mentor.pk).update(email=remote.student_user.email)
    remote.mentor.refresh_from_db()
    addresses.check_address(
        by=remote.world.leader, mentor_id=remote.mentor.pk, address=remote.student_user.email
    )
    with pytest.raises(NotAllowed, match="own address"):
        ask(remote)
    for user in (remote.world.leader, rivals.student_user, remote.world.officer):
        with pytest.raises(NotAllowed):
            signing.ask_mentor(by=user, portfolio_id=remote.portfolio.pk, mentor_id=remote.mentor.pk)
    with pytest.raises(NotAllowed, match="not in your supervisory team"):
        signing.ask_mentor(
            by=remote.student_user, portfolio_id=remote.portfolio.pk, mentor_id=rivals.mentor.pk
        )


def test_a_session_is_bound_to_one_student_and_one_mentor(remote: Clinic, rivals: Clinic) -> None:
    foreign = scans.log_scan(by=rivals.student_user, portfolio_id=rivals.portfolio.pk, entry=rivals.entry())
    session = session_for(remote)
    with pytest.raises(NotAllowed):
        sign(session, scan_id=foreign.pk)
    with pytest.raises(NotAllowed):
        signed.sign_by_link(
            session=session, contract_id=rivals.contract.pk, name=remote.mentor.full_name,
            text_sha256=rivals.contract.text_sha256,
        )  # fmt: skip
    client = Client()
    other = SigningLink.objects.create(
        portfolio=rivals.portfolio, mentor=rivals.mentor, asked_by=rivals.student_user, address="a@b.example",
        token_sha256="0" * 64, expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    home = client.get(reverse("signing_open", args=[tokens.link_token(session.link_id)]))["Location"]
    assert client.get(home).status_code == 200
    assert client.get(reverse("signing", args=[other.pk])).status_code == 404


def test_a_stale_scan_is_shown_again_before_it_is_signed(remote: Clinic) -> None:
    session = session_for(remote)
    scan = remote.portfolio.scans.get(number=1)
    scans.correct_scan(
        by=remote.student_user, scan_id=scan.pk, version=1, entry=remote.entry(on=days_ago(9), minutes=44)
    )
    with pytest.raises(Stale):
        sign(session, version=1)
    row = sign(session, version=2)
    scans.correct_scan(
        by=remote.student_user, scan_id=scan.pk, version=2, entry=remote.entry(on=days_ago(9), minutes=45)
    )
    row.refresh_from_db()
    assert row.state == AppraisalState.STALE
    assert sign(session, version=3).state == AppraisalState.AGREED


def test_the_contract_is_signed_with_the_name_of_the_register(remote: Clinic) -> None:
    new = contracts.draft_contract(by=remote.student_user, portfolio_id=remote.portfolio.pk, remit={"knee"})
    session = session_for(remote)
    values: dict[str, Any] = {"session": session, "contract_id": new.pk, "text_sha256": new.text_sha256}
    with pytest.raises(Invalid, match="name"):
        signed.sign_by_link(name="Somebody Else", **values)
    row = signed.sign_by_link(name=remote.mentor.full_name, **values)
    assert (row.user, row.mentor, row.session) == (None, remote.mentor, session)
    assert signing.unsigned_contract(remote.portfolio, remote.mentor) is None


@pytest.mark.parametrize(
    "end", ["replaced", "revoked", "used", "expired", "left the team", "too many attempts"]
)
def test_what_opens_no_more_tells_nothing(remote: Clinic, end: str) -> None:
    link = ask(remote)
    signing.send_code(link_id=link.pk)
    link.refresh_from_db()
    session, key = signing.enter(link_id=link.pk, code=tokens.code_of(link))
    client = Client()
    home = client.get(reverse("signing_open", args=[tokens.link_token(link.pk)]))["Location"]
    if end == "replaced":
        ask(remote)
    elif end == "revoked":
        signing.take_back(by=remote.student_user, link_id=link.pk)
    elif end == "used":
        signing.finish(session=session)
    elif end == "expired":
        SigningLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    elif end == "left the team":
        place = remote.portfolio.student.team.get()
        portfolios.leave_team(by=remote.world.leader, membership_id=place.pk, until=days_ago(1))
    else:
        link.refresh_from_db()
        SigningLink.objects.filter(pk=link.pk).update(code_sent_at=None)
        signing.send_code(link_id=link.pk)
        for _ in range(signing.TRIES):
            with pytest.raises(NotNow):
                signing.enter(link_id=link.pk, code="x")
        link.refresh_from_db()
        with pytest.raises(NotNow, match="opens nothing any more"):
            signing.enter(link_id=link.pk, code=tokens.code_of(link))
        return
    assert signing.session_of(link.pk, key) is None
    with pytest.raises(NotAllowed):
        sign(session)
    with pytest.raises(NotAllowed):
        signing.send_code(link_id=link.pk)
    nothing = Client().get(reverse("signing_open", args=["x"]))
    for answer in (
        client.get(home), client.post(home, {"send": "1"}),
        Client().get(reverse("signing_open", args=[tokens.link_token(link.pk)])),
        Client().get(reverse("signing", args=[uuid4()])),
    ):  # fmt: skip
        assert (answer.status_code, answer.content) == (404, nothing.content)


def test_a_code_lets_in_once_and_not_for_long(remote: Clinic) -> None:
    link = ask(remote)
    signing.send_code(link_id=link.pk)
    with pytest.raises(NotNow, match="less than a minute"):
        signing.send_code(link_id=link.pk)
    link.refresh_from_db()
    code = tokens.code_of(link)
    session, key = signing.enter(link_id=link.pk, code=f" {code[:4]} {code[4:]} ")
    with pytest.raises(NotNow):
        signing.enter(link_id=link.pk, code=code)
    SigningSession.objects.filter(pk=session.pk).update(until=timezone.now())
    assert signing.session_of(link.pk, key) is None
    with pytest.raises(NotAllowed):
        sign(session)
    SigningLink.objects.filter(pk=link.pk).update(code_sent_at=None)
    signing.send_code(link_id=link.pk)
    SigningLink.objects.filter(pk=link.pk).update(code_sent_at=timezone.now() - timedelta(minutes=16))
    link.refresh_from_db()
    assert tokens.code_of(link) != code
    with pytest.raises(NotNow):
        signing.enter(link_id=link.pk, code=tokens.code_of(link))


def test_asking_is_limited(remote: Clinic) -> None:
    for _ in range(signing.ASKS_A_DAY):
        ask(remote)
    with pytest.raises(NotNow, match="times since yesterday"):
        ask(remote)
    assert SigningLink.objects.filter(ended_at__isnull=True).count() == 1


def test_a_session_that_runs_out_is_told_too_and_once(remote: Clinic) -> None:
    session = session_for(remote)
    sign(session)
    assert signing.sweep() == 0
    SigningSession.objects.filter(pk=session.pk).update(until=timezone.now())
    assert (signing.sweep(), signing.sweep()) == (1, 0)
    signing.finish(session=SigningSession.objects.get())
    assert Message.objects.filter(kind="signed_in_your_name").count() == 1


def disputed(clinic: Clinic) -> Dispute:
    new = contracts.draft_contract(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"knee"})
    session = session_for(clinic)
    sign(session)
    sign(session, 2, said=Appraised(grade="", comment="Which side?"), state=AppraisalState.QUERIED)
    signed.sign_by_link(
        session=session, contract_id=new.pk, name=clinic.mentor.full_name, text_sha256=new.text_sha256
    )
    signing.finish(session=session)
    assert progress_of(clinic.portfolio).appraised == 1
    return signed.dispute(session_id=session.pk)


def test_a_dispute_takes_everything_out_until_the_course_settles_it(remote: Clinic, rivals: Clinic) -> None:
    found = disputed(remote)
    assert progress_of(remote.portfolio).appraised == 0
    assert set(Appraisal.objects.values_list("state", flat=True)) == {AppraisalState.REFUTED}
    told = set(Message.objects.filter(kind="signature_disputed").values_list("person", flat=True))
    assert told == {remote.student_user.pk, remote.world.leader.pk}
    scan = remote.portfolio.scans.get(number=1)
    # nothing but a settlement ends it: not a correction, not another signature, not a second answer
    scans.correct_scan(
        by=remote.student_user, scan_id=scan.pk, version=1, entry=remote.entry(on=days_ago(9), minutes=44)
    )
    assert Appraisal.objects.get(scan=scan).state == AppraisalState.REFUTED
    again = session_for(remote)
    with pytest.raises(NotNow, match="disputed"):
        sign(again, version=2)
    with pytest.raises(NotNow):
        signed.confirm(session_id=found.session_id)
    with pytest.raises(Invalid):
        signed.settle(by=remote.world.leader, dispute_id=found.pk, stands=False, reason=" ")
    for user in (remote.student_user, rivals.world.leader, remote.world.officer, remote.mentor_user):
        with pytest.raises(NotAllowed):
            signed.settle(by=user, dispute_id=found.pk, stands=True, reason="Spoken to")
    page = reverse("dispute", args=[remote.portfolio.pk, found.pk])
    seen = {
        user.full_name: sign_in(user).get(page).status_code
        for user in (remote.student_user, remote.world.leader, rivals.world.leader, remote.world.officer)
    }
    assert list(seen.values()) == [200, 200, 404, 404]
    assert "Settle the dispute" not in sign_in(remote.student_user).get(page).content.decode()
    sign_in(remote.world.leader).post(page, {"stands": "no", "reason": "Spoken to on the phone"})
    assert not Appraisal.objects.exists() and Signature.objects.filter(state="void").count() == 1
    assert sign(again, version=2).state == AppraisalState.AGREED  # the scan waits again
    with pytest.raises(NotNow):
        signed.settle(by=remote.world.leader, dispute_id=found.pk, stands=True, reason="Again")


def test_what_stands_after_all_says_again_what_it_said(remote: Clinic) -> None:
    found = disputed(remote)
    signed.settle(by=remote.world.leader, dispute_id=found.pk, stands=True, reason="It was they")
    states = dict(Appraisal.objects.values_list("scan__number", "state"))
    assert states == {1: AppraisalState.AGREED, 2: AppraisalState.QUERIED}
    assert progress_of(remote.portfolio).appraised == 1
    assert not Signature.objects.exclude(state="valid").exists()


def test_a_former_mentor_keeps_what_was_signed_and_sees_nothing_more(clinic: Clinic) -> None:
    scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    client = sign_in(clinic.mentor_user)
    page = reverse("portfolio", args=[clinic.portfolio.pk])
    assert client.get(page).status_code == 200
    place = clinic.portfolio.student.team.get()
    portfolios.leave_team(by=clinic.world.leader, membership_id=place.pk, until=days_ago(1))
    assert client.get(page).status_code == 404
    assert client.get(reverse("scan_appraise", args=[clinic.portfolio.pk, 1])).status_code == 404
    assert client.get(reverse("contract", args=[clinic.portfolio.pk, 1])).status_code == 404
    assert Signature.objects.filter(mentor=clinic.mentor, state="valid").count() == 1


def test_queries_do_not_grow_with_waiting_scans(remote: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "accreditation.views.throttle.allowed", lambda *args, **kwargs: True
    )  # counts by the minute
    link = ask(remote)
    signing.send_code(link_id=link.pk)
    link.refresh_from_db()
    client = Client()
    home = client.get(reverse("signing_open", args=[tokens.link_token(link.pk)]))["Location"]
    client.post(home, {"code": tokens.code_of(link)})
    mine = sign_in(remote.student_user)
    asked = reverse("signing_asked", args=[remote.portfolio.pk])

    def counts() -> list[int]:
        found = []
        for who, page in ((client, home), (mine, asked)):
            with CaptureQueriesContext(connection) as queries:
                assert who.get(page).status_code == 200
            found.append(len(queries))
        return found

    counts()
    first = counts()
    scans.bulk_log_scans(
        by=remote.student_user, portfolio_id=remote.portfolio.pk, entries=[remote.entry()] * 60
    )
    assert counts() == first
