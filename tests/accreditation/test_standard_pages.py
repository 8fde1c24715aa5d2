"""The public pages of the standard say what the code says, word for word."""

from html import unescape
from inspect import getdoc
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accreditation.first_visit import VISITS
from accreditation.questions import QUESTIONS
from accreditation.rules.evaluate import BOUND
from accreditation.rules.standards import EDITIONS
from tests.worlds import World, make_user

EDITION = EDITIONS["msk-2023"]

pytestmark = pytest.mark.django_db


def words(text: str) -> str:
    return " ".join(unescape(text).split())


def shown(client: Client, statement: str) -> str:
    answer = client.get(reverse("standard_statement", args=[statement]))
    assert answer.status_code == 200
    return words(strip_tags(answer.content.decode()))


@pytest.mark.parametrize("statement", EDITION.statements, ids=lambda one: one.id)
def test_a_statement_is_shown_word_for_word(client: Client, statement: object) -> None:
    page = shown(client, statement.id.lower())  # type: ignore[attr-defined]
    for text in (statement.words, statement.rationale, *statement.principles):  # type: ignore[attr-defined]
        assert words(text) in page


@pytest.mark.parametrize(("clause", "rule"), BOUND["msk-2023"], ids=lambda one: getattr(one, "id", ""))
def test_a_clause_says_how_its_rule_decides(client: Client, clause: object, rule: object) -> None:
    page = shown(client, clause.statement.lower())  # type: ignore[attr-defined]
    assert words(getdoc(rule) or "no docstring") in page
    for setting in EDITION.settings:
        if setting.clause == clause.id:  # type: ignore[attr-defined]
            assert words(setting.words)[1:] in page


def test_all_five_are_listed_and_an_unknown_one_is_not_found(client: Client) -> None:
    page = client.get(reverse("standard")).content.decode()
    assert all(reverse("standard_statement", args=[one.id.lower()]) in page for one in EDITION.statements)
    assert client.get(reverse("standard_statement", args=["ps6"])).status_code == 404


def test_each_clause_has_its_help_in_place(client: Client) -> None:
    """What good evidence looks like and common shortfalls: for every clause, on the public page."""
    assert set(QUESTIONS) == {clause.id for clause in EDITION.clauses}
    for statement in EDITION.statements:
        page = shown(client, statement.id.lower())
        for clause in (one for one in EDITION.clauses if one.statement == statement.id):
            said = QUESTIONS[clause.id]
            assert said.good and said.shortfalls and said.look, clause.id
            assert all(words(line) in page for line in (*said.good, *said.shortfalls, said.look)), clause.id


def test_each_role_has_a_first_visit_in_the_demo_whose_pages_it_may_open(
    client: Client, world: World, settings: Any
) -> None:
    settings.DEMO = True
    for role, steps in VISITS.items():
        person = make_user(f"Visitor {role}", role)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = unescape(client.get("/").content.decode())
        for step in steps:
            assert f'<a href="{reverse(step.route)}">{step.title}</a>' in page, (role, step)
            assert client.get(reverse(step.route)).status_code in (200, 302), (role, step)
    settings.DEMO = False
    assert "first visit" not in client.get("/").content.decode()
