"""Pages of a student and a mentor on a phone and a desktop: axe finds nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portfolios.services import appraisals, scans
from tests.browser import assert_accessible
from tests.people import Clinic

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_of_a_correction_are_accessible(
    phone: Page, desktop: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic
) -> None:
    by, pk = clinic.student_user, clinic.portfolio.pk
    scan = scans.log_scan(by=by, portfolio_id=pk, entry=clinic.entry())
    said = appraisals.Appraised(grade="good", comment="Well done")
    appraisals.appraise(by=clinic.mentor_user, scan_id=scan.pk, version=1, said=said)
    scans.correct_scan(by=by, scan_id=scan.pk, version=1, entry=clinic.entry(minutes=40))
    for page in (phone, desktop):
        for user, names in (
            (clinic.student_user, ("portfolio", "scan_list", "scan_correct")),
            (clinic.mentor_user, ("mentor_queue", "scan_appraise")),
        ):
            sign_in(page, user)
            for name in names:
                args = {"portfolio": [pk], "scan_list": [pk], "mentor_queue": []}.get(name, [pk, scan.number])
                page.goto(reverse(name, args=args))
                assert_accessible(page)


def test_several_appraisals_on_a_phone(
    phone: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic
) -> None:
    entries = [clinic.entry(indication="Pain")] * 6
    scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=entries)
    sign_in(phone, clinic.mentor_user)
    phone.goto(reverse("mentor_queue"))
    phone.get_by_role("link", name="Several scans").click()
    assert_accessible(phone)
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.get_by_role("button", name="Open a sample").click()
    assert_accessible(phone)
    for box in phone.get_by_role("checkbox").all():
        box.check()
    phone.get_by_role("radio", name="Good").check()
    phone.get_by_label("Comment for each").fill("Sound")
    phone.get_by_role("button", name="Sign these appraisals").click()
    expect(phone.get_by_text("Appraised: 6 scans.")).to_be_visible()
