"""The house style: words of statuses, dates and sizes, the forms' errors, and the style page in a real browser."""

import datetime as dt
import gzip
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.html import strip_tags
from playwright.sync_api import Page, expect

from accreditation import enums
from accreditation.forms.widgets import DayMonthYearField, DayMonthYearWidget
from accreditation.templatetags import case
from accreditation.templatetags.status_words import STATUS_WORDS, status_word
from accreditation.views import errors
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.worlds import PASSWORD, make_user

OUTCOMES = ("met", "not_met", "missing", "judge", "note", "not_applicable")
WORKFLOWS = (
    enums.SubmissionState,
    enums.InvitationState,
    enums.JudgementOutcome,
    enums.ReportItemKind,
    enums.DecisionOutcome,
    enums.ConditionState,
    enums.BuildState,
    enums.JobState,
)


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


def plain(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).split())


def render(source: str, **values: Any) -> str:
    return Template("{% load case %}" + source).render(Context(values))


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [*OUTCOMES, *(code for kind in WORKFLOWS for code in kind.values)])
def test_every_state_has_words_of_its_own(code: str) -> None:
    assert code in STATUS_WORDS
    html = render("{% status code %}", code=code)
    assert plain(html) == status_word(code).label
    assert "<svg" in html, "a shape stands beside the words"
    assert "<a " not in html, "a status is never a link"


def test_outcomes_differ_in_shape_as_well_as_in_colour() -> None:
    shapes = [status_word(code).shape for code in OUTCOMES]
    assert len(set(shapes)) == len(OUTCOMES)


def test_an_unknown_state_shows_readable_words() -> None:
    assert plain(render("{% status 'with_the_printer' %}")) == "With the printer"


def test_words_in_a_status_are_escaped() -> None:
    assert "<b>" not in render("{% status 'met' label=words %}", words="<b>x</b>")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (2_430_112, "2.4 MB"),
        (250_000_000, "250 MB"),
        (None, ""),
        ("many", ""),
    ],
)
def test_sizes_are_said_plainly(size: object, words: str) -> None:
    assert case.filesize_plain(size) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (dt.date(2025, 3, 4), "4 March 2025"),
        (dt.datetime(2025, 7, 1, 12, 5, tzinfo=dt.UTC), "1 July 2025, 13:05"),
        ("spring 2025", "spring 2025"),
        (None, ""),
    ],
)
def test_dates_are_said_plainly(value: object, words: str) -> None:
    assert case.plain_date(value) == words


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((), ""),
        (["knee"], "knee"),
        ({"knee", "shoulder"}, "shoulder and knee"),
        (["ankle_foot", "elbow", "wrist_hand"], "elbow, wrist and hand and ankle and foot"),
    ],
)
def test_regions_come_in_the_order_of_the_standard(codes: Any, words: str) -> None:
    assert case.regions_words(codes) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Prof. Helen Marsh", "HM"),
        ("Dr Asha van der Berg", "AB"),
        ("Cher", "C"),
        ("Ŵyn (external) Élan", "ŴÉ"),
        ("", ""),
    ],
)
def test_initials_leave_titles_out(name: str, letters: str) -> None:
    assert case.initials(name) == letters


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, [1, 2, None, 20]),
        (4, [1, 2, 3, 4, 5, None, 20]),
        (6, [1, None, 5, 6, 7, None, 20]),
        (20, [1, None, 19, 20]),
    ],
)
def test_page_numbers_around_the_present_one(number: int, shown: list[int | None]) -> None:
    assert case.page_numbers(Paginator(range(200), 10), number) == shown


def test_a_page_link_keeps_the_filters() -> None:
    request = RequestFactory().get("/", {"q": "knee & foot", "page": "3"})
    assert QueryDict(case.query({"request": request}, page=4)[1:]).dict() == {"q": "knee & foot", "page": "4"}
    assert case.query({"request": request}, page=None, q=None) == "?"


@pytest.mark.parametrize(
    ("code", "ends"), [("PS4.2", "/ps4/#PS4.2"), ("PS4", "/ps4/"), ("", ""), ("../x", "")]
)
def test_a_clause_leads_to_its_words(code: str, ends: str) -> None:
    assert case.clause_url(code).endswith(ends)
    assert bool(case.clause_url(code)) is bool(ends)


# --- dates in three boxes -------------------------------------------------------------------------------------------


