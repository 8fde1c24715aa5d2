"""Passports: what they say, who may open them, what a closed link tells (nothing), and where the token stands (nowhere)."""

import hashlib
import io
import json
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from accreditation.config.logs import HidingFormatter
from accreditation.enums import BuildState
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import AuditEvent, Job, User
from accreditation.rules import regions
from portfolios.enums import PassportSection
from portfolios.models import Passport, PassportView, PortfolioFile, Presentation
from portfolios.passport import links
from portfolios.passport.content import PassportContent
from portfolios.services import appraisals, contracts, files, outcomes, passports, scans
from portfolios.tasks import MAKERS
from tests.people import Clinic, days_ago

pytestmark = pytest.mark.django_db

SECRETS = ("A reflection of my own", "Comment of the mentor", "Shoulder pain since March")


def graduate(clinic: Clinic, kind: str = "final") -> None:
    """Three scans, an unseen examination of the knee, and a ratified award."""
    entries = [
        clinic.entry(regions=frozenset({part}), on=days_ago(30), reflection=SECRETS[0], indication=SECRETS[2])
        for part in ("knee", "knee", "shoulder")
    ]
    made = scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
    said = appraisals.Appraised(grade="good", comment=SECRETS[1])
    appraisals.bulk_appraise(
        by=clinic.mentor_user, portfolio_id=clinic.portfolio.pk, said={made[0].pk: said, made[2].pk: said}
    )
    outcomes.record_assessment(
        by=clinic.world.leader, portfolio_id=clinic.portfolio.pk, kind="unseen_patient", on=days_ago(20),
        regions=["knee"], outcome="pass", assessor_name="Dr Elsewhere", signed_on=days_ago(19), case="E-1",
        comment=SECRETS[1],
    )  # fmt: skip
    outcomes.record_award(
        by=clinic.world.leader, student_id=clinic.portfolio.pk, kind=kind, ratified_on=days_ago(5),
        regions=["knee"] if kind == "interim" else (),
    )  # fmt: skip
    clinic.portfolio.student.refresh_from_db()


def make(clinic: Clinic, **changes: Any) -> Passport:
    values: dict[str, Any] = {"days": 90, "sections": PassportSection.values, "purpose": "NHS Glen"}
    return passports.make_passport(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, **(values | changes)
    )


def build(passport: Passport) -> PortfolioFile:
    job = Job.objects.get(key=f"portfolio-file:{passport.file.pk}")
    built = files.build(job_id=job.pk, makers=MAKERS)
    assert built is not None, PortfolioFile.objects.get(pk=passport.file.pk).failure
    return built


def address(passport: Passport) -> str:
    return reverse("passport_open", args=[links.token_of(passport.pk)])


def opened(passport: Passport) -> tuple[Client, str]:
    """Somebody without an account who followed the link, and what they see."""
    client = Client()
    answer = client.get(address(passport))
    assert answer.status_code == 302
    return client, client.get(answer["Location"]).content.decode()


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_it_says_is_what_the_rules_count_and_nothing_that_was_written_freely(clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic)
    held = PassportContent.read(passport.content)
    assert held.covered == ("shoulder", "knee")
    assert held.not_covered == tuple(part for part in regions.PARTS if part not in ("shoulder", "knee"))
    assert {(line.part, line.scans, line.appraised) for line in held.counts} == {
        ("shoulder", 1, 1), ("knee", 2, 1),
    }  # fmt: skip
    assert [(line.part, line.assessor) for line in held.examinations] == [("knee", "Dr Elsewhere")]
    (mentor,) = held.mentors
    assert (mentor.name, mentor.scans, mentor.words) == (clinic.mentor.full_name, 3, "Eligible for 3 scans")
    assert held.agreement is not None and held.agreement.text_sha256 == clinic.contract.text_sha256
    _, page = opened(passport)
    built = build(passport)
    from accreditation import files as store

    with store.open_blob(built.sha256) as stream:
        paper = " ".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(stream.read())).pages)
    assert "Valid now" in page and clinic.portfolio.student.full_name in page and "NHS Glen" not in page
    assert clinic.portfolio.student.full_name in paper and held.check in paper
    stored = json.dumps(passport.content)
    for words in SECRETS:
        assert words not in page and words not in paper and words not in stored


