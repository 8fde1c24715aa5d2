"""Every page of the demo world, found by following links as each demo person: it answers, has no fault, and axe finds
nothing against WCAG 2.2 AA, on a desktop and on a phone; at 320 pixels, which is also 400 % zoom, it fits.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Page

from accreditation.models import User
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.crawl import crawl

pytestmark = pytest.mark.slow

AT_LEAST = {
    "nobody": 6,
    "Course leader": 15,
    "Student": 5,
    "Graduate": 6,
    "Mentor": 4,
    "CASE officer": 10,
    "Lead assessor": 8,
    "Chair of the Committee": 6,
}
"""A crawl that finds fewer pages than this has lost its way, and would prove nothing."""

PEOPLE_A_PAGE = 2
"""Everybody opens every page they can reach; axe looks at it as the first two of them see it."""


ZOOMED = {"width": 320, "height": 256}
"""What 1280 by 1024 becomes at 400 % (WCAG 2.2, 1.4.10): nothing may have to be scrolled sideways to be read."""

WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return "";
  const out = Array.from(document.querySelectorAll("main *, header *, footer *")).filter(
    (one) => one.getBoundingClientRect().right > wide + 1 && !one.closest(".visually-hidden, .table-frame, [tabindex='0']"));
  return out.slice(0, 3).map((one) => one.outerHTML.slice(0, 160)).join(" | ") || "something is wider";
}"""


def assert_fits(page: Page) -> None:
    """At 320 CSS pixels the page itself does not scroll sideways."""
    page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    wider = page.evaluate(WIDER)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert not wider, f"wider than 320 pixels: {wider}"


@pytest.fixture
def demo_world(transactional_db: None) -> Iterator[Any]:
    from accreditation import demo

    with override_settings(DEMO=True):
        call_command("seed_demo", verbosity=0)
        yield demo


def test_every_page_answers_and_is_accessible(
    demo_world: Any, live_server: Any, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    found: dict[str, set[str]] = {}
    faults: list[str] = []
    looked: Counter[str] = Counter()
    people = {"nobody": None, **{role: email for role, _, email in demo_world.PEOPLE}}
    for role, email in people.items():
        wide, narrow = new_page(DESKTOP), new_page(PHONE)
        if email:
            user = User.objects.get(email=email)
            sign_in(wide, user)
            sign_in(narrow, user)
        for visit in crawl(wide, live_server.url):
            found.setdefault(role, set()).add(visit.name)
            looked[visit.name] += 1
            if looked[visit.name] > PEOPLE_A_PAGE:
                continue
            for page in (wide, narrow):
                if page is narrow:
                    narrow.goto(live_server.url + visit.path)
                try:
                    if page is narrow:
                        assert_fits(page)
                    assert_accessible(page)
                except AssertionError as fault:
                    size = "phone" if page is narrow else "desktop"
                    faults.append(f"[{role}, {visit.name}, {size}] {fault}")
    assert not faults, "\n\n".join(faults)
    short = {
        role: sorted(found.get(role, ())) for role, n in AT_LEAST.items() if len(found.get(role, ())) < n
    }
    assert not short, f"Too few pages were found: {short}"
