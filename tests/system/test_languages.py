"""Strings ready for Welsh: every page that people without an account read, asked for in an invented language.

The invented language stands in for Welsh and puts marks around every string of the catalogue, ⟦so⟧, and around what Django's
own Welsh catalogue has, such as the names of months. Values that a sentence takes in stand outside the marks. What is then
left without marks must be data: names and numbers that the test put there itself, or words that the page declares as English.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as project
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import trans_real

from accreditation import wording
from accreditation.letters import render
from accreditation.letters.render import NOUNS
from accreditation.letters.shape import LetterContent
from accreditation.mail_text import words_of
from accreditation.models import AuditEvent, Decision, Letter, Message
from accreditation.presenters.verdicts import LETTERS, sentence
from accreditation.rules import regions
from accreditation.services.verification import Status, Verdict
from accreditation.signing_in import guessing
from accreditation.templatetags import case
from accreditation.views import errors
from accreditation.views.languages import PAGES
from mentors import links
from mentors.models import Mentor
from mentors.reminders import due_day
from mentors.services import addresses, periods, qualifications
from portfolios import signing
from portfolios.models import Student
from portfolios.passport import paper
from portfolios.passport.content import PassportContent
from portfolios.services import passports, scans
from tests.accreditation.decided import with_letters
from tests.accreditation.test_directory import built
from tests.people import Clinic, days_ago, make_clinic
from tests.portfolios.test_passports import address, graduate, make
from tests.portfolios.test_signing import ask
from tests.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db
CATALOGUE = Path(project.ROOT) / "accreditation/locale/cy/LC_MESSAGES/django.po"
VALUE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|<[^>]+>|&\w+;")
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title", "data-label", "label"}
SILENT = {"script", "style", "svg"}  # a figure has its numbers as a table, and its name in aria-label
# Left as they are in every language, with the reason.
PROPER = [
    "CASE",  # the body's name
    "English", "Cymraeg",  # each language under its own name, in the footer
    "PDF", "CSV", "JSON",  # kinds of files
]  # fmt: skip


def messages() -> Iterator[str]:
    """The strings of the catalogue, singular and plural, without their translations."""
    text = CATALOGUE.read_text()
    for found in re.finditer(r'^msgid(?:_plural)? ((?:"(?:[^"\\]|\\.)*"\n)+)', text, re.MULTILINE):
        parts = re.findall(r'"((?:[^"\\]|\\.)*)"', found[1])
        if whole := "".join(parts).replace(r"\"", '"').replace(r"\n", "\n").replace(r"\\", "\\"):
            yield whole


def marked(message: str) -> str:
    """The message in marks; what it takes in, and its tags, stand outside."""
    parts, at = [], 0
    for value in VALUE.finditer(message):
        parts += [message[at : value.start()], value[0]]
        at = value.end()
    parts.append(message[at:])
    return "".join(f"⟦{one}⟧" if place % 2 == 0 and one.strip() else one for place, one in enumerate(parts))


class Invented(NullTranslations):
    """What stands in for a Welsh catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.known = set(messages())
        self.own = trans_real.DjangoTranslation("cy")

    def gettext(self, message: str) -> str:
        known = message in self.known or self.own.gettext(message) != message
        return marked(message) if known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return "cy"

    def to_language(self) -> str:
        return "cy"


