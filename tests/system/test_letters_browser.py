"""Letters in a real browser: progress without reload, the check that keeps the file at home, and without script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, Request, expect

from accreditation import files
from accreditation.enums import BuildState
from accreditation.models import AuditEvent, Job, Letter
from accreditation.services import letters
from tests.accreditation.decided import with_letters
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.worlds import make_world

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = Path(__file__).resolve().parents[2] / "var" / "shots"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def build(letter: Letter) -> Letter:
    letters.build(job_id=Job.objects.get(key=letters.key_of(letter)).pk)
    return Letter.objects.get(pk=letter.pk)


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"letters-{name}.png", full_page=True)


def test_the_page_shows_the_letter_as_soon_as_it_is_there(
    desktop: Page, live_server: Any, sign_in: Callable[[Page, Any], None]
) -> None:
    world = make_world("Wexcombe")
    letter = with_letters(world)[0]
    sign_in(desktop, world.leader)
    desktop.goto(f"/letters/{letter.pk}/")
    expect(desktop.get_by_role("progressbar")).to_be_visible()
    assert_accessible(desktop)
    shoot(desktop, "waiting")
    desktop.evaluate("window.stillHere = true")
    build(letter)
    button = desktop.get_by_role("link", name="Download the PDF")
    expect(button).to_be_visible()
    assert desktop.evaluate("window.stillHere"), "the page was not loaded again"
    assert_accessible(desktop)
    shoot(desktop, "ready")
    with desktop.expect_download() as got:
        button.click()
    assert got.value.suggested_filename == f"{letter.number}.pdf"
    assert Path(got.value.path()).read_bytes().startswith(b"%PDF-1.7")


def test_without_script_a_link_looks_again(
    new_page: Callable[..., Page], live_server: Any, sign_in: Callable[[Page, Any], None]
) -> None:
    world = make_world("Wexcombe")
    letter = with_letters(world)[0]
    page = new_page(PHONE, java_script_enabled=False)
    sign_in(page, world.leader)
    page.goto(f"/letters/{letter.pk}/")
    build(letter)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible()
    page.goto("/letters/")
    expect(page.get_by_role("link", name=letter.number, exact=True)).to_be_visible()


def test_the_office_builds_a_failed_letter_again(
    desktop: Page, live_server: Any, sign_in: Callable[[Page, Any], None]
) -> None:
    world = make_world("Wexcombe")
    letter = with_letters(world)[0]
    Letter.objects.filter(pk=letter.pk).update(state=BuildState.FAILED, failure="The store is full.")
    Job.objects.filter(key=letters.key_of(letter)).update(state="failed")
    sign_in(desktop, world.officer)
    desktop.goto(f"/letters/{letter.pk}/")
    shoot(desktop, "failed")
    assert_accessible(desktop)
    desktop.get_by_role("button", name="Build again").click()
    expect(desktop.get_by_text("is being built again")).to_be_visible()
    expect(desktop.get_by_role("progressbar")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_file_is_checked_and_with_script_it_stays_at_home(
    new_page: Callable[..., Page], live_server: Any, tmp_path: Path, script: bool
) -> None:
    letter = build(with_letters(make_world("Wexcombe"))[0])
    with files.open_blob(letter.sha256) as stream:
        data = stream.read()
    good, bad = tmp_path / "letter.pdf", tmp_path / "altered.pdf"
    good.write_bytes(data)
    bad.write_bytes(data[:-10] + b"X" + data[-9:])
    page = new_page(DESKTOP if script else PHONE, java_script_enabled=script)
    sent: list[int] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(len(request.post_data_buffer or b""))

    page.on("request", note)
    for path, told in ((good, "Genuine and valid"), (bad, "This is not a file of ours")):
        page.goto("/verify/")
        expect(page.get_by_text("does not leave your computer")).to_be_visible(visible=script)
        page.get_by_label("The letter’s PDF file").set_input_files(path)
        page.get_by_role("button", name="Check the file").click()
        expect(page.get_by_role("heading", name=told)).to_be_visible()
        if script:
            assert_accessible(page)
            shoot(page, "verdict-" + path.stem)
    assert len(sent) == 2
    if script:
        assert max(sent) < 2000, "only the sum was sent"
    assert AuditEvent.objects.filter(verb="letter.verified").count() == 2


def test_the_check_page_by_number_on_a_phone(phone: Page, live_server: Any) -> None:
    letter = build(with_letters(make_world("Wexcombe"))[0])
    phone.goto("/verify/")
    assert_accessible(phone)
    shoot(phone, "verify-phone")
    phone.get_by_label("Letter number").fill(letter.number)
    phone.get_by_role("button", name="Check the number").click()
    expect(phone.get_by_role("heading", name="Genuine and valid")).to_be_visible()
    phone.get_by_label("Check code").fill(letter.content["check"])
    phone.get_by_role("button", name="Check the number").click()
    expect(phone.get_by_text("University of Wexcombe")).to_be_visible()
    shoot(phone, "verdict-phone")
    assert_accessible(phone)
