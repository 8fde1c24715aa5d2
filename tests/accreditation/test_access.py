"""The access table: complete, closed by default, and asked before any view runs."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.urls.converters import get_converters

from accreditation import access, checks, roles
from accreditation.access import Access, only, public, signed_in
from accreditation.models import AuditEvent, User
from tests.worlds import World

SAMPLES = {
    "uuid": uuid4(),
    "int": 1,
    "slug": "x",
    "str": "x",
    "clause": "PS1.1",
    "statement": "PS1",
    "path": "x",
}
EVERYONE = ("outsider", "leader", "member", "lead", "co", "shadow", "officer", "committee", "chair")


def addresses() -> dict[str, str]:
    """One address for each name of the table that our own apps draw, with ids that lead to nothing."""
    from django.urls import get_resolver

    found: dict[str, str] = {}
    for name in access.table():
        for _, _, _, converters in get_resolver().reverse_dict.getlist(name):
            values = {
                key: next(
                    (
                        SAMPLES[kind]
                        for kind, one in get_converters().items()
                        if one == converter and kind in SAMPLES
                    ),
                    "x",
                )
                for key, converter in converters.items()
            }
            try:
                found[name] = reverse(name, kwargs=values)
            except NoReverseMatch:
                continue
    return found


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_address_stands_in_the_table_and_the_check_says_which_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert checks.every_address_stands_in_the_access_table() == []
    smaller = {name: one for name, one in access.table().items() if name != "case"} | {"nowhere": public()}
    monkeypatch.setattr(access, "table", lambda: smaller)
    assert {fault.id for fault in checks.every_address_stands_in_the_access_table()} == {
        "case.E010",
        "case.E011",
    }


def test_a_role_that_does_not_exist_cannot_be_written_into_the_table() -> None:
    with pytest.raises(ValueError, match="king"):
        only("king")


@pytest.mark.django_db
def test_who_is_admitted(world: World) -> None:
    assert public().admits(None)
    assert not signed_in().admits(None)
    assert signed_in().admits(world.outsider)
    assert only(roles.OFFICER).admits(world.officer) and not only(roles.OFFICER).admits(world.chair)
    world.officer.is_active = False
    assert not signed_in().admits(world.officer)


@pytest.mark.django_db
def test_nobody_signed_in_reaches_no_page_that_is_not_public(db: None) -> None:
    wrong = []
    for name, address in addresses().items():
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            to_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
            if access.table()[name].public == to_sign_in and name not in (
                "account_logout",
                "mfa_authenticate",
                "mfa_login_webauthn",
                "account_confirm_login_code",
                "account_reset_password_from_key",
                "account_email_verification_sent",
            ):
                wrong.append((name, method, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_a_page_of_another_role_says_whose_it_is_and_is_on_record(world: World) -> None:
    wrong = []
    for name, address in addresses().items():
        wanted = access.table()[name]
        if not wanted.roles:
            continue
        for who in EVERYONE:
            user = getattr(world, who)
            answer = sign_in(user).get(address)
            refused = answer.status_code == 403 and "This page is for the" in answer.content.decode()
            if refused == user.has_role(*wanted.roles):
                wrong.append((name, who, answer.status_code))
    assert wrong == []
    denied = AuditEvent.objects.filter(verb="access.denied")
    assert denied.filter(actor=world.outsider.full_name, payload__address="cases").exists()


@pytest.mark.django_db
def test_an_address_without_an_entry_is_closed_to_everybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    smaller: dict[str, Access] = {name: one for name, one in access.table().items() if name != "cases"}
    monkeypatch.setattr("accreditation.views.guard.table", lambda: smaller)
    for who in EVERYONE:
        assert sign_in(getattr(world, who)).get(reverse("cases")).status_code == 403
    assert Client().get(reverse("cases")).status_code == 403