@pytest.fixture
def welsh(settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody without an account whose browser asks for Welsh, with the invented catalogue in its place."""
    settings.LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]  # type: ignore[attr-defined]
    monkeypatch.setitem(trans_real._translations, "cy", Invented())
    return Client(headers={"accept-language": "cy, en;q=0.5"})


class Reader(HTMLParser):
    """Everything that a page says, but for what it declares as English."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.language = ""
        self.within: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = dict(attrs)
        self.language = self.language or str(had.get("lang", ""))
        silent = tag in SILENT or (tag != "html" and had.get("lang") == "en-GB") or self._silent()
        if not silent:
            self.said += [
                str(value)
                for name, value in attrs
                if value and (name in SPOKEN or name.startswith("data-say"))
            ]
        if tag not in {"meta", "link", "img", "input", "br", "hr", "path", "rect", "circle", "line"}:
            self.within.append((tag, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass  # parts of drawings

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._silent():
            self.said.append(data)

    def _silent(self) -> bool:
        return bool(self.within) and self.within[-1][1]


def unmarked(html: str, *data: str) -> list[str]:
    """What the page says outside of marks, without the given data: nothing, where the page is whole."""
    reader = Reader()
    reader.feed(html)
    assert reader.language == "cy"
    left = []
    for said in reader.said:
        rest = re.sub(r"⟦[^⟦⟧]*⟧", " ", said)
        for known in sorted([*data, *PROPER], key=len, reverse=True):
            rest = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", " ", rest)
        if WORD.search(rest):
            left.append(" ".join(said.split()))
    return left


# The pages that need no data; the others are tried below, each with its own.
PLAIN = (
    *("home", "employers", "employers_leaf", "about", "accessibility", "privacy", "directory", "verify"),
    *("account_login", "account_inactive", "account_signup"),
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done"),
)
OTHERS = {
    *("directory_course", "verify_letter", "mfa_authenticate", "account_reset_password_from_key"),
    *("passport_open", "passport_shown", "passport_presented"),
    *("mentor_link", "signing_open", "signing"),
}


@pytest.fixture
def clinic(world: World) -> Clinic:
    return make_clinic(world)


def read(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer
    html: str = answer.content.decode()
    return html


def test_every_page_that_is_offered_in_welsh_is_tried_here() -> None:
    assert {*PLAIN, *OTHERS} == PAGES


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_is_whole(welsh: Client, name: str) -> None:
    addresses = (project.SITE_ORIGIN + reverse("verify"), project.SITE_ORIGIN + reverse("employers"))
    assert unmarked(read(welsh.get(reverse(name))), *addresses) == []


def test_what_is_missing_in_a_form_is_said_in_the_language(welsh: Client) -> None:
    assert unmarked(read(welsh.post(reverse("account_login"), {"login": "x", "password": ""}))) == []
    wrong = welsh.post(reverse("account_login"), {"login": "a@b.example", "password": "wrong"})
    assert unmarked(read(wrong), "a@b.example") == []
    assert unmarked(read(welsh.post(reverse("account_reset_password"), {"email": ""}))) == []
    for body in (
        {"number": ""},
        {"by_file": "1"},
        {"number": "CASE-L-1"},
        {"number": "CASE-L-1", "check": "A1"},
    ):
        assert unmarked(read(welsh.post(reverse("verify"), body)), "CASE-L-1", "A1") == []
    assert unmarked(read(welsh.post(reverse("verify"), {"by_file": "1", "sum": "a" * 64}))) == []


def test_a_new_password(welsh: Client, world: World) -> None:
    bad = reverse("account_reset_password_from_key", args=["1", "no-key"])
    assert unmarked(read(welsh.get(bad))) == []
    key = EmailAwarePasswordResetTokenGenerator().make_token(world.leader)
    good = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(world.leader), key])
    page = welsh.get(good, follow=True)
    assert unmarked(read(page)) == []
    here = page.redirect_chain[-1][0]
    assert unmarked(read(welsh.post(here, {"password1": "short", "password2": "other"}))) == []
    assert unmarked(read(welsh.post(here, {"password1": "short", "password2": "short"}))) == []


def test_the_second_step(welsh: Client, world: World) -> None:
    TOTP.activate(world.officer, "A" * 32)
    page = welsh.post(
        reverse("account_login"), {"login": world.officer.email, "password": PASSWORD}, follow=True
    )
    assert page.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert unmarked(read(page)) == []
    assert unmarked(read(welsh.post(reverse("mfa_authenticate"), {"code": ""}))) == []
    assert unmarked(read(welsh.post(reverse("mfa_authenticate"), {"code": "12"}))) == []


def names_of(world: World) -> tuple[str, ...]:
    return world.course.title, world.course.reference, str(world.institution)


def test_the_directory(welsh: Client, world: World) -> None:
    letters = with_letters(world)
    decision = built(letters)
    for day in (date(2026, 12, 1), date(2027, 6, 1), date(2033, 1, 1)):
        with mock.patch("accreditation.views.directory.timezone.localdate", return_value=day):
            for path in (
                reverse("directory"),
                reverse("directory") + "?q=nothing+such&nation=wales&status=expired",
                reverse("directory_course", args=[world.course.reference]),
            ):
                assert unmarked(read(welsh.get(path)), *names_of(world), "nothing such") == []
    Decision.objects.filter(pk=decision.pk).update(superseded=True)
    assert (
        unmarked(
            read(welsh.get(reverse("directory_course", args=[world.course.reference]))), *names_of(world)
        )
        == []
    )


def test_checking_a_letter(welsh: Client, world: World) -> None:
    letters = with_letters(world)
    built(letters)
    letter = Letter.objects.get(pk=letters[0].pk)
    path = reverse("verify_letter", args=[letter.number, letter.content["check"]])
    assert unmarked(read(welsh.get(path)), letter.number, *names_of(world)) == []
    assert unmarked(read(welsh.post(reverse("verify"), {"number": letter.number})), letter.number) == []
    Letter.objects.filter(pk=letter.pk).update(superseded=True)
    assert unmarked(read(welsh.get(path)), letter.number, *names_of(world)) == []
    with mock.patch("accreditation.views.throttle.until", return_value=timezone.now()):
        assert unmarked(read(welsh.get(path), 429)) == []


def test_every_answer_about_a_paper_can_be_said() -> None:
    with translation.override("en-gb"):
        for status in Status:
            for noun in ("letter", "report", "certificate"):
                said = sentence(Verdict(status, noun=noun))
                assert bool(said) == (status not in (Status.UNKNOWN, Status.NOT_OURS))
            assert "%" not in sentence(Verdict(status, thing="passport", why="the award"))
    assert {*NOUNS.values(), "letter"} == set(LETTERS[Status.VALID])


def test_a_passport(welsh: Client, clinic: Clinic) -> None:
    graduate(clinic)
    passport = make(clinic)
    page = welsh.get(address(passport), follow=True)
    names = (
        *names_of(clinic.world), clinic.student_user.full_name, clinic.mentor.full_name, passport.number,
        passport.content["check"], "Dr Elsewhere", "NHS Glen",
    )  # fmt: skip
    here = page.redirect_chain[-1][0]
    assert unmarked(read(page), *names) == []
    for asked in ("?asked=1", "?asked=1&list=knee&list=nerve"):
        assert unmarked(read(welsh.get(here + asked)), *names) == []
    form = reverse("passport_presented", args=[passport.pk])
    assert unmarked(read(welsh.get(form)), *names) == []
    assert unmarked(read(welsh.post(form, {}), 422), *names) == []
    told = {"to": "employer", "recipient": "NHS Glen", "shown": ["award", "portfolio"]}
    assert unmarked(read(welsh.post(form, told, follow=True)), *names) == []
    check = reverse("verify_letter", args=[passport.number, passport.content["check"]])
    assert unmarked(read(welsh.get(check)), *names) == []
    Student.objects.filter(pk=clinic.portfolio.student_id).update(full_name="Somebody Else")
    assert unmarked(read(welsh.get(here)), *names) == []
    assert unmarked(read(welsh.get(check)), *names) == []
    passports.revoke_passport(by=clinic.student_user, passport_id=passport.pk)
    assert unmarked(read(welsh.get(here), 404)) == []
    assert unmarked(read(welsh.get(check)), *names) == []


def test_the_link_of_a_mentor(welsh: Client, clinic: Clinic) -> None:
    mentor = clinic.mentor
    periods.add_break(by=clinic.world.officer, mentor_id=mentor.pk, since=days_ago(90), until=days_ago(60))
    for day, precision in ((date(2019, 9, 1), "month"), (date(2015, 1, 1), "year"), (None, "day")):
        qualifications.add_qualification(
            by=clinic.world.officer, mentor_id=mentor.pk, kind="other", msk="yes", ratified_on=day,
            precision=precision, title="Diploma Elsewhere",
        )  # fmt: skip
    names = (
        *names_of(clinic.world), mentor.full_name, mentor.number, mentor.email, "Diploma Elsewhere", mentor.body,
    )  # fmt: skip
    here = links.address(mentor, due_day(mentor)).removeprefix(project.SITE_ORIGIN)
    assert unmarked(read(welsh.get(here)), *names) == []
    assert (
        unmarked(read(welsh.post(here, {"do": "remark", "text": "", "form_key": uuid4()}), 422), *names) == []
    )
    assert (
        unmarked(read(welsh.post(here, {"do": "remark", "text": "I moved", "form_key": uuid4()})), *names)
        == []
    )
    assert unmarked(read(welsh.post(here, {"do": "confirm"})), *names) == []
    assert unmarked(read(welsh.post(here, {"do": "confirm"}), 409), *names) == []
    assert unmarked(read(welsh.get(reverse("mentor_link", args=["torn"])), 404), *names) == []
    assert "⟦" not in json.dumps(list(AuditEvent.objects.values_list("payload", flat=True)), default=str)


def test_the_code_of_a_mentor_without_an_account(welsh: Client, clinic: Clinic) -> None:
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None, email="mentor@nhs.example")
    addresses.check_address(by=clinic.world.leader, mentor_id=clinic.mentor.pk, address="mentor@nhs.example")
    scans.log_scan(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry())
    link = ask(clinic)
    names = (clinic.world.course.title, "nhs.example")
    page = welsh.get(reverse("signing_open", args=[signing.link_token(link.pk)]), follow=True)
    here = page.redirect_chain[-1][0]
    assert unmarked(read(page), *names) == []
    assert unmarked(read(welsh.post(here, {"send": "1"})), *names) == []
    assert unmarked(read(welsh.post(here, {"send": "1"}), 409), *names) == []
    assert unmarked(read(welsh.post(here, {"code": ""}), 422), *names) == []
    for left in range(7):  # until no attempt is left
        page = welsh.post(here, {"code": "1"})
        assert unmarked(read(page, 409), *names) == [], left
    assert "⟦" not in json.dumps(list(Message.objects.values_list("context", flat=True)), default=str)
    assert unmarked(read(welsh.get(reverse("signing_open", args=["torn"])), 404)) == []
    link.refresh_from_db()
    link.code_sent_at, link.codes = None, 0
    link.save()
    welsh.post(here, {"send": "1"})
    link.refresh_from_db()
    behind = read(welsh.post(here, {"code": signing.code_of(link)}, follow=True))
    assert '<html lang="en-GB">' in behind and "⟦" not in behind  # not offered: whole or not at all


def test_what_is_kept_and_sent_stays_english(clinic: Clinic, welsh: Client) -> None:
    graduate(clinic)
    in_english = make(clinic)
    with translation.override("cy"):
        in_welsh = make(clinic)
        assert "⟦" not in json.dumps(in_welsh.content)
        assert "⟦" not in paper.page(PassportContent.read(in_welsh.content))
        letter = with_letters(clinic.world)[0]
        assert "⟦" not in json.dumps(letter.content)
        assert "⟦" not in render.page(LetterContent.read(letter.content))
        for message in Message.objects.all():
            assert "⟦" not in str(words_of(message))
    sums = [row["sha256"] for row in in_english.content["sums"]]
    assert [row["sha256"] for row in in_welsh.content["sums"]] == sums
    assert Message.objects.exists()
    events = AuditEvent.objects.values_list("payload", flat=True)
    assert "⟦" not in json.dumps(list(events), default=str)


def test_errors_are_whole(welsh: Client) -> None:
    assert unmarked(read(welsh.get("/nothing-here/"), 404)) == []
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "cy"})
    assert unmarked(read(strict.post(reverse("verify"), {}), 403)) == []
    request = RequestFactory().get("/")
    request.user, request.wanted_language = AnonymousUser(), "cy"  # type: ignore[attr-defined]
    with translation.override("en-gb"):
        assert unmarked(read(errors.forbidden(request), 403)) == []
        assert unmarked(read(errors.bad_request(request, Exception()), 400)) == []
        assert unmarked(read(guessing.later(request, timezone.now()), 429)) == []
        assert unmarked(read(errors.server_error(request), 500)) == []
        with translation.override("en-gb"):
            assert '<html lang="en-GB">' in read(errors.server_error(request), 500)


