"""The course team's pages about its people, in a browser: accessible wide and narrow, and an assessment by map and keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from portfolios.models import CompetencyAssessment
from portfolios.services import admissions, outcomes, scans
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.people import Clinic, days_ago

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_team_pages_are_accessible_and_an_examination_is_entered(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    clinic: Clinic,
    expected_faults: list[str],
) -> None:
    expected_faults.append("422")  # a form that comes back with its errors
    course, key = clinic.world.course.pk, clinic.portfolio.pk
    applicant = admissions.apply(
        by=clinic.world.member, course=clinic.world.course, full_name="Ada Applicant", profession="Podiatrist",
        registrations=[admissions.RegistrationEntry("HCPC", "CH1234")],
        experience=[admissions.ExperienceEntry("msk", 9, "Foot clinic")],
    )  # fmt: skip
    entries = [clinic.entry(on=days_ago(ago)) for ago in (1, 9, 30)]
    scans.bulk_log_scans(by=clinic.student_user, portfolio_id=key, entries=entries)
    outcomes.record_award(
        by=clinic.world.member, student_id=key, kind="interim", ratified_on=days_ago(1), regions=["knee"]
    )
    addresses = [
        reverse("course_students", args=[course]), reverse("course_results", args=[course]),
        reverse("course_scale", args=[course]), reverse("applicant", args=[applicant.pk]),
        reverse("applicant_enrol", args=[applicant.pk]), reverse("experience_judge", args=[applicant.pk]),
        reverse("student_results", args=[key]), reverse("award_add", args=[key]), reverse("portfolio", args=[key]), reverse("team_join", args=[key]),
    ]  # fmt: skip
    for size in (DESKTOP, PHONE):
        page = new_page(size)
        sign_in(page, clinic.world.leader)
        for address in addresses:
            page.goto(address)
            assert_accessible(page)
    page.goto(reverse("assessment_add", args=[key]))
    assert_accessible(page)
    page.get_by_label("Unseen patient examination").check()
    today = timezone.localdate()
    date_boxes = page.get_by_role("group", name="Date of the assessment")
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        date_boxes.get_by_label(part).fill(str(value))
    page.locator(".place-knee.on-left").click()
    page.get_by_label("Passed").check()
    page.get_by_label("Or the assessor’s name").fill("Dr Judith Marlowe")
    page.get_by_role("button", name="Enter", exact=True).click()
    problem = page.get_by_role("link", name="Enter the case number")
    expect(problem).to_be_visible()
    expect(page.get_by_role("checkbox", name="Knee", exact=True)).to_be_checked()
    page.get_by_label("Case number of the patient").fill("U1")
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_text("It counts from the day on which the assessor signs it off.")).to_be_visible()
    assert CompetencyAssessment.objects.get().first_region == "knee"
