"""The pages of panels, office and Committee in a real browser: accessible at three sizes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accreditation import files
from accreditation.enums import PanelRole
from accreditation.models import Evidence, Submission
from accreditation.services import conflicts, reviews
from tests.accreditation import panels
from tests.accreditation.filemaker import pdf
from tests.browser import assert_accessible
from tests.worlds import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SIZES = {
    "desktop": {"width": 1280, "height": 900},
    "tablet": {"width": 820, "height": 1180},
    "phone": {"width": 390, "height": 844},
}
SHOTS = os.environ.get("CASE_SHOTS", "")
"""A folder for screenshots of every page at every size, for looking at."""


def with_handbook(submission: Submission) -> None:
    """Puts the file that the answers cite into the library."""
    stored = files.store_bytes(pdf(12))
    Evidence.objects.create(
        submission=submission,
        number=1,
        title="Course handbook",
        name="handbook.pdf",
        sha256=stored.sha256,
        size=stored.size,
        media_type="application/pdf",
        pages=12,
        uploaded_by=submission.opened_by,
    )
    snapshot = submission.snapshots.get()
    snapshot.files[0]["sha256"] = stored.sha256
    snapshot.save(update_fields=["files"])


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path, expected_faults: list[str]) -> None:
    """Files of these tests lie in a folder of their own; a refused form is a fault to Chromium."""
    settings.DATA_DIR, settings.EVIDENCE_DIR = tmp_path, tmp_path / "evidence"
    expected_faults.append("422")


def look(page: Page, name: str, size: str) -> None:
    assert_accessible(page)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{size}.png"), full_page=True)


@pytest.mark.parametrize("size", SIZES)
def test_pages_of_a_case_under_assessment(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], size: str
) -> None:
    world, other, third = make_world("Wexcombe"), make_world("Ravenmoor"), make_world("Strathgarry")
    submission = panels.in_assessment(world, shadow=True)
    with_handbook(submission)
    panels.judge_all(submission, world.co)
    panels.agreeing(other)
    invited = panels.submitted(third)
    place = reviews.assign(
        by=third.officer, submission_id=invited.pk, user_id=world.lead.pk, role=PanelRole.LEAD
    )
    conflicts.declare_conflict(
        by=third.officer,
        submission_id=invited.pk,
        kind="co_author",
        user_id=third.co.pk,
        description="A paper.",
    )
    for clause, outcome in (("PS1.1", "met"), ("PS1.2", "partly_met"), ("PS1.3", "not_met")):
        reviews.save_judgement(by=world.lead, submission_id=submission.pk, clause=clause, outcome=outcome)
    page = new_page(SIZES[size])
    sign_in(page, world.lead)
    pk = submission.pk
    for name, url in {
        "home-lead": "/",
        "reviews": reverse("reviews"),
        "invitation": reverse("review_invitation", args=[place.pk]),
        "brief": reverse("review_brief", args=[pk]),
        "clause": reverse("review_clause", args=[pk, "PS2.4"]),
        "clause-reason": reverse("review_clause", args=[pk, "PS1.3"]),
        "finish": reverse("review_finish", args=[pk]),
        "declare": reverse("review_conflict", args=[pk]),
    }.items():
        page.goto(url)
        look(page, name, size)
    page.goto(reverse("review_finish", args=[pk]))
    page.get_by_role("button", name="Finish my judgement").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "finish-refused", size)
    sign_in(page, world.officer)
    conflict = third.co.conflicts.get()
    for name, url in {
        "home-officer": "/",
        "queue": reverse("cases"),
        "case": reverse("case", args=[pk]),
        "case-invited": reverse("case", args=[invited.pk]),
        "assign": reverse("case_assign", args=[invited.pk]),
        "conflict": reverse("case_conflict", args=[invited.pk]),
        "conflict-decide": reverse("conflict_decide", args=[invited.pk, conflict.pk]),
        "remove": reverse("case_remove_member", args=[place.pk]),
        "return": reverse("case_return", args=[invited.pk]),
    }.items():
        page.goto(url)
        look(page, name, size)


@pytest.mark.parametrize("size", SIZES)
def test_pages_of_a_case_after_both_judged(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], size: str
) -> None:
    world, second, third = make_world("Wexcombe"), make_world("Ravenmoor"), make_world("Strathgarry")
    apart = panels.agreeing(second, co_says={"PS1.3": "partly_met", "PS4.2": "not_met"})
    ready = panels.report_ready(third)
    submission = panels.reported(world)
    page = new_page(SIZES[size])
    sign_in(page, second.lead)
    for name, url in {
        "agree": reverse("review_agree", args=[apart.pk]),
        "agree-clause": reverse("review_agree_clause", args=[apart.pk, "PS4.2"]),
        "report-empty": reverse("review_report", args=[apart.pk]),
        "item": reverse("review_item_add", args=[apart.pk, "condition"]),
        "item-commendation": reverse("review_item_add", args=[apart.pk, "commendation"]),
    }.items():
        page.goto(url)
        look(page, name, size)
    sign_in(page, third.lead)
    for name in ("review_report", "review_sign"):
        page.goto(reverse(name, args=[ready.pk]))
        look(page, name, size)
    sign_in(page, world.chair)
    for name, url in {
        "decisions": reverse("decisions"),
        "decision": reverse("decision", args=[submission.pk]),
        "record": reverse("decision_record", args=[submission.pk]),
        "send-back": reverse("decision_send_back", args=[submission.pk]),
    }.items():
        page.goto(url)
        look(page, name, size)
    page.goto(reverse("decision_record", args=[submission.pk]))
    page.get_by_role("button", name="Check before recording").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    look(page, "record-refused", size)
    page.get_by_label("Accredited with conditions").check()
    page.get_by_label("The Committee’s reasons").fill("The Committee agreed with the panel.")
    page.get_by_label("Your full name").fill("Professor Anne Chair")
    page.get_by_role("button", name="Check before recording").click()
    page.get_by_role("heading", name="Check before recording").wait_for()
    look(page, "check", size)
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_role("heading", name="The Committee’s decision").wait_for()
    look(page, "decided", size)
    sign_in(page, world.leader)
    page.goto(reverse("submission", args=[submission.pk]))
    page.get_by_role("heading", name="The Committee’s decision").wait_for()
    look(page, "submission-decided", size)


def test_turning_a_page_of_the_evidence_keeps_what_is_typed(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    world = make_world("Wexcombe")
    submission = panels.in_assessment(world)
    with_handbook(submission)
    page = new_page(SIZES["tablet"])
    sign_in(page, world.lead)
    page.goto(reverse("review_clause", args=[submission.pk, "PS2.4"]))
    page.get_by_label("Comment for the course").fill("Typed on a train.")
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("img", name="Page 3 of E1").wait_for()
    page.get_by_label("Page", exact=True).fill("7")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_role("img", name="Page 7 of E1").wait_for()
    assert page.get_by_label("Comment for the course").input_value() == "Typed on a train."
    page.get_by_label("Partly met").check()
    page.get_by_role("button", name="Save for me alone, go to PS2.5").click()
    page.get_by_role("heading", name="PS2.5").wait_for()
    assert submission.assignments.get(user=world.lead).judgements.get().comment == "Typed on a train."


def test_a_case_is_judged_without_script(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    world = make_world("Wexcombe")
    submission = panels.in_assessment(world)
    with_handbook(submission)
    page = new_page(SIZES["desktop"], java_script_enabled=False)
    sign_in(page, world.lead)
    page.goto(reverse("review_clause", args=[submission.pk, "PS2.4"]))
    page.get_by_role("link", name="Next page").click()
    page.get_by_role("img", name="Page 3 of E1").wait_for()
    page.get_by_label("Partly met").check()
    page.get_by_role("button", name="Save and stay here").click()
    page.get_by_text("PS2.4 is saved.").wait_for()
    page.get_by_role("link", name="PS2.5", exact=False).first.click()
    page.get_by_role("heading", name="PS2.5").wait_for()