class ScanForm(forms.Form):
    seen = DayMonthYearField(label="Date of the scan")
    reason = forms.CharField(label="What did you look for?")
    kind = forms.ChoiceField(label="Kind", choices=[("", ""), ("a", "A")])
    sure = forms.BooleanField(label="I am sure")


def scan_form(day: str, month: str, year: str) -> ScanForm:
    return ScanForm(
        {"seen_day": day, "seen_month": month, "seen_year": year, "reason": "x", "kind": "a", "sure": "on"}
    )


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "Mar."])
def test_a_month_may_be_a_word(month: str) -> None:
    form = scan_form("4", month, "2025")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["seen"] == dt.date(2025, 3, 4)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("", "", ""), "Enter the date, for example 14 3 2025"),
        (("4", "", "2025"), "The date must include a month"),
        (("", "", "2025"), "The date must include a day and month"),
        (("31", "2", "2025"), "The date must be a real date, for example 14 3 2025"),
        (("4", "3", "25"), "The date must be a real date, for example 14 3 2025"),
        (("4", "Smarch", "2025"), "The date must be a real date, for example 14 3 2025"),
        (("٤x", "3", "2025"), "The date must be a real date, for example 14 3 2025"),
        (("4", "3", "0000"), "The date must be a real date, for example 14 3 2025"),
        (("1/2", "3", "2025"), "The date must be a real date, for example 14 3 2025"),
    ],
)
def test_a_date_error_says_how_to_mend_it_and_keeps_what_was_typed(
    parts: tuple[str, str, str], words: str
) -> None:
    form = scan_form(*parts)
    assert form.errors["seen"] == [words]
    boxes = re.findall(r'id="id_seen_(?:day|month|year)"[^>]*value="([^"]*)"', str(form["seen"]))
    assert boxes == list(parts)


def test_a_stored_date_fills_the_boxes() -> None:
    html = DayMonthYearWidget().render("seen", dt.date(2025, 3, 4), {"id": "id_seen"})
    assert re.findall(r'value="([^"]*)"', html) == ["4", "3", "2025"]


def test_an_unchanged_date_is_not_a_change() -> None:
    data = {"seen_day": "4", "seen_month": "3", "seen_year": "2025"}
    assert not ScanForm(data, initial={"seen": dt.date(2025, 3, 4)})["seen"]._has_changed()


# --- errors of forms ------------------------------------------------------------------------------------------------


def crispy(form: forms.Form) -> str:
    return Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": form}))


def test_every_error_links_to_its_field_in_the_words_that_the_field_shows() -> None:
    form = ScanForm({})
    links = case.error_links(form)
    assert [link["text"] for link in links] == [
        "Enter the date, for example 14 3 2025",
        "Answer “What did you look for?”",
        "Kind: choose one",
        "Tick the box “I am sure” to go on",
    ]
    html = crispy(form)
    for link in links:
        assert f'id="{link["href"][1:]}"' in html, "the link leads to a control that is there"
        assert f"Error: {link['text']}" in plain(html)


def test_the_hint_and_the_error_are_tied_to_the_control() -> None:
    html = crispy(ScanForm({}))
    reason = re.search(r'<input[^>]*name="reason"[^>]*>', html)
    assert reason is not None
    assert 'aria-invalid="true"' in reason[0]
    named = re.search(r'aria-describedby="([^"]+)"', reason[0])
    assert named is not None
    for part in named[1].split():
        assert f'id="{part}"' in html
    assert 'aria-describedby="id_seen_error"' in html, "a group of boxes is tied to its error by the fieldset"


def test_an_error_summary_shows_nothing_without_errors() -> None:
    assert render_to_string("components/error_summary.html", {"forms": ScanForm()}).strip() == ""


# --- components -----------------------------------------------------------------------------------------------------


def test_a_task_that_cannot_start_is_no_link_and_says_why() -> None:
    task = {"title": "Submit", "status": "cannot_start", "reason": "Two clauses have no answer."}
    html = render_to_string("components/task_list.html", {"tasks": [task]})
    assert "<a " not in html
    assert "Two clauses have no answer." in plain(html)


def test_a_button_that_cannot_be_pressed_is_reachable_and_says_why() -> None:
    html = render_to_string(
        "components/button_row.html", {"label": "Submit", "reason": "Two clauses have no answer."}
    )
    assert " disabled" not in html
    assert 'type="button"' in html, "it sends nothing"
    described = re.search(r'aria-disabled="true"\s+aria-describedby="([^"]+)"', html)
    assert described is not None
    assert f'id="{described[1]}"' in html


