"""The page for employers and its leaf: CASE's words are CASE's, and the leaf fits one sheet."""

import io
import re

import pypdf
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accreditation.rules.standards import EDITIONS
from tests.browser import assert_accessible


def plain(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("&amp;", "&").split())


@pytest.mark.parametrize("name", ["employers", "employers_leaf"])
@pytest.mark.django_db
def test_what_stands_in_quotation_marks_stands_in_the_statements(name: str) -> None:
    page = Client().get(reverse(name)).content.decode().split("<main")[1]
    edition = EDITIONS[settings.STANDARD]
    words = plain(
        " ".join(f"{one.words} {one.rationale} {' '.join(one.principles)}" for one in edition.statements)
    )
    quoted = re.findall(r"“([^”]{20,})”|<q lang=.en-GB.>([^<]+)</q>", page)
    said = [plain(one or other).rstrip(".") for one, other in quoted]
    said = [one for one in said if edition.title not in one]
    assert len(said) >= 3
    assert [one for one in said if one not in words] == []


@pytest.mark.django_db
def test_the_first_page_leads_there() -> None:
    assert reverse("employers") in Client().get("/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_leaf_is_one_sheet_and_both_pages_are_accessible(desktop: Page, phone: Page) -> None:
    for page in (desktop, phone):
        for name in ("employers", "employers_leaf"):
            page.goto(reverse(name))
            assert_accessible(page)
    desktop.goto(reverse("employers_leaf"))
    sheet = desktop.pdf(format="A4", prefer_css_page_size=True)
    assert len(pypdf.PdfReader(io.BytesIO(sheet)).pages) == 1
