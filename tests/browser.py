"""Fixtures for a real Chromium: `desktop` and `phone` are pages on the live server, `sign_in` saves the sign-in form.

A page that logs an error, asks another host or gets an answer of 500 fails its test at the end.
"""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# Without these Chromium looks for its maker's hosts at every start.
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE = 30_000  # milliseconds: what a loaded machine may take; a page that is ready is not waited for
expect.set_options(timeout=PATIENCE)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is missing: run `make test`, which installs or names it."
    return {**browser_type_launch_args, "executable_path": chromium, "args": QUIET.split()}


def _watched(context: BrowserContext, origin: str, faults: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("response", lambda r: faults.append(f"{r.status} from {r.url}") if r.status >= 500 else None)
    page.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((origin, "data:", "blob:", "about:"))
            else faults.append(f"foreign: {r.url}")
        ),
    )
    return page


@pytest.fixture
def expected_faults() -> list[str]:
    """A test that provokes a fault (a 404 is a console error in Chromium) adds some words of it here."""
    return []


@pytest.fixture
def new_page(browser: Browser, live_server: Any, expected_faults: list[str]) -> Iterator[Callable[..., Page]]:
    """`new_page(PHONE, **context options)` gives a page of a new person (own cookies). Faults are asserted at the end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(viewport: dict[str, int] | None = None, **options: Any) -> Page:
        options.setdefault("locale", "en-GB")
        options.setdefault("timezone_id", "Europe/London")
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(base_url=live_server.url, viewport=viewport or DESKTOP, **options)
        contexts.append(context)
        return _watched(context, live_server.url, faults)

    yield make
    for context in contexts:
        context.close()
    left = [fault for fault in faults if not any(words in fault for words in expected_faults)]
    assert not left, "The pages had faults:\n" + "\n".join(left)


@pytest.fixture
def desktop(new_page: Callable[..., Page]) -> Page:
    """A page of 1280 by 900."""
    return new_page(DESKTOP)


@pytest.fixture
def phone(new_page: Callable[..., Page]) -> Page:
    """A page of 390 by 844, with touch."""
    return new_page(PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """`sign_in(page, user)` signs in as after the sign-in form, which has tests of its own."""

    def as_user(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return as_user


def assert_accessible(page: Page) -> None:
    """Assert that axe finds nothing against WCAG 2.2 AA on this page, and that it does not scroll sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    words = [f"{rule['id']}: {rule['help']}\n    {node['html']}" for rule in found for node in rule["nodes"]]
    assert not words, f"{page.url} is not accessible:\n" + "\n".join(words)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px wider than the screen."