def test_the_language_is_chosen_by_a_link_and_remembered(welsh: Client, world: World) -> None:
    english = Client()
    page = read(english.get(reverse("privacy")))
    assert '<a href="?lang=cy" lang="cy" hreflang="cy">Cymraeg</a>' in page and 'lang="en-GB"' in page
    assert '<html lang="cy">' in read(english.get(reverse("privacy") + "?lang=cy"))
    answer = english.get(reverse("directory") + "?q=a%26b")
    assert '<html lang="cy">' in read(answer) and "?q=a%26b&amp;lang=en-gb" in read(answer)
    assert answer.headers["Content-Language"] == "cy" and "Accept-Language" in answer.headers["Vary"]
    assert '<html lang="en-GB">' in read(english.get(reverse("standard")))  # not offered: whole or not at all
    english.force_login(world.leader)
    signed_in = read(english.get(reverse("privacy")))
    assert '<html lang="en-GB">' in signed_in and "Cymraeg" not in signed_in


def test_dates_follow_the_language() -> None:
    day = date(2025, 3, 14)
    assert (case.day(day), case.weekday(day)) == ("14 March 2025", "Friday 14 March 2025")
    with translation.override("cy"):  # Django's own catalogue
        assert case.weekday(day) == "Dydd Gwener 14 Mawrth 2025"
        assert case.plain_date(day) == case.day(day) == "14 Mawrth 2025"
    assert (case.day(None), case.day(datetime(2025, 3, 31, 23, 30, tzinfo=UTC))) == ("", "1 April 2025")


