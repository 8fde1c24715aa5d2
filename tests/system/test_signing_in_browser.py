"""The second step in a real Chromium: an authenticator app, and a passkey on Chromium's own virtual authenticator."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test.utils import override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from accreditation.models import User
from accreditation.services import invitations
from tests.browser import PHONE, assert_accessible
from tests.worlds import PASSWORD, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    with override_settings(REQUIRE_TWO_STEP=True):
        yield


def code(key: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(key, int(time.time()) // 30))


def sign_in(page: Page, user: User) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_an_officer_sets_up_an_app_and_signs_in_with_it(world: World, new_page: Callable[..., Page]) -> None:
    page = new_page()
    sign_in(page, world.officer)
    expect(page.get_by_text("One more step before you go on")).to_be_visible()
    assert_accessible(page)
    page.goto("/reviews/cases/")
    expect(page.get_by_role("heading", name="Two-step sign-in")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    assert_accessible(page)
    key = page.locator("[data-secret]").inner_text()
    page.get_by_label("The six digits that the app shows now").fill(code(key))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert_accessible(page)
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    page.goto("/reviews/cases/")
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()

    phone = new_page(PHONE)
    sign_in(phone, world.officer)
    expect(phone.get_by_role("heading", name="Your second step")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_label("Code").fill(recovery)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    phone.goto("/reviews/cases/")
    expect(phone.get_by_role("heading", name="Cases")).to_be_visible()
    phone.goto("/account/sessions/")
    expect(phone.get_by_text("this browser, now")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("button", name="Sign out everywhere else").click()
    page.goto("/reviews/cases/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_assessor_adds_a_passkey_and_signs_in_with_it_alone(
    world: World, new_page: Callable[..., Page], live_server: Any
) -> None:
    page = new_page()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
    }
    device |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    sign_in(page, world.lead)
    page.get_by_role("link", name="Add a passkey").click()
    assert_accessible(page)
    page.get_by_label("What to call it").fill("Work laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert Authenticator.objects.filter(user=world.lead, type="webauthn").count() == 1
    page.goto("/reviews/")
    expect(page.get_by_role("heading", name="Reviews")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, world.lead)  # after the password, as the second step
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".band-user")).to_be_visible()
    page.goto("/reviews/")
    expect(page.get_by_role("heading", name="Reviews")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/account/login/")  # alone, without a password
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".band-user")).to_be_visible()
    page.goto("/reviews/")
    expect(page.get_by_role("heading", name="Reviews")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/account/login/")
    Authenticator.objects.filter(user=world.lead).delete()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This did not fit")).to_be_visible()
    page.goto("/reviews/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_invited_colleague_makes_their_account(world: World, new_page: Callable[..., Page]) -> None:
    """In a browser, because only one sends with the form what the page's referrer policy leaves of its origin."""
    invitation = invitations.invite(
        by=world.leader,
        email="new.colleague@people.example",
        full_name="New Colleague",
        for_=world.course,
        details={"role": "member"},
    )
    page = new_page()
    page.goto(reverse("invitation", args=[invitations.token_of(invitation)]))
    assert_accessible(page)
    for label in ("Choose a password", "The password once more"):
        page.get_by_label(label, exact=True).fill("three green herons walking")
    page.get_by_role("button", name="Accept and make my account").click()
    expect(page.get_by_text("Your account is made")).to_be_visible()
