"""An entry takes under 30 seconds on a phone: taps are counted, and turned into seconds by the keystroke-level model.

S. K. Card, T. P. Moran, A. Newell, "The keystroke-level model for user performance time with interactive systems", 1980:
making up one's mind 1.35 s, pointing 1.1 s, pressing 0.2 s, a key 0.28 s; a swipe counts as pointing. So the test
does not depend on how quick the machine is.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from portfolios.models import Scan
from portfolios.services import scans
from tests.people import Clinic

MIND, POINT, PRESS, KEY = 1.35, 1.1, 0.2, 0.28
THUMB = 44
"""The least width and height of what a thumb should hit, in CSS pixels."""
pytestmark = pytest.mark.django_db(transaction=True)


class Thumb:
    """Taps, types and swipes on a page, counting them. Knows when a swipe is needed to bring a target into sight."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.keys, self.swipes = page, 0, 0, 0

    def tap(self, what: Locator) -> None:
        box = what.bounding_box()
        sight = self.page.viewport_size
        assert box and sight
        off = max(0.0, box["y"] + box["height"] - sight["height"], -box["y"])
        self.swipes += -int(-off // (sight["height"] * 0.7))
        assert min(box["width"], box["height"]) >= THUMB, f"{what}: {box}"
        what.tap()
        self.taps += 1

    def type(self, what: Locator, text: str) -> None:
        self.tap(what)
        self.page.keyboard.type(text)
        self.keys += len(text)

    @property
    def seconds(self) -> float:
        """By the keystroke-level model."""
        return self.taps * (MIND + POINT + PRESS) + self.keys * KEY + self.swipes * POINT


def told(name: str, thumb: Thumb) -> str:
    return f"\nLogging a scan, {name}: {thumb.taps} taps, {thumb.keys} keys, {thumb.swipes} swipes, {thumb.seconds:.0f} s."


def test_a_scan_from_nothing(
    phone: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_in(phone, clinic.student_user)
    phone.goto(reverse("portfolio", args=[clinic.portfolio.pk]))
    thumb = Thumb(phone)
    thumb.tap(phone.get_by_role("link", name="Log a scan").first)
    thumb.tap(phone.locator("label", has_text="Knee").first)
    thumb.tap(phone.locator("label", has_text="Left").first)
    thumb.tap(phone.locator("label", has_text="Effusion").first)
    thumb.type(phone.get_by_label("Indication"), "Pain")
    thumb.type(phone.get_by_label("Minutes"), "25")
    thumb.tap(phone.locator("label", has_text="Mentor in the room").first)
    thumb.tap(phone.get_by_role("button", name="Save", exact=True))
    expect(phone.get_by_text("is in your portfolio")).to_be_visible()
    scan = Scan.objects.get()
    assert (scan.side, scan.indication, scan.minutes, scan.pathologies) == ("left", "Pain", 25, {"effusion"})
    with capsys.disabled():
        print(told("from nothing", thumb), end="")
    assert thumb.seconds < 30


def test_a_scan_like_the_last(
    phone: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    scans.log_scan(
        by=clinic.student_user,
        portfolio_id=clinic.portfolio.pk,
        entry=clinic.entry(indication="Pain", side="left"),
    )
    sign_in(phone, clinic.student_user)
    phone.goto(reverse("portfolio", args=[clinic.portfolio.pk]))
    thumb = Thumb(phone)
    thumb.tap(phone.get_by_role("link", name="Log a scan").first)
    thumb.tap(phone.get_by_role("link", name="Repeat the last one"))
    thumb.tap(phone.locator("label", has_text="Effusion").first)
    thumb.tap(phone.get_by_role("button", name="Save", exact=True))
    expect(phone.get_by_text("is in your portfolio")).to_be_visible()
    assert Scan.objects.count() == 2
    with capsys.disabled():
        print(told("like the last one", thumb), end="")
    assert thumb.seconds < 15
