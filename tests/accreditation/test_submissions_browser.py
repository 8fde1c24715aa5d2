"""A course leader in a real browser: from opening a submission to handing it in; also on a phone, and without JavaScript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from accreditation import questions, sections
from accreditation.models import Answer, Citation, Submission
from accreditation.services import evidence as library
from accreditation.services import submissions as services
from tests.accreditation import filemaker
from tests.accreditation.filemaker import upload
from tests.browser import PHONE, assert_accessible
from tests.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.DATA_DIR = tmp_path


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    path = tmp_path / "Course handbook 2026.pdf"
    path.write_bytes(filemaker.pdf(6))
    return path


def filled(world: World) -> Submission:
    draft = services.open_submission(by=world.leader, course=world.course, kind="new")
    file = library.add_evidence(by=world.leader, submission_id=draft.pk, upload=upload(), title="Handbook")
    for clause in questions.QUESTIONS:
        services.save_answer(
            by=world.leader, submission_id=draft.pk, clause=clause, text="As shown.", version=0
        )
        library.cite(by=world.leader, submission_id=draft.pk, clause=clause, evidence_id=file.pk, pages="2")
    for code in sections.CODES:
        services.set_section(by=world.leader, submission_id=draft.pk, code=code, complete=True)
    return draft


def test_a_leader_opens_answers_cites_and_submits(
    desktop: Page,
    sign_in: Callable[[Page, Any], None],
    world: World,
    handbook: Path,
    expected_faults: list[str],
) -> None:
    expected_faults.append("422")  # a form that comes back with its errors
    page = desktop
    sign_in(page, world.leader)
    page.goto("/submissions/")
    page.get_by_role("link", name="Start one").click()
    assert_accessible(page)
    page.get_by_label("New accreditation. The course was never").check()
    page.get_by_role("button", name="Start the submission").click()
    expect(page.get_by_text("You have completed 0 of 8 sections")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Answer position statement 3").click()
    page.get_by_role("link", name="PS3.1 Graduates are told").click()
    page.get_by_label("Your answer").fill("Section 7 of the handbook says so.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")  # by itself
    assert Answer.objects.get().text == "Section 7 of the handbook says so."
    page.get_by_label("New file").set_input_files(handbook)
    page.get_by_label("Pages to cite").fill("9")
    page.get_by_role("button", name="Upload and cite").click()
    expect(page.get_by_role("alert")).to_contain_text("The file has 6 pages, so there is no page 9")
    assert_accessible(page)
    expect(page.get_by_role("alert")).to_contain_text("The file is in the library now, as E1")
    page.locator("#id_pages").fill("5-6")  # the file stands chosen already
    page.get_by_role("button", name="Cite this file").click()
    expect(page.get_by_text("pages 5–6", exact=True)).to_be_visible()
    assert Citation.objects.get().pages == "5-6"
    page.get_by_role("link", name="E1 Course handbook 2026").click()
    expect(page.get_by_role("img", name="Page 5 of E1")).to_be_visible()
    shown = page.locator(".viewer-page img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert shown == 900
    page.get_by_role("link", name="Next page").click()
    page.get_by_label("Page", exact=True).fill("2")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("img", name="Page 2 of E1")).to_be_visible()
    assert_accessible(page)


def test_words_typed_while_the_page_still_loads_are_saved_too(
    desktop: Page, sign_in: Callable[[Page, Any], None], world: World
) -> None:
    draft = services.open_submission(by=world.leader, course=world.course, kind="new")
    page = desktop
    sign_in(page, world.leader)
    held: list[Route] = []
    page.route("**/htmx-2.min.js", lambda route: held.append(route))
    page.goto(f"/submissions/{draft.pk}/clauses/PS3.1/", wait_until="commit")
    page.get_by_label("Your answer").fill("Section 7 of the handbook says so.")
    held[0].continue_()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert Answer.objects.get().text == "Section 7 of the handbook says so."


def test_a_complete_draft_is_checked_declared_and_handed_in(
    desktop: Page, sign_in: Callable[[Page, Any], None], world: World
) -> None:
    draft = filled(world)
    page = desktop
    sign_in(page, world.leader)
    page.goto(f"/submissions/{draft.pk}/check/")
    expect(page.get_by_role("heading", name="Check against the statements")).to_be_visible()
    assert_accessible(page)
    page.goto(f"/submissions/{draft.pk}/")
    page.get_by_role("link", name="Check your answers and submit").click()
    page.get_by_role("link", name="Change the answer to PS4.2").click()
    page.get_by_label("Your answer").fill("The register shows each mentor’s award and its day.")
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    expect(page.get_by_text("The register shows each mentor’s award and its day.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Continue to the declaration").click()
    page.get_by_label("Your full name").fill("Leader Wexcombe")
    page.get_by_label("Your role").fill("Course leader")
    page.get_by_label("I declare").check()
    assert_accessible(page)
    page.get_by_role("button", name="Submit to CASE").click()
    expect(page.get_by_role("heading", name="Submitted to CASE")).to_be_visible()
    expect(page.get_by_text(draft.reference).last).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Version 1").click()
    expect(page.get_by_text("The register shows each mentor’s award and its day.")).to_be_visible()
    assert_accessible(page)


def test_without_javascript_nothing_is_missing(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], world: World, handbook: Path
) -> None:
    draft = services.open_submission(by=world.leader, course=world.course, kind="new")
    page = new_page(java_script_enabled=False)
    sign_in(page, world.leader)
    page.goto(f"/submissions/{draft.pk}/clauses/PS1.3/")
    page.get_by_label("Your answer").fill("Section 3.2.")
    page.get_by_label("New file").set_input_files(handbook)
    page.get_by_label("Pages to cite").fill("3")
    page.get_by_role("button", name="Upload and cite").click()
    expect(page.get_by_text("page 3", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take out").click()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="No direct entry for undergraduates")).to_be_visible()
    assert Answer.objects.get().text == "Section 3.2." and not Citation.objects.exists()


def test_every_page_fits_a_phone(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], world: World
) -> None:
    draft = filled(world)
    module = world.course.modules.all()[0]
    page = new_page(PHONE, has_touch=True, is_mobile=True)
    sign_in(page, world.leader)
    here, course = f"/submissions/{draft.pk}/", f"/submissions/courses/{world.course.pk}/"
    own = (
        "",
        "course/",
        "people/",
        "statements/PS4/",
        "clauses/PS4.2/",
        "evidence/",
        "evidence/1/",
        "evidence/1/replace/",
    )
    own += ("evidence/1/remove/", "evidence/1/title/", "check/", "answers/", "submit/", "withdraw/")
    of_course = (
        "",
        "start/",
        "details/",
        "minimum-scans/",
        "modules/add/",
        f"modules/{module.pk}/",
        f"modules/{module.pk}/remove/",
    )
    for path in ("/submissions/", *(here + one for one in own), *(course + one for one in of_course)):
        page.goto(path)
        assert_accessible(page)