def test_an_interim_award_covers_the_regions_that_it_names(clinic: Clinic) -> None:
    graduate(clinic, "interim")
    held = PassportContent.read(make(clinic).content)
    assert held.covered == ("knee",) and "shoulder" in held.not_covered


def test_chosen_sections_only(clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic, sections=["exams"])
    _, page = opened(passport)
    assert "Dr Elsewhere" in page
    assert (
        clinic.mentor.full_name not in page + json.dumps(passport.content) and "Scans that count" not in page
    )


def test_who_makes_one_and_who_sees_it(clinic: Clinic, rivals: Clinic) -> None:
    with pytest.raises(NotNow, match="ratified"):
        make(clinic)
    graduate(clinic)
    graduate(rivals)
    passport, foreign = make(clinic), make(rivals)
    for user in (clinic.mentor_user, clinic.world.leader, clinic.world.officer, rivals.student_user):
        with pytest.raises(NotAllowed):
            passports.make_passport(by=user, portfolio_id=clinic.portfolio.pk, days=7, sections=())
        with pytest.raises(NotAllowed):
            passports.revoke_passport(by=user, passport_id=passport.pk)
        for name in ("passport", "passport_state", "passport_file", "passport_code"):
            assert (
                sign_in(user).get(reverse(name, args=[clinic.portfolio.pk, passport.pk])).status_code == 404
            )
        assert sign_in(user).get(reverse("passport_list", args=[clinic.portfolio.pk])).status_code == 404
    mine = sign_in(clinic.student_user)
    assert mine.get(reverse("passport", args=[clinic.portfolio.pk, passport.pk])).status_code == 200
    # the passport of another behind one's own portfolio
    assert mine.get(reverse("passport", args=[clinic.portfolio.pk, foreign.pk])).status_code == 404
    client, _ = opened(passport)  # and a link opens one passport only
    for name in ("passport_shown", "passport_presented", "passport_paper"):
        assert client.get(reverse(name, args=[foreign.pk])).status_code == 404
    with pytest.raises(Invalid):
        make(clinic, days=10_000)


def test_a_closed_link_tells_nothing_and_always_with_the_same_bytes(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    graduate(clinic)
    revoked, expired, alive = make(clinic), make(clinic), make(clinic)
    visitor, _ = opened(revoked)
    passports.revoke_passport(by=clinic.student_user, passport_id=revoked.pk)
    Passport.objects.filter(pk=expired.pk).update(expires_on=days_ago(1))
    asked = [
        Client().get(address(revoked)),
        Client().get(address(expired)),
        Client().get(reverse("passport_open", args=[links.token_of(uuid4())])),
        Client().get(reverse("passport_open", args=["x"])),
        visitor.get(reverse("passport_shown", args=[revoked.pk])),  # it was open there a moment ago
        Client().get(reverse("passport_shown", args=[alive.pk])),  # the page's address without the link
        Client().get(reverse("passport_shown", args=[uuid4()])),
    ]
    assert {answer.content for answer in asked} == {asked[0].content}
    assert {answer.status_code for answer in asked} == {404}
    own = {"Expires", "X-Request-ID"}  # each answer has its own clock and number
    heads = [{name: words for name, words in one.headers.items() if name not in own} for one in asked]
    assert all(head == heads[0] for head in heads)
    monkeypatch.setattr(
        "accreditation.views.throttle.allowed", lambda *args, **kwargs: True
    )  # counts by the minute
    counts = set()
    for link in (address(revoked), address(expired), reverse("passport_open", args=["x"])):
        with CaptureQueriesContext(connection) as queries:
            Client().get(link)
        counts.add(len(queries))
    assert len(counts) == 1  # the same work, so the same time


def test_rate_limited(clinic: Clinic) -> None:
    # 30 a minute: also where a minute ends in between, the 61st is one too many
    answers = [Client().get(reverse("passport_open", args=[f"t{n}"])).status_code for n in range(61)]
    assert answers[:30] == [404] * 30 and answers[-1] == 429


def test_the_token_stands_in_no_table_no_audit_no_log_and_no_referrer(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    graduate(clinic)
    passport = make(clinic)
    token = links.token_of(passport.pk)
    with caplog.at_level(logging.DEBUG):
        answer = Client().get(address(passport))
        Client().get(address(passport) + "?a=1")
        passports.revoke_passport(by=clinic.student_user, passport_id=passport.pk)
        Client().get(address(passport))  # Django logs “Not Found” with the address
    lines = [HidingFormatter("%(message)s").format(record) for record in caplog.records]
    assert any("/passport/…" in line for line in lines) and token not in "\n".join(lines)
    assert answer["Referrer-Policy"] == "no-referrer" and token not in answer["Location"]
    assert token not in str(answer.cookies) and "no-store" in answer["Cache-Control"]
    held = "\n".join(
        serializers.serialize("json", model._default_manager.all())
        for model in (Passport, PassportView, PortfolioFile, Presentation, AuditEvent, Job)
    )
    assert passport.number in held and token not in held
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token}%"])  # noqa: S608
                assert cursor.fetchone() == (0,), table


def test_a_traceback_holds_no_token_either() -> None:
    try:
        raise ValueError("/passport/Zm9vYmFy/ and /mentors/confirm/abc:def/")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "at %s", ("/passport/Zm9vYmFy/?a",), None)
        import sys

        record.exc_info = sys.exc_info()
    line = HidingFormatter("%(message)s").format(record)
    assert "Zm9vYmFy" not in line and "abc:def" not in line and "/passport/…/?a" in line


