"""What follows a decision, as the people concerned do it in a real browser: conditions answered, looked at and closed; a
refusal appealed against and superseded; a deferral submitted again; a conflict declared late; the annual return.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accreditation import monitoring
from accreditation.enums import LetterKind
from accreditation.models import AnnualReturn, Condition, Decision, Letter, Submission
from accreditation.periods import months_after
from accreditation.services import decisions
from tests.accreditation import filemaker, panels
from tests.accreditation.test_correcting import NO_PERIOD, issue
from tests.accreditation.test_monitoring import send
from tests.browser import PHONE, assert_accessible
from tests.worlds import World, make_world

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(transactional_db: None) -> World:
    """A world of this test's own, written where the live server reads."""
    return make_world("Wexcombe")


def decided(world: World, **changes: Any) -> Submission:
    submission = panels.reported(world, conditions=1)
    decisions.decide(by=world.chair, submission_id=submission.pk, **panels.decision_values(**changes))
    issue(submission)
    submission.refresh_from_db()
    return submission


def test_a_condition_is_answered_on_a_phone_looked_at_by_both_and_closed(
    place: World, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], tmp_path: Path
) -> None:
    submission = decided(place)
    file = tmp_path / "Portfolio template.pdf"
    file.write_bytes(filemaker.pdf(4))
    here = f"/submissions/{submission.pk}/conditions/1/"

    leader = new_page(PHONE)
    sign_in(leader, place.leader)
    leader.goto(f"/submissions/{submission.pk}/")
    leader.get_by_role("link", name="Condition 1").click()
    leader.get_by_role("link", name="Answer the condition").click()
    leader.get_by_label("What you did to meet the condition").fill(
        "The template now records every appraisal."
    )
    # The library is empty, so the part that adds a file stands open.
    leader.get_by_label("New file").set_input_files(file)
    leader.get_by_label("Pages to cite").fill("2-3")
    leader.get_by_role("button", name="Upload and cite").click()
    expect(leader.get_by_text("was added to the library and is cited here.")).to_be_visible()
    assert_accessible(leader)
    leader.get_by_role("button", name="Save, then read and send").click()
    expect(leader.get_by_text("The template now records every appraisal.")).to_be_visible()
    leader.get_by_role("button", name="Send to CASE").click()
    expect(leader.get_by_text("is with CASE.")).to_be_visible()

    for assessor in (place.lead, place.co):
        page = new_page()
        sign_in(page, assessor)
        page.goto(here)
        page.get_by_role("link", name="Give your view").click()
        page.get_by_label("Met", exact=True).check()
        page.get_by_label("Words for CASE only").fill("A good piece of work.")
        assert_accessible(page)
        page.get_by_role("button", name="Save your view").click()
        expect(page.get_by_text("Your view is saved.")).to_be_visible()

    chair = new_page()
    sign_in(chair, place.chair)
    chair.goto("/")
    chair.get_by_role("link", name="Close condition 1, or give its answer back").click()
    chair.get_by_role("link", name="Close it as met").click()
    chair.get_by_role("button", name="Close the condition").click()
    expect(chair.get_by_text("It was the last one: letter")).to_be_visible()
    assert Condition.objects.get().state == "closed"
    assert Letter.objects.filter(kind=LetterKind.CONDITIONS_MET).count() == 1
    leader.goto(here)
    expect(leader.get_by_role("heading", name="This condition is met")).to_be_visible()
    expect(leader.get_by_text("A good piece of work.")).to_have_count(0)


