"""On a phone of 390 px: a graduate makes a link, the employer opens it, ticks a list and records it, the graduate revokes; and a
mentor without an account signs by link and code.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mentors.models import Mentor
from mentors.services import addresses
from portfolios import signing as tokens
from portfolios.models import Presentation, SigningLink
from portfolios.services import scans
from tests.browser import PHONE, assert_accessible
from tests.people import Clinic, days_ago
from tests.portfolios.test_passports import graduate

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_graduate_shows_a_passport_to_an_employer(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    clinic: Clinic,
    expected_faults: list[str],
    script: bool,
) -> None:
    expected_faults.extend(["404", "422"])  # the link after it was revoked; a form without its answers
    look = assert_accessible if script else lambda page: None
    graduate(clinic)
    theirs = new_page(PHONE, **NARROW, java_script_enabled=script)
    sign_in(theirs, clinic.student_user)
    theirs.goto(reverse("portfolio", args=[clinic.portfolio.pk]))
    theirs.get_by_role("link", name="Passports for employers").click()
    look(theirs)
    theirs.get_by_label("For whom?").fill("NHS Glen")
    theirs.get_by_label("30 days").check()
    theirs.get_by_role("button", name="Make the passport").click()
    look(theirs)
    link = theirs.locator(".passport-link a").get_attribute("href")
    assert link
    code = theirs.get_by_role("img", name="The same link as a square code")
    expect(code).to_be_visible()

    employer = new_page(PHONE, **NARROW, java_script_enabled=script)
    employer.goto("/passport/" + link.rpartition("/passport/")[2])
    expect(employer.get_by_role("heading", name="Valid now")).to_be_visible()
    assert link.rpartition("/passport/")[2].strip("/") not in employer.url
    look(employer)
    employer.get_by_label("Knee").check()
    employer.get_by_label("Elbow").check()
    employer.get_by_role("button", name="Check the list").click()
    answer = employer.locator(".passport-answer")
    expect(answer).to_contain_text("Not covered by this remit")
    expect(answer).to_contain_text("Elbow")
    look(employer)
    employer.get_by_role("link", name="Record that this was presented to you").click()
    look(employer)
    employer.get_by_role("button", name="Record it").click()
    expect(employer.get_by_text("Enter the name of the employer or body").first).to_be_visible()
    employer.get_by_label("Employer", exact=True).check()
    employer.get_by_label("Name of the employer or body").fill("NHS Glen")
    employer.get_by_label("Evidence of the award").check()
    employer.get_by_label("The portfolio with its remit").check()
    employer.get_by_role("button", name="Record it").click()
    expect(employer.get_by_role("heading", name="Recorded as presented")).to_be_visible()
    assert Presentation.objects.get().recipient == "NHS Glen"

    theirs.reload()
    expect(theirs.get_by_text("Opened 1 time.")).to_be_visible()
    expect(theirs.get_by_text("recorded on")).to_be_visible()
    theirs.get_by_text("Revoke this passport").click()
    theirs.get_by_role("button", name="Yes, revoke it").click()
    expect(theirs.get_by_role("heading", name="Revoked on")).to_be_visible()
    employer.reload()
    expect(employer.get_by_role("heading", name="There is nothing to show here")).to_be_visible()
    look(employer)
    theirs.goto("about:blank")  # it would go on asking for the file


def test_a_mentor_signs_by_link_and_code(phone: Page, clinic: Clinic, expected_faults: list[str]) -> None:
    from tests.portfolios.test_signing import ask, path_in, send_mail

    expected_faults.extend(["404", "409"])
    Mentor.objects.filter(pk=clinic.mentor.pk).update(user=None, email="mentor@nhs.example")
    addresses.check_address(by=clinic.world.leader, mentor_id=clinic.mentor.pk, address="mentor@nhs.example")
    clinic.mentor.refresh_from_db()
    scans.log_scan(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry(on=days_ago(4))
    )
    send_mail()  # what enrolment told them
    ask(clinic)
    (first,) = send_mail()
    phone.goto(path_in(first.body))
    assert_accessible(phone)
    phone.get_by_role("button", name="Send me the code").click()
    code = phone.get_by_role("textbox", name="Code")
    expect(code).to_be_visible()
    assert_accessible(phone)
    code.fill("1")
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_text("This is not the code. 4 attempts left.")).to_be_visible()
    code.fill(tokens.code_of(SigningLink.objects.get()))
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("heading", name=clinic.portfolio.student.full_name)).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("link", name="knee").click()
    assert_accessible(phone)
    phone.get_by_role("group", name="Overall grade").get_by_label("Good").check()
    phone.get_by_role("button", name="Sign this appraisal").click()
    expect(phone.get_by_text("Signed: scan 1.")).to_be_visible()
    phone.get_by_role("button", name="I am done").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    told = next(one for one in send_mail() if "was this you" in one.subject)
    assert re.search(r"Scan 1 of", told.body)
    phone.goto(path_in(told.body))
    assert_accessible(phone)
    phone.get_by_role("button", name="This was not me").click()
    expect(phone.get_by_text("You said: this was not me")).to_be_visible()