@pytest.mark.parametrize(("count", "words"), [(1, "1 scan behind this"), (3, "3 scans behind this")])
def test_a_finding_counts_exactly_the_rows_behind_it(count: int, words: str) -> None:
    rows = [{"label": f"Scan {n}", "url": f"#{n}"} for n in range(count)]
    html = render_to_string(
        "components/finding.html",
        {"outcome": "not_met", "clause": "PS4.2", "reason": "…", "rows": rows, "rows_word": "scan"},
    )
    assert words in plain(html)
    assert html.count("<li>") == count


def test_work_that_has_ended_is_not_asked_for_again() -> None:
    running = render_to_string(
        "components/work.html", {"title": "Letter", "state": "building", "poll_url": "/x/"}
    )
    ended = render_to_string(
        "components/work.html", {"title": "Letter", "state": "built", "result_url": "/y/"}
    )
    assert 'hx-get="/x/"' in running
    assert "hx-get" not in ended
    assert "<progress" not in ended


def test_no_template_has_inline_style_or_script() -> None:
    """The content security policy would drop it, without a word to the person who looks at the page."""
    found = []
    for path in Path(settings.ROOT, "templates").rglob("*.html"):
        if {"letters", "mail"} & set(path.parts):
            continue  # made for paper and for mail programs
        text = path.read_text()
        if re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)", text):
            found.append(str(path.relative_to(settings.ROOT)))
    assert found == []


# --- pages about errors and accounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "argument", "status", "words"),
    [
        (errors.bad_request, ValueError("x"), 400, "nothing was changed"),
        (errors.forbidden, PermissionDenied("You are not on this panel."), 403, "You are not on this panel."),
        (errors.not_found, None, 404, "Nothing stands at this address"),
        (errors.csrf_failure, "reason with CSRF", 403, "your browser still has what you typed"),
    ],
)
def test_error_pages_say_what_to_do(
    rf: RequestFactory, view: Any, argument: Any, status: int, words: str
) -> None:
    answer = view(rf.get("/"), argument)
    assert answer.status_code == status
    text = plain(answer.content.decode())
    assert words in text
    assert "CSRF" not in text


def test_the_page_for_our_own_faults_needs_nothing(rf: RequestFactory) -> None:
    answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "the fault is ours" in plain(answer.content.decode()).lower()