def test_a_refusal_is_appealed_against_upheld_and_superseded(
    place: World, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    submission = decided(place, outcome="refuse", **NO_PERIOD)
    leader = new_page(PHONE)
    sign_in(leader, place.leader)
    leader.goto(f"/submissions/{submission.pk}/")
    leader.get_by_role("link", name="Appeal against the decision").click()
    assert_accessible(leader)
    leader.get_by_label("Your grounds").fill("Page 12 of the handbook was not read.")
    leader.get_by_role("button", name="Lodge the appeal").click()
    expect(leader.get_by_text("Your appeal is lodged.")).to_be_visible()

    officer = new_page()
    sign_in(officer, place.officer)
    officer.goto(f"/submissions/{submission.pk}/appeal/")
    officer.get_by_label("What was done").fill("Two members who were not on the panel read it.")
    officer.get_by_role("button", name="Put it on record").click()
    expect(officer.get_by_text("The step is on record.")).to_be_visible()
    officer.get_by_label("Upheld: the chair records a new decision").check()
    officer.get_by_label("By whom, and why").fill("The Committee on appeals: page 12 shows what was missed.")
    assert_accessible(officer)
    officer.get_by_role("button", name="Record the end").click()
    expect(officer.get_by_text("The end of the appeal is on record.")).to_be_visible()

    chair = new_page()
    sign_in(chair, place.chair)
    chair.goto(f"/submissions/{submission.pk}/appeal/")
    chair.get_by_role("link", name="Record the superseding decision").click()
    chair.get_by_label("Accredited with conditions").check()
    for name, parts in (("period_from", "1 9 2026"), ("period_to", "31 8 2031")):
        for part, value in zip(("day", "month", "year"), parts.split(), strict=True):
            chair.locator(f"[name={name}_{part}]").fill(value)
    chair.get_by_label("The Committee’s reasons").fill("The handbook shows it on page 12.")
    chair.get_by_label("Your full name").fill("Chair Wexcombe")
    assert_accessible(chair)
    chair.get_by_role("button", name="Record the superseding decision").click()
    expect(chair.get_by_text("It supersedes the one before")).to_be_visible()
    expect(chair.get_by_role("heading", name="Earlier decisions on this case")).to_be_visible()
    assert Decision.objects.filter(superseded=True).count() == 1


def test_a_deferred_case_is_submitted_again_and_a_late_conflict_shuts_the_new_one(
    place: World, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    submission = decided(place, outcome="defer", **NO_PERIOD)
    leader = new_page()
    sign_in(leader, place.leader)
    leader.goto(f"/submissions/{submission.pk}/")
    leader.get_by_role("link", name="Submit again").click()
    leader.get_by_role("button", name="Begin the new draft").click()
    expect(leader.get_by_role("heading", name="Submitted again after an earlier submission")).to_be_visible()
    new = Submission.objects.get(resubmits=submission)
    assert_accessible(leader)

    # The old panel's lead becomes aware of a conflict only now: the old case shuts for them, everywhere.
    lead = new_page()
    sign_in(lead, place.lead)
    lead.goto(f"/reviews/{submission.pk}/conflict/")
    lead.get_by_label("Personal relationship").check()
    lead.locator("main form button[type=submit]").last.click()
    expect(lead.get_by_text("until then the case stays shut.")).to_be_visible()
    for path in (f"/reviews/{submission.pk}/", f"/submissions/{submission.pk}/", f"/submissions/{new.pk}/"):
        assert lead.request.get(path).status == 404


def test_the_annual_return_begins_with_last_years_is_checked_sent_and_flagged(
    place: World,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    tmp_path: Path,
    expected_faults: list[str],
) -> None:
    expected_faults.append("422")
    year = monitoring.last_year(timezone.localdate())
    first = monitoring.span(year - 1)[0]
    decided(place, period_from=first, period_to=months_after(first, 60))
    send(place, year - 1)
    words = monitoring.spoken_year(year)

    leader = new_page(PHONE)
    sign_in(leader, place.leader)
    leader.goto("/")
    leader.get_by_role("link", name=f"Send the annual return {words}").click()
    leader.get_by_role("heading", name=f"Annual return {words}").wait_for()
    assert_accessible(leader)
    modules = leader.get_by_label("Modules: what was taught, and what changed", exact=True)
    assert modules.input_value() == "Words about modules.", "it begins with what was sent last year"
    assert leader.get_by_text("Last year: 5.").count() == 1
    leader.get_by_role("button", name="Save and send to CASE").click()
    leader.get_by_role("heading", name="There is a problem").wait_for()
    expect(leader.get_by_text("confirm that it is unchanged").first).to_be_visible()
    assert AnnualReturn.objects.get(year=year).sent_at is None
    for box in leader.locator(".number-box").all():
        box.fill("0")
    leader.locator("[name=enrolled_pgc]").fill("4")
    leader.locator("[name=enrolled_msc]").fill("3")
    modules.fill("A module on nerves was added.")
    for code in ("backgrounds", "placements"):
        leader.locator(f"[name=same_{code}]").check()
    report = tmp_path / "External examiner.pdf"
    report.write_bytes(filemaker.pdf(2))
    leader.locator("[name=file]").set_input_files(report)
    leader.get_by_role("button", name="Save", exact=True).click()
    expect(leader.get_by_text("The document is with the return.")).to_be_visible()
    expect(leader.get_by_text("Total as saved: 7")).to_be_visible()
    leader.get_by_role("button", name="Save and send to CASE").click()
    expect(leader.get_by_text(f"The return for {words} is sent. Thank you.")).to_be_visible()

    officer = new_page()
    sign_in(officer, place.officer)
    officer.goto("/")
    officer.get_by_role("link", name="Annual monitoring").click()
    expect(officer.get_by_text(f"1 of 1 returns for {words} are in")).to_be_visible()
    assert_accessible(officer)
    officer.get_by_role("link", name=place.course.title).click()
    expect(officer.get_by_text("Confirmed as unchanged since the year before.").first).to_be_visible()
    officer.get_by_label("Clause").select_option("PS4.2")
    officer.get_by_label("What should the next review look at?").fill("Two mentors left.")
    officer.get_by_role("button", name="Flag for the next review").click()
    expect(officer.get_by_text("The assessors of the course’s next submission will see it.")).to_be_visible()
    assert_accessible(officer)
    leader.reload()
    expect(leader.get_by_text("Two mentors left.")).to_have_count(0)
    assert AnnualReturn.objects.get(year=year).flags.get().clause == "PS4.2"
