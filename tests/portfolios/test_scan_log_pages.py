"""The scan log: repeated and favourite entries, identifiers caught, and entries that wait for the network."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accreditation.exceptions import Invalid
from portfolios.models import Scan
from portfolios.selectors import favourites_of
from portfolios.services import scans
from tests.browser import assert_accessible
from tests.people import Clinic

pytestmark = pytest.mark.django_db


def log(clinic: Clinic, **changes: object) -> Scan:
    return scans.log_scan(
        by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entry=clinic.entry(**changes)
    )


def send(clinic: Clinic, headers: dict[str, str] | None = None, **changes: object) -> Any:
    today = timezone.localdate()
    data = {
        "on_day": today.day, "on_month": today.month, "on_year": today.year, "regions": ["knee"], "subject": "patient",
        "mentor": clinic.mentor.pk, "supervision": "observed", "role": "performed", "minutes": 25,
        "client_key": "01a20cdb-ee4f-466d-91f6-52c42f031c39",
    } | changes  # fmt: skip
    client = Client()
    client.force_login(clinic.student_user)
    return client.post(reverse("scan_add", args=[clinic.portfolio.pk]), data, headers=headers)


@pytest.mark.parametrize("field", ["indication", "other_finding", "reflection"])
def test_an_identifier_stops_the_entry_names_its_place_and_going_on_needs_a_reason(
    clinic: Clinic, field: str
) -> None:
    text = "Knee, 943 476 5919, swollen"
    answer = send(clinic, **{field: text})
    page = answer.content.decode()
    assert answer.status_code == 422 and not Scan.objects.exists()
    assert "“943 476 5919” (characters 7 to 18) looks like an NHS number." in page and text in page
    assert "Why these words identify nobody" in page
    assert send(clinic, **{field: text, "identifier_reason": "No"}).status_code == 422
    assert send(clinic, **{field: text, "identifier_reason": "It is 943 476 5919"}).status_code == 422
    reason = "A phantom's serial number"
    assert send(clinic, **{field: text, "identifier_reason": reason}).status_code == 302
    assert Scan.objects.get().identifier_reason == reason


def test_identifiers_are_caught_in_batches_and_corrections_too(clinic: Clinic) -> None:
    bad = clinic.entry(indication="Mr Smith, knee")
    with pytest.raises(Invalid, match="looks like a name"):
        scans.bulk_log_scans(by=clinic.student_user, portfolio_id=clinic.portfolio.pk, entries=[bad])
    scan = log(clinic)
    with pytest.raises(Invalid, match="looks like a name"):
        scans.correct_scan(by=clinic.student_user, scan_id=scan.pk, version=1, entry=bad)


def test_favourites_are_what_is_logged_most(clinic: Clinic) -> None:
    for indication, times in (("ACL", 3), ("Effusion", 2), ("Once", 1)):
        for _ in range(times):
            log(clinic, indication=indication)
    found = favourites_of(clinic.portfolio)
    assert [(one.indication, one.times, one.like) for one in found] == [("ACL", 3, 3), ("Effusion", 2, 5)]
    client = Client()
    client.force_login(clinic.student_user)
    page = client.get(reverse("scan_add", args=[clinic.portfolio.pk]) + "?like=3").content.decode()
    assert 'value="ACL"' in page and "Repeat the last one" in page


def test_the_script_is_told_what_became_of_an_entry(clinic: Clinic) -> None:
    for _ in range(2):
        answer = send(clinic, headers={"X-Scan": "later"})
        assert answer.status_code == 200 and answer.json()["stored"] is True
    assert Scan.objects.count() == 1
    answer = send(clinic, headers={"X-Scan": "now"}, minutes="")
    assert answer.status_code == 422 and answer.json() == {"stored": False}


def fill(page: Page, indication: str) -> None:
    page.get_by_role("checkbox", name="Knee", exact=True).check()
    page.get_by_label("Indication").fill(indication)
    page.get_by_role("radio", name="Mentor in the room").check()
    page.get_by_label("Minutes").fill("25")


MORE = """async (number) => {
  const form = document.getElementById("scan-form");
  const waiting = () => document.querySelectorAll("#device-queue li").length;
  for (let place = 0; place < number; place += 1) {
    form.querySelector("[name=regions][value=knee]").checked = true;
    form.querySelector("[name=supervision][value=observed]").checked = true;
    form.elements.indication.value = `Entry ${place}`;
    form.elements.minutes.value = "25";
    const before = waiting();
    form.requestSubmit();
    while (waiting() === before) await new Promise((done) => setTimeout(done, 5));
  }
}"""
"""Fills the form and saves it, so many times, faster than a thumb."""


@pytest.mark.django_db(transaction=True)
def test_entries_wait_on_the_phone_without_a_network_and_are_stored_once_each(
    phone: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic, expected_faults: list[str]
) -> None:
    expected_faults += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]
    sign_in(phone, clinic.student_user)
    phone.goto(reverse("scan_add", args=[clinic.portfolio.pk]))
    assert_accessible(phone)
    phone.context.set_offline(True)
    for indication in ("First without network", "Second without network"):
        fill(phone, indication)
        phone.get_by_role("button", name="Save", exact=True).click()
        expect(phone.get_by_text("No network. The scan waits on this device")).to_be_visible()
        expect(phone.get_by_label("Indication")).to_have_value("")
    expect(phone.locator("#device-queue li")).to_have_count(2)
    assert_accessible(phone)
    phone.evaluate(MORE, 38)
    expect(phone.locator("#device-queue li")).to_have_count(40)
    assert not Scan.objects.exists()
    posts = 0

    def lose_some(route: Route) -> None:
        nonlocal posts
        posts += route.request.method == "POST"
        if route.request.method == "POST" and posts % 9 == 0:
            route.fetch()  # the server stores it; its answer never arrives
            route.abort()
        else:
            route.continue_()

    phone.route(f"**{reverse('scan_add', args=[clinic.portfolio.pk])}", lose_some)
    phone.context.set_offline(False)
    while phone.locator("#device-queue").is_visible():
        expect(phone.locator("#device-told")).to_contain_text(re.compile("no network yet|portfolio now"))
        phone.evaluate("document.getElementById('device-told').textContent = ''")
        phone.get_by_role("button", name="Send them now").click()
        expect(phone.locator("#device-told")).not_to_be_empty()
    assert posts == 44, "four answers were lost on the way, and those entries sent once more"
    kept = sorted(Scan.objects.values_list("indication", flat=True))
    assert kept == sorted(
        ["First without network", "Second without network", *(f"Entry {number}" for number in range(38))]
    )
    assert sorted(Scan.objects.values_list("number", flat=True)) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_lost_on_the_way_makes_no_second_scan(
    phone: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic, expected_faults: list[str]
) -> None:
    expected_faults.append("ERR_FAILED")
    sign_in(phone, clinic.student_user)
    address = reverse("scan_add", args=[clinic.portfolio.pk])
    phone.goto(address)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()  # the server gets it and stores it; its answer never arrives
            route.abort()
        else:
            route.continue_()

    phone.route(f"**{address}", lose)
    fill(phone, "Stored already")
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.locator("#device-queue li")).to_have_count(1)
    assert Scan.objects.count() == 1
    phone.unroute(f"**{address}")
    phone.get_by_role("button", name="Send them now").click()
    expect(phone.get_by_text("1 scan that waited here is in your portfolio now.")).to_be_visible()
    assert Scan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_scan_is_logged_and_repeated_on_a_phone(
    phone: Page, sign_in: Callable[[Page, Any], None], clinic: Clinic, expected_faults: list[str]
) -> None:
    expected_faults.append("422")
    sign_in(phone, clinic.student_user)
    phone.goto(reverse("scan_add", args=[clinic.portfolio.pk]))
    fill(phone, "Mr Smith, knee")
    expect(phone.get_by_role("checkbox", name="Rotator cuff tendinopathy")).to_be_hidden()
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.get_by_label("Why these words identify nobody")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_label("Indication").fill("Swollen knee")
    phone.get_by_role("button", name="Save and log another").click()
    phone.wait_for_url("**/?like=1")
    expect(phone.get_by_label("Indication")).to_have_value("Swollen knee")
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.get_by_text("Scan 2 is in your portfolio")).to_be_visible()
    assert [scan.case for scan in Scan.objects.order_by("number")] == ["K1", "K2"]
