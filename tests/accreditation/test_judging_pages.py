"""Judging a clause: saved while typing, never lost between two windows, and marked where something is new to its reader."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accreditation import judging, looks
from accreditation.models import ClauseLook, Submission, User
from accreditation.services import asked
from tests.accreditation import panels
from tests.worlds import World, make_world


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def marks_of(submission: Submission, user: User) -> dict[str, looks.Mark]:
    snapshot = judging.current(submission)
    assert snapshot
    return looks.marks(submission.assignments.get(user=user), looks.sums(snapshot))


@pytest.mark.django_db
def test_what_is_typed_is_saved_and_a_second_window_overwrites_nothing(world: World, rival: World) -> None:
    submission = panels.in_assessment(world)
    client, at = signed_in(world.lead), [submission.pk, "PS2.4"]
    address, page = reverse("review_autosave", args=at), reverse("review_clause", args=at)
    saved = client.post(address, {"comment": "Half a sen", "version": "0"})
    assert saved.status_code == 200 and 'value="1" hx-swap-oob="true"' in saved.content.decode()
    assert client.post(address, {"comment": "Another window", "version": "0"}).status_code == 409
    both = client.post(page, {"comment": "Another window", "version": "0", "action": "stay"})
    words = both.content.decode()
    assert both.status_code == 409 and "Half a sen" in words and "Another window" in words
    version = re.search(r'name="version" value="(\d+)"', words)
    assert version and version[1] == "1"
    assert client.post(page, {"comment": "Both.", "version": version[1], "action": "stay"}).status_code == 302
    assert submission.assignments.get(user=world.lead).judgements.get().comment == "Both."
    assert client.get(address).status_code == 405
    assert client.post(address, {"comment": "x" * 10_001, "version": "2"}).status_code == 422
    assert client.post(reverse("review_autosave", args=[submission.pk, "PS9.9"]), {}).status_code == 404
    for stranger in (world.leader, world.shadow, rival.lead, rival.leader):
        assert signed_in(stranger).post(address, {"comment": "Mine", "version": "2"}).status_code == 404


@pytest.mark.django_db
def test_a_clause_is_unread_until_it_was_opened_and_changed_when_something_came_since(world: World) -> None:
    submission = panels.in_assessment(world)
    client = signed_in(world.lead)
    assert all(mark.unread for mark in marks_of(submission, world.lead).values())
    assert "Not looked at yet" in client.get(reverse("review_brief", args=[submission.pk])).content.decode()
    for clause in ("PS2.4", "PS2.5"):
        client.get(reverse("review_clause", args=[submission.pk, clause]))
    mark = marks_of(submission, world.lead)["PS2.4"]
    assert not mark.unread and mark.changed == ()
    assert marks_of(submission, world.co)["PS2.4"].unread, "each assessor has their own marks"

    question = asked.ask(by=world.lead, submission_id=submission.pk, clause="PS2.4", asked="Which regions?")
    client.get(reverse("review_clause", args=[submission.pk, "PS2.4"]))
    assert marks_of(submission, world.lead)["PS2.4"].changed == ()
    mine: dict[str, Any] = {"submission_id": submission.pk, "number": question.number}
    asked.save_answer(by=world.leader, **mine, text="All six.", version=question.version)
    assert marks_of(submission, world.lead)["PS2.4"].changed == (), "what is not sent changes nothing"
    question.refresh_from_db()
    asked.send(by=world.leader, **mine, version=question.version)
    assert marks_of(submission, world.lead)["PS2.4"].changed == ("a question to the course",)

    snapshot = panels.freeze(submission, world.leader, findings={"PS2.5": "not_met"})
    snapshot.answers = [
        row | {"text": "Other words.", "citations": [{"evidence": 1, "pages": "4"}]}
        if row["clause"] == "PS2.5"
        else row
        for row in snapshot.answers
    ]
    snapshot.save(update_fields=["answers"])
    wanted = ("the answer", "the cited pages", "the finding of the rules")
    assert marks_of(submission, world.lead)["PS2.5"].changed == wanted
    shown = client.get(reverse("review_clause", args=[submission.pk, "PS2.5"])).content.decode()
    assert "The answer, the cited pages and the finding of the rules" in shown
    assert marks_of(submission, world.lead)["PS2.5"].changed == ()
    assert ClauseLook.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.browser
def test_two_tabs_save_by_themselves_and_lose_no_word(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    expected_faults: list[str],
) -> None:
    expected_faults.append("409")
    world = make_world("Wexcombe")
    submission = panels.in_assessment(world)
    page = new_page({"width": 820, "height": 1180})
    sign_in(page, world.lead)
    url = reverse("review_clause", args=[submission.pk, "PS2.4"])
    page.goto(url)
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_label("Partly met").check()
    page.get_by_label("Comment for the course").fill("Typed on a train.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    expect(page.locator("#id_version")).not_to_have_value("0")
    second.get_by_label("Comment for the course").fill("Typed at home.")
    expect(second.locator("[data-saved]")).to_contain_text("another version was saved meanwhile")
    second.get_by_role("button", name="Save comment for the course").click()
    second.get_by_role("heading", name="This was saved elsewhere").wait_for()
    assert "Typed on a train." in second.locator(".notice-warn").inner_text()
    assert second.get_by_label("Comment for the course").input_value() == "Typed at home."
    second.get_by_label("Partly met").check()
    second.get_by_label("Comment for the course").fill("Typed on a train, then at home.")
    expect(second.locator("[data-saved]")).to_contain_text("Saved")
    row = submission.assignments.get(user=world.lead).judgements.get()
    assert (row.outcome, row.comment) == ("partly_met", "Typed on a train, then at home.")
    # a lost session: nothing is called saved, and what was typed is offered again after signing in
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    second.get_by_label("Comment for CASE only").fill("Words without a session.")
    expect(second.locator("[data-saved]")).to_contain_text("you are signed out")
    sign_in(second, world.lead)
    second.goto(url)
    version = second.locator("#id_version").input_value()
    second.get_by_role("button", name="Put it back").click()
    expect(second.locator("#id_version")).not_to_have_value(version)
    row.refresh_from_db()
    assert row.private_comment == "Words without a session."
