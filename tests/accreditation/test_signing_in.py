"""Signing in: the second step, limits on guessing that lock nobody out for good, sessions that end, and what the trail keeps."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accreditation import access, limits
from accreditation.models import AuditEvent, Job, Message, Tally, User
from accreditation.roles import CHAIR, OFFICER
from accreditation.services import accounts, people
from accreditation.signing_in.second_step import OPEN_BEFORE
from tests.accreditation.test_access import addresses
from tests.worlds import PASSWORD, World, make_user

PRIVILEGED = ("officer", "lead", "co", "shadow", "committee", "chair")
OTHERS = ("leader", "member", "outsider")
KEY = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def strict() -> Iterator[None]:
    with override_settings(REQUIRE_TWO_STEP=True):
        yield


def code(key: str = KEY) -> str:
    import time

    return totp.format_hotp_value(totp.hotp_value(key, int(time.time()) // 30))


def sign_in(user: User, client: Client | None = None, **extra: Any) -> Client:
    client = client or Client(**extra)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def with_app(user: User) -> User:
    totp.TOTP.activate(user, KEY)
    RecoveryCodes.activate(user)
    return user


def two_steps(user: User) -> Client:
    client = sign_in(with_app(user))
    client.post(reverse("mfa_authenticate"), {"code": code()})
    return client


def held(client: Client, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == 302 and answer["Location"].startswith(reverse("mfa_index"))


@pytest.mark.django_db
def test_every_privileged_role_is_held_before_every_page_until_the_second_step(
    world: World, strict: None
) -> None:
    people_of = {who: getattr(world, who) for who in PRIVILEGED}
    people_of["staff"] = make_user("Staff")
    User.objects.filter(pk=people_of["staff"].pk).update(is_staff=True)
    every = {**addresses(), "admin": "/admin/"}
    for who, user in people_of.items():
        client = sign_in(user)
        wrong = {
            name
            for name, address in every.items()
            if access.table()[name].admits(User.objects.get(pk=user.pk))
            and held(client, address) == (name in OPEN_BEFORE)
        }
        assert wrong == set(), who
        assert client.post(reverse("search")).status_code == 302
        page = client.get(reverse("mfa_index")).content.decode()
        assert "One more step before you go on" in page and reverse("cases") not in page
    for who in OTHERS:
        assert not held(sign_in(getattr(world, who)), reverse("home"))


@pytest.mark.django_db(transaction=True)
def test_the_app_opens_the_door_and_only_with_the_right_code_once(world: World, strict: None) -> None:
    client = sign_in(world.officer)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    key = re.search(r"data-secret>(\w+)<", page)
    assert key
    assert "did not fit" in client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code(key[1])})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("cases")).status_code == 200

    second = sign_in(world.officer)
    assert held(second, reverse("cases")) is False and second.get(reverse("cases")).status_code == 302
    used = code(key[1])
    first_use = second.post(reverse("mfa_authenticate"), {"code": used}).status_code
    again = sign_in(world.officer).post(reverse("mfa_authenticate"), {"code": used}).status_code
    assert again == 200, f"the same code a second time ({first_use})"
    recovery = (
        Authenticator.objects.get(user=world.officer, type="recovery_codes").wrap().get_unused_codes()[0]
    )
    third = sign_in(world.officer)
    assert third.post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 302
    assert third.get(reverse("cases")).status_code == 200
    fourth = sign_in(world.officer)
    assert fourth.post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 200, (
        "a recovery code works once"
    )
    assert fourth.get(reverse("cases")).status_code == 302


@pytest.mark.django_db
def test_a_role_given_or_taken_ends_the_sessions_and_the_new_role_asks_for_the_step(
    world: World, rival: World, strict: None
) -> None:
    client, other = sign_in(world.outsider), sign_in(rival.outsider)
    assert client.get(reverse("notices")).status_code == 200
    people.set_roles(by=rival.officer, user_id=world.outsider.pk, roles=[CHAIR], seen=[])
    assert client.get(reverse("notices"))["Location"].startswith(reverse("account_login"))
    assert other.get(reverse("notices")).status_code == 200, "nobody else's session ends"
    assert held(sign_in(world.outsider, client), reverse("decisions"))
    assert "Your roles are now: chair of the committee." in str(
        Message.objects.get(person=world.outsider).context
    )

    chair = two_steps(world.chair)
    assert chair.get(reverse("decisions")).status_code == 200
    accounts.take_role(by=world.officer, user=world.chair, role=CHAIR)
    assert chair.get(reverse("decisions"))["Location"].startswith(reverse("account_login"))


@pytest.mark.django_db
def test_sessions_end_with_the_account_the_password_and_after_eight_hours(world: World, strict: None) -> None:
    first, second = two_steps(world.committee), Client()
    new = "seven quiet otters swimming"
    asked = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert sign_in(world.member, second).get(reverse("notices")).status_code == 200
    assert sign_in(world.member).post(reverse("account_change_password"), asked).status_code == 302
    assert second.get(reverse("notices")).status_code == 302
    session = first.session
    session["began_at"] -= settings.PRIVILEGED_SESSION_SECONDS
    session.save()
    assert "account/login" in first.get(reverse("decisions"))["Location"]
    outsider = sign_in(world.outsider)
    people.close_account(by=world.officer, user_id=world.outsider.pk, reason="Left")
    assert outsider.get(reverse("notices")).status_code == 302
    people.reopen_account(by=world.officer, user_id=world.outsider.pk)
    assert outsider.get(reverse("notices")).status_code == 302, "an old session does not come back to life"


@pytest.mark.django_db
def test_the_office_takes_a_second_step_away_and_nobody_their_own(
    world: World, rival: World, strict: None
) -> None:
    lead = two_steps(world.lead)
    assert lead.get(reverse("reviews")).status_code == 200
    officer = two_steps(rival.officer)
    page = reverse("person_second_step", args=[world.lead.pk])
    assert "make sure that it is really them" in officer.get(page).content.decode()
    assert Authenticator.objects.filter(user=world.lead).exists(), "opening the page changes nothing"
    assert officer.post(page).status_code == 302
    assert not Authenticator.objects.filter(user=world.lead).exists()
    assert lead.get(reverse("reviews"))["Location"].startswith(reverse("account_login"))
    assert Message.objects.filter(person=world.lead, kind="account_by_office").count() == 1
    assert officer.post(reverse("person_second_step", args=[rival.officer.pk])).status_code == 403
    assert (
        AuditEvent.objects.filter(
            verb="account.second_step_reset_by_office", actor_id=rival.officer.pk
        ).count()
        == 1
    )


@pytest.mark.django_db
def test_what_matters_asks_again_who_it_is(world: World, strict: None) -> None:
    officer = two_steps(world.officer)
    page = reverse("person_roles", args=[world.outsider.pk])
    assert officer.get(page).status_code == 200
    session = officer.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - 3600} for record in session["account_authentication_methods"]
    ]
    session.save()
    asked = officer.post(page, {"roles": [OFFICER], "seen": ""})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not User.objects.get(pk=world.outsider.pk).has_role(OFFICER)
    wrong = officer.post(asked["Location"], {"password": "wrong password here", "next": page})
    assert wrong.status_code == 200 and not User.objects.get(pk=world.outsider.pk).has_role(OFFICER)
    officer.post(asked["Location"], {"password": PASSWORD, "next": page})
    assert User.objects.get(pk=world.outsider.pk).has_role(OFFICER), "what was typed was not lost"


@pytest.mark.django_db
def test_anothers_passkey_is_nobodys(world: World) -> None:
    client = sign_in(world.leader)  # before there is a key to ask for
    theirs, mine = (
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.WEBAUTHN, data={"name": f"Key of {user}"}
        )
        for user in (world.member, world.leader)
    )
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        for method in (client.get, client.post):
            assert method(reverse(name, args=[theirs.pk])).status_code == 404, name
        assert client.get(reverse(name, args=[mine.pk])).status_code == 200, name
    shown = client.get(reverse("mfa_list_webauthn")).content.decode()
    assert f"Key of {world.leader}" in shown and str(world.member) not in shown
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


@pytest.mark.django_db
def test_the_administration_has_no_door_of_its_own(world: World, strict: None) -> None:
    staff = make_user("Staff")
    User.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=True)
    assert Client().get("/admin/")["Location"].startswith(reverse("account_login"))
    for address in ("/admin/login/", "/admin/login/?next=/admin/"):
        answer = Client().post(address, {"username": staff.email, "password": PASSWORD})
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
    assert held(sign_in(staff), "/admin/") and held(sign_in(staff), "/admin/mentors/mentor/")
    inside = two_steps(staff)
    assert inside.get("/admin/").status_code == 200
    assert inside.get("/admin/password_change/")["Location"] == reverse("account_change_password")
    for who in (*PRIVILEGED, *OTHERS):
        client = two_steps(getattr(world, who))
        assert client.get("/admin/").status_code == 403, who


@pytest.mark.django_db
def test_guesses_are_refused_with_a_time_and_lock_out_nobody_who_was_here_before(world: World) -> None:
    at_home = sign_in(world.officer)
    at_home.post(reverse("account_logout"))
    right = {"login": world.officer.email, "password": PASSWORD}
    wrong = {**right, "password": "not the right one"}
    pages = [
        Client(REMOTE_ADDR=f"198.51.100.{n}").post(reverse("account_login"), wrong).content.decode()
        for n in range(12)
    ]
    assert sum("password is not right" in page for page in pages) == 10
    told = re.search(r"Try again at (\d\d:\d\d), or set a new password", pages[-1])
    assert told
    stranger = Client(REMOTE_ADDR="198.51.100.99").post(reverse("account_login"), right)
    assert stranger.status_code == 200, "a new browser waits, with the right password, too"
    assert at_home.post(reverse("account_login"), right).status_code == 302, (
        "the browser that was here before does not"
    )
    other = {"login": world.chair.email, "password": PASSWORD}
    assert Client(REMOTE_ADDR="198.51.100.1").post(reverse("account_login"), other).status_code == 302
    for _ in range(40):  # one network, many accounts
        Client(REMOTE_ADDR="203.0.113.5").post(
            reverse("account_login"), {"login": f"n{_}@people.example", "password": "wrong wrong wrong"}
        )
    late = Client(REMOTE_ADDR="203.0.113.5").post(reverse("account_login"), other)
    assert "Too many tries" in late.content.decode()


@pytest.mark.django_db
def test_a_new_password_by_e_mail_opens_a_locked_account(world: World) -> None:
    for _ in range(12):
        Client().post(reverse("account_login"), {"login": world.lead.email, "password": "wrong wrong wrong"})
    client = Client(REMOTE_ADDR="192.0.2.44")
    assert client.post(reverse("account_reset_password"), {"email": world.lead.email}).status_code == 302
    assert (
        client.post(reverse("account_reset_password"), {"email": "nobody@people.example"}).status_code == 302
    )
    message = Message.objects.get(kind="password_reset")
    from accreditation.mail_text import words_of

    words = words_of(message)
    link = re.search(rf"{re.escape(settings.SITE_ORIGIN)}(/account/\S+)", words.text)
    assert link and link[1] not in words_of(message, kept=True).text
    page = client.get(link[1], follow=True)
    new = "seven quiet otters swimming"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert (
        client.post(reverse("account_login"), {"login": world.lead.email, "password": new}).status_code == 302
    )
    assert Job.objects.filter(key=f"mail:{message.pk}").count() == 1


@pytest.mark.django_db
def test_codes_are_limited_too(world: World, strict: None) -> None:
    client = sign_in(with_app(world.chair))
    pages = [client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode() for _ in range(12)]
    assert "Try again at" in pages[-1] and "Try again at" not in pages[8]
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_reset_password", "invitation"])
def test_what_anybody_may_ask_has_a_limit_and_says_when(world: World, name: str) -> None:
    address = reverse(name, args=["x"] if name == "invitation" else [])
    codes = [Client().post(address, {"email": "a@people.example"}).status_code for _ in range(32)]
    assert codes[-1] == 429 and 429 not in codes[:10]
    answer = Client().post(address, {"email": "a@people.example"})
    assert int(answer["Retry-After"]) > 0 and re.search(r"Try again at \d\d:\d\d", answer.content.decode())
    assert Client(REMOTE_ADDR="192.0.2.9").post(address, {"email": "a@people.example"}).status_code != 429


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_processes_share_one_count_and_none_slips_through() -> None:
    limit, allowed = limits.Limit("shared", 10, 300), []

    def one() -> None:
        for _ in range(5):
            if limits.refused_until(limit, "key") is None:
                allowed.append(1)
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(allowed) <= 10
    assert sum(Tally.objects.values_list("number", flat=True)) <= 10, "a refused try is not counted"
    assert limits.refused_until(limit, "another") is None
    assert "key" not in repr(list(Tally.objects.values_list("key", flat=True)))


@pytest.mark.django_db
def test_the_trail_keeps_sign_ins_failures_and_shut_doors_bounded_and_without_words(
    world: World, rival: World
) -> None:
    client = sign_in(world.leader)
    secret = client.cookies[settings.SESSION_COOKIE_NAME].value
    for _ in range(25):
        client.get(reverse("course", args=[rival.course.pk]) + "?word=typed-secret")
        client.get(reverse("cases") + "?word=typed-secret")
        Client().post(reverse("account_login"), {"login": world.leader.email, "password": "typed-secret"})
    client.post(reverse("account_logout"))
    found = AuditEvent.objects.filter(verb="access.denied", actor_id=world.leader.pk).order_by("seq")
    assert [(e.payload["address"], e.payload["status"], e.payload["times"]) for e in found] == [
        ("course", 404, 1), ("cases", 403, 1), ("course", 404, 10), ("cases", 403, 10),
    ]  # fmt: skip
    failed = AuditEvent.objects.filter(verb="account.sign_in_failed", object_id=str(world.leader.pk))
    assert [e.payload for e in failed.order_by("seq")] == [{"step": "password", "times": n} for n in (1, 10)]
    verbs = list(AuditEvent.objects.filter(actor_id=world.leader.pk).values_list("verb", flat=True))
    assert verbs.count("account.signed_in") == verbs.count("account.signed_out") == 1
    assert "typed-secret" not in repr(list(AuditEvent.objects.values()))
    assert secret and secret not in repr(list(AuditEvent.objects.values()))


@pytest.mark.django_db
def test_the_demo_world_asks_for_the_password_alone_and_says_so(world: World) -> None:
    assert sign_in(world.officer).get(reverse("cases")).status_code == 200
    with override_settings(DEMO=True):
        assert "In use, officers, assessors" in Client().get(reverse("account_login")).content.decode()