@pytest.mark.django_db
def test_nobody_can_sign_up(client: Client) -> None:
    answer = client.post(
        "/account/signup/", {"email": "me@people.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "Accounts are made for you" in plain(answer.content.decode())
    from accreditation.models import User

    assert not User.objects.filter(email="me@people.example").exists()


@pytest.mark.django_db
def test_a_wrong_password_is_said_without_naming_which(client: Client) -> None:
    make_user("Ruth Adeyemi")
    answer = client.post("/account/login/", {"login": "ruth@people.example", "password": "wrong"})
    text = plain(answer.content.decode())
    assert "There is a problem" in text
    assert "The e-mail address or the password is not right." in text
    assert "<title>Error: Sign in" in answer.content.decode()


@pytest.mark.django_db
def test_signing_in_tells_the_page_how_long_is_left_and_one_post_prolongs_it(client: Client) -> None:
    user = make_user("Ruth Adeyemi")
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    session = client.session
    assert session["signed_in_at"]
    session["signed_in_at"] -= 7 * 3600
    session.save()
    page = client.get("/nowhere/").content.decode()
    left = re.search(r'data-session-seconds="(\d+)"', page)
    assert left is not None
    assert 3500 < int(left[1]) <= 3600
    assert client.get("/session/stay/").status_code == 405, "a link prolongs nothing"
    assert client.post("/session/stay/").json()["seconds"] > 8 * 3600 - 60


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "status"), [(True, 200), (False, 404)])
def test_the_style_page_is_part_of_the_demo_only(
    client: Client, settings: Any, demo: bool, status: int
) -> None:
    settings.DEMO = demo
    assert client.get("/style/").status_code == status
    assert ("Style page" in client.get("/account/login/").content.decode()) is demo


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "viewport", [DESKTOP, PHONE, {"width": 320, "height": 700}], ids=["desktop", "phone", "320"]
)
def test_the_style_page_is_accessible(
    new_page: Callable[..., Page], scheme: str, viewport: dict[str, int]
) -> None:
    page = new_page(viewport, color_scheme=scheme)
    page.goto("/style/")
    assert_accessible(page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_the_style_page_works_without_script(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, java_script_enabled=False)
    page.goto("/style/")
    page.get_by_text("2 records behind this").click()
    expect(page.get_by_role("link", name="Qualification: PgCert Medical Ultrasound")).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_a_form_with_errors_comes_back_with_the_focus_on_the_summary(desktop: Page) -> None:
    desktop.goto("/account/login/")
    desktop.get_by_role("button", name="Sign in", exact=True).click()
    summary = desktop.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Password: this needs an answer").click()
    expect(desktop.get_by_label("Password", exact=True)).to_be_focused()
    assert_accessible(desktop)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_the_account_menu_by_keyboard(desktop: Page, sign_in: Callable[[Page, Any], None]) -> None:
    sign_in(desktop, make_user("Prof. Helen Marsh", "officer"))
    desktop.goto("/style/")
    desktop.keyboard.press("Tab")
    expect(desktop.get_by_role("link", name="Skip to main content")).to_be_focused()
    menu = desktop.locator(".band-user summary")
    menu.focus()
    desktop.keyboard.press("Enter")
    expect(desktop.get_by_role("button", name="Sign out")).to_be_visible()
    assert_accessible(desktop)
    desktop.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(desktop.get_by_role("button", name="Sign out")).to_be_hidden()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_the_session_warning_prolongs_the_session(
    desktop: Page, sign_in: Callable[[Page, Any], None]
) -> None:
    desktop.clock.install()
    sign_in(desktop, make_user("Prof. Helen Marsh", "officer"))
    desktop.goto("/style/")
    dialog = desktop.get_by_role("dialog")
    desktop.clock.fast_forward((8 * 3600 - 301) * 1000)
    expect(dialog).to_be_hidden()
    desktop.clock.fast_forward(2000)
    expect(dialog).to_be_visible()
    assert_accessible(desktop)
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_what_was_typed_is_offered_back_after_the_page_is_lost(desktop: Page) -> None:
    desktop.goto("/style/")
    form = desktop.locator("#sample-form")
    form.get_by_label("How does the course show this?").fill("Two assessors, one external.")
    desktop.goto("/account/login/")
    desktop.goto("/style/")
    expect(form.get_by_label("How does the course show this?")).to_be_empty()
    desktop.get_by_role("button", name="Put it back").click()
    expect(form.get_by_label("How does the course show this?")).to_have_value("Two assessors, one external.")
    desktop.goto("/account/login/")
    desktop.goto("/style/")
    desktop.get_by_role("button", name="Forget it").click()
    desktop.reload()
    expect(desktop.get_by_role("button", name="Put it back")).to_have_count(0)


@pytest.mark.django_db(transaction=True)
def test_a_second_press_sends_nothing_again(desktop: Page) -> None:
    sent = []

    def hold(route: Any) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            desktop.wait_for_timeout(500)
            route.fulfill(status=204)
        else:
            route.continue_()

    desktop.route("**/account/login/", hold)
    desktop.goto("/account/login/")
    button = desktop.get_by_role("button", name="Sign in", exact=True)
    button.dblclick(no_wait_after=True)
    expect(button).to_have_attribute("aria-busy", "true")
    desktop.wait_for_timeout(700)
    assert len(sent) == 1
    expect(button).to_be_enabled()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("demo")
def test_paper_is_light_and_open_also_at_night(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, color_scheme="dark")
    page.goto("/style/")
    night = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)" != night
    expect(page.locator(".band")).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_role("link", name="Qualification: PgCert Medical Ultrasound")).to_be_visible()


def test_the_first_load_is_small() -> None:
    """Everything that base.html asks for, compressed: under 150 kB; what is compressed already counts as it is."""
    base = Path(settings.ROOT, "templates", "base.html").read_text()
    names = set(re.findall(r'{% static "([^"]+)" %}', base)) | {
        "fonts/hanken-grotesk-latin.woff2",
        "img/sweep.svg",
    }
    total = 0
    for name in names:
        found = finders.find(name)
        assert isinstance(found, str), name
        data = Path(found).read_bytes()
        total += len(data) if name.endswith(".woff2") else len(gzip.compress(data))
    assert 60_000 < total < 130_000, f"{total:,} bytes"