def test_the_parts_of_the_body_are_those_of_the_rules() -> None:
    assert tuple(regions.LABELS.values()) == wording.COLLECTED
    for mask in range(regions.EVERY_PART + 1):
        held = regions.names(mask)
        assert wording.regions_spoken(held) == regions.spoken(mask)


def test_the_catalogue_holds_every_plural_and_no_sentence_twice() -> None:
    text = CATALOGUE.read_text()
    assert "nplurals=4" in text and "#, fuzzy" not in text
    assert len(list(messages())) == len(set(messages()))


def test_a_sentence_without_marks_is_found(welsh: Client) -> None:
    page = '<html lang="cy"><p>⟦A marked sentence⟧, 14 ⟦March⟧ 2025, CASE</p>'
    assert unmarked(page) == []
    assert unmarked(f"{page}<p>New here</p>") == ["New here"]
    assert unmarked(f'{page}<a aria-label="Close"></a>') == ["Close"]
    assert unmarked(f"{page}<p>⟦Made by ⟧Ada Lovelace</p>", "Ada Lovelace") == []
    assert unmarked(f'{page}<q lang="en-GB">exit awards</q>') == []


def test_without_a_catalogue_nothing_offers_welsh(settings: Any) -> None:
    """A translation is offered once it is whole: `make messages` compiles it then, and not before."""
    whole = not re.search(r'^msgstr(?:\[\d\])? ""\n(?!")', CATALOGUE.read_text(), re.MULTILINE)
    assert CATALOGUE.with_suffix(".mo").exists() == whole == (len(project.LANGUAGES) > 1)
    settings.LANGUAGES = [("en-gb", "English")]
    page = Client(headers={"accept-language": "cy"}).get(reverse("privacy"))
    assert '<html lang="en-GB">' in read(page) and "Cymraeg" not in read(page)
    assert "Content-Language" not in page.headers
