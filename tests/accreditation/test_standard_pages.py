"""The public pages of the standard say what the code says, word for word."""

from html import unescape
from inspect import getdoc

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accreditation.rules.evaluate import BOUND
from accreditation.rules.standards import EDITIONS

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