def test_views_are_recorded_by_the_hour_once_for_each_opening(clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic)
    client, _ = opened(passport)
    client.get(reverse("passport_shown", args=[passport.pk]) + "?asked=1&list=knee")
    opened(passport)
    Client().head(address(passport))
    assert passport.views.count() == 2
    assert all((view.hour.minute, view.hour.second) == (0, 0) for view in passport.views.all())
    viewed = AuditEvent.objects.filter(verb="passport.viewed")
    assert viewed.count() == 2 and "127.0.0.1" not in json.dumps(list(viewed.values()), default=str)
    page = sign_in(clinic.student_user).get(reverse("passport", args=[clinic.portfolio.pk, passport.pk]))
    assert "Opened 2 times" in page.content.decode()


def test_the_scan_list_says_what_is_covered_and_what_is_not(clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic)
    client, _ = opened(passport)
    address_ = reverse("passport_shown", args=[passport.pk])
    page = client.get(address_ + "?asked=1&list=knee&list=elbow&list=intervention").content.decode()
    answer = page.split('class="passport-answer"')[1].split("</form>")[0]
    assert "Elbow and Guided intervention" in answer and answer.index("Not covered") < answer.index(
        "<p>Knee."
    )
    assert "Nothing was ticked" in client.get(address_ + "?asked=1").content.decode()
    assert client.get(address_ + "?asked=1&list=moon").status_code == 200


def test_presented_is_recorded_once_and_decides_ps3_2_but_for_a_professional_body(clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic)
    client, _ = opened(passport)
    address_ = reverse("passport_presented", args=[passport.pk])
    assert client.post(address_, {"to": "employer"}).status_code == 422
    said = {"to": "employer", "recipient": "NHS Glen", "shown": ["award", "portfolio"]}
    assert client.post(address_, said).status_code == 302
    assert client.post(address_, said).status_code == 302  # pressed twice
    row = Presentation.objects.get()
    assert (row.to, row.recipient, row.award, row.portfolio_shown, row.passport) == (
        "employer", "NHS Glen", True, True, passport,
    )  # fmt: skip
    assert (
        "Recorded as presented" in client.get(reverse("passport_shown", args=[passport.pk])).content.decode()
    )
    other, _ = opened(passport)
    other.post(address_, said | {"to": "body", "recipient": "A college"})
    from accreditation.facts import gather

    (student,) = gather(clinic.world.course, timezone.localdate()).students
    assert [(one.to, one.included) for one in student.presentations] == [("employer", ("award", "portfolio"))]
    passports.revoke_passport(by=clinic.student_user, passport_id=passport.pk)
    assert other.post(address_, said).status_code == 404


