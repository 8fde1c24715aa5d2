"""Agreeing a clause: what is typed is saved by itself and counts nowhere until it is agreed; two people lose no word."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accreditation.exceptions import NotAllowed, Stale
from accreditation.models import AgreedDraft, Submission, User
from accreditation.services import agreeing, conflicts
from tests.accreditation import panels
from tests.worlds import World, make_world


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(submission: Submission, clause: str = "PS4.2") -> tuple[str, str]:
    at = [submission.pk, clause]
    return reverse("review_agree_clause", args=at), reverse("review_agree_autosave", args=at)


def versions(words: str) -> dict[str, str]:
    return dict(re.findall(r'name="((?:draft_)?version)" value="(\d+)"', words))


@pytest.mark.django_db
def test_two_people_agreeing_a_clause_lose_no_word(world: World, rival: World) -> None:
    submission = panels.agreeing(world, co_says={"PS4.2": "not_met"}, shadow=True)
    page, autosave = addresses(submission)
    lead, co = signed_in(world.lead), signed_in(world.co)
    none = {"version": "0", "draft_version": "0"}
    saved = lead.post(autosave, {**none, "comment": "The lead’s half sen"})
    assert (
        saved.status_code == 200
        and 'id="id_draft_version" value="1" hx-swap-oob="true"' in saved.content.decode()
    )
    assert not submission.agreed_judgements.exists(), "saving is not agreeing"
    assert (
        f"{world.lead.full_name} began to write"
        in co.get(reverse("review_agree", args=[submission.pk])).content.decode()
    )

    typed = {"outcome": "partly_met", "comment": "The co-assessor’s words", "reason": "Seen on the day."}
    assert co.post(autosave, {**none, **typed}).status_code == 409, "the page was drawn before the lead typed"
    both = co.post(page, {**none, **typed, "action": "list"})
    words = both.content.decode()
    assert both.status_code == 409 and world.lead.full_name in words
    assert "The lead’s half sen" in words and "The co-assessor’s words" in words
    assert versions(words) == {"version": "0", "draft_version": "1"}
    assert not submission.agreed_judgements.exists()
    assert co.post(page, {**versions(words), **typed, "action": "list"}).status_code == 302
    assert submission.agreed_judgements.get().comment == "The co-assessor’s words"

    late = lead.post(autosave, {"version": "0", "draft_version": "1", "comment": "The lead’s half sentence."})
    assert late.status_code == 409, "it was agreed meanwhile"
    answer = lead.post(
        page, {"version": "0", "draft_version": "1", **typed, "comment": "The lead’s half sentence."}
    )
    assert answer.status_code == 409 and versions(answer.content.decode()) == {
        "version": "1",
        "draft_version": "2",
    }
    assert "The co-assessor’s words" in answer.content.decode() and "half sentence" in answer.content.decode()
    assert (
        lead.post(autosave, {"version": "1", "draft_version": "2", **typed, "comment": "Both."}).status_code
        == 200
    )
    shown = co.get(page).content.decode()
    assert "Both." in shown and "it is not agreed yet" in shown
    assert submission.agreed_judgements.get().comment == "The co-assessor’s words", "until it is agreed"
    assert (
        lead.post(autosave, {"version": "1", "draft_version": "3", "comment": "x" * 10_001}).status_code
        == 422
    )
    for stranger in (world.leader, world.committee, rival.lead, rival.officer):
        assert signed_in(stranger).post(autosave, {"comment": "Mine"}).status_code in (403, 404)
    assert signed_in(world.shadow).post(autosave, {**none, "comment": "Mine"}).status_code == 403
    assert signed_in(world.shadow).get(page).content.decode().count("Both.") == 0, (
        "a shadow reads what is agreed"
    )


@pytest.mark.django_db
def test_the_service_refuses_old_versions_and_a_begun_clause_is_not_agreed_in_passing(world: World) -> None:
    submission = panels.agreeing(world)
    at: dict[str, Any] = {"submission_id": submission.pk, "clause": "PS1.1"}
    draft = agreeing.save_draft(by=world.lead, **at, comment="Begun.")
    assert agreeing.save_draft(by=world.co, **at, comment="Begun.") == draft, "the same words twice are one"
    with pytest.raises(Stale) as stale:
        agreeing.save_draft(by=world.co, **at, comment="Other words.")
    assert stale.value.current == draft
    with pytest.raises(NotAllowed):
        agreeing.save_draft(by=world.leader, **at, comment="Mine.")
    agreed = agreeing.agree_equal(by=world.co, submission_id=submission.pk)
    assert "PS1.1" not in agreed and "PS1.3" in agreed
    conflicts.declare_conflict(
        by=world.co,
        submission_id=submission.pk,
        kind="employer",
        user_id=world.co.pk,
        description="New post.",
    )
    conflict = world.co.conflicts.get()
    conflicts.decide_conflict(
        by=world.officer, conflict_id=conflict.pk, blocks=True, reason="Employed there."
    )
    assert not AgreedDraft.objects.exists(), (
        "what was typed with a conflicted person goes with what was agreed"
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.browser
def test_the_agreed_page_saves_by_itself_and_says_when(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], expected_faults: list[str]
) -> None:
    expected_faults.append("409")
    world = make_world("Wexcombe")
    submission = panels.agreeing(world, co_says={"PS4.2": "not_met"})
    page = new_page({"width": 820, "height": 1180})
    sign_in(page, world.lead)
    page.goto(addresses(submission)[0])
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_label("Partly met").check()
    page.get_by_label("Comment for the course").fill("Typed together.")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("#id_draft_version")).not_to_have_value("0")
    second.get_by_label("Comment for the course").fill("Typed apart.")
    expect(second.locator("[data-saved]")).to_contain_text("another version was saved meanwhile")
    page.reload()
    assert page.get_by_label("Comment for the course").input_value() == "Typed together."
    assert page.get_by_label("Partly met").is_checked()
    page.get_by_text("it is not agreed yet").wait_for()