def test_it_is_superseded_when_the_record_says_something_else(clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic, sections=["counts"])
    other = make(clinic, sections=["exams"])
    scans.log_scan(  # of one's own, after the award: it changes nothing that counts
        by=clinic.student_user,
        portfolio_id=clinic.portfolio.pk,
        entry=clinic.entry(on=days_ago(1), supervision="none"),
    )
    assert "Valid now" in opened(passport)[1]
    outcomes.record_assessment(
        by=clinic.world.leader, portfolio_id=clinic.portfolio.pk, kind="unseen_patient", on=days_ago(20),
        regions=["shoulder"], outcome="pass", assessor_name="Dr Elsewhere", signed_on=days_ago(19), case="E-2",
    )  # fmt: skip
    assert "Valid now" in opened(passport)[1]  # it does not show examinations
    page = opened(other)[1]
    assert "Superseded" in page and "the examinations" in page
    contract = contracts.draft_contract(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, remit={"knee"}
    )
    for user, party in (
        (clinic.student_user, "student"), (clinic.mentor_user, "mentor"), (clinic.world.leader, "institution"),
    ):  # fmt: skip
        contracts.sign_contract(
            by=user,
            contract_id=contract.pk,
            party=party,
            name=user.full_name,
            text_sha256=contract.text_sha256,
        )
    assert "the remit" in opened(passport)[1]


@override_settings(DEMO=True)
def test_the_paper_is_sealed_and_anybody_can_check_it(clinic: Clinic, rivals: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic)
    held = PassportContent.read(passport.content)

    def ask(**given: str) -> str:
        return Client().post(reverse("verify"), given).content.decode()

    built = build(passport)
    assert built.state == BuildState.BUILT and built.sealed
    name = clinic.portfolio.student.full_name
    for page in (ask(number=held.number, check=held.check), ask(by_file="1", sum=built.sha256)):
        assert "Genuine and valid" in page and name in page and "Shoulder and knee" in page
    for page in (
        ask(number=held.number),
        ask(number=held.number, check="AAAAAAAAAA"),
        ask(number="CASE-P-AAAAAAAA", check=held.check),
    ):
        assert "No letter was found" in page and name not in page
    assert "not a file of ours" in ask(by_file="1", sum=hashlib.sha256(b"x").hexdigest())
    Passport.objects.filter(pk=passport.pk).update(expires_on=days_ago(1))
    assert "its time is over" in ask(by_file="1", sum=built.sha256)
    passports.revoke_passport(by=clinic.student_user, passport_id=passport.pk)
    page = ask(by_file="1", sum=built.sha256)
    assert "withdrawn on" in page and name not in page


def test_a_key_that_was_replaced_keeps_old_links_alive(clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic)
    link = address(passport)
    with override_settings(SECRET_KEY="n" * 60):
        assert links.address_of(passport) == ""
        assert Client().get(link).status_code == 302
    from django.conf import settings

    with override_settings(SECRET_KEY="n" * 60, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert links.address_of(passport).endswith(link)


def test_queries_do_not_grow_with_passports_views_or_scans(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "accreditation.views.throttle.allowed", lambda *args, **kwargs: True
    )  # counts by the minute
    graduate(clinic)
    passport = make(clinic)
    client, _ = opened(passport)
    mine = sign_in(clinic.student_user)
    pages = [
        (mine, reverse("passport_list", args=[clinic.portfolio.pk])),
        (mine, reverse("passport", args=[clinic.portfolio.pk, passport.pk])),
        (client, reverse("passport_shown", args=[passport.pk])),
    ]

    def counts() -> list[int]:
        found = []
        for who, page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert who.get(page).status_code == 200
            found.append(len(queries))
        return found

    counts()
    first = counts()
    for _ in range(4):
        opened(make(clinic))
        opened(passport)
    scans.bulk_log_scans(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=[clinic.entry(on=days_ago(40))] * 60
    )
    assert counts() == first


def test_the_form_makes_one_however_often_it_is_pressed(clinic: Clinic) -> None:
    graduate(clinic)
    client = sign_in(clinic.student_user)
    page = reverse("passport_list", args=[clinic.portfolio.pk])
    said = {"form_key": str(uuid4()), "days": "30", "sections": ["counts"], "purpose": "NHS Glen"}
    first, second = client.post(page, said), client.post(page, said)
    assert first["Location"] == second["Location"] and Passport.objects.count() == 1
    made = Passport.objects.get()
    assert made.expires_on == timezone.localdate() + timedelta(days=30)
    shown = client.get(first["Location"]).content.decode()
    assert links.token_of(made.pk) in shown
    code = client.get(reverse("passport_code", args=[clinic.portfolio.pk, made.pk]))
    assert code["Content-Type"] == "image/svg+xml" and b"<path" in code.content
    assert client.post(page, said | {"form_key": str(uuid4()), "days": "9"}).status_code == 422
