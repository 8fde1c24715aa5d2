"""How many bytes a phone fetches before it can show a page: counted as they would be sent, compressed, without a cache."""

import gzip
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from portfolios.services import scans
from tests.people import Clinic

ROOT = Path(__file__).parents[2]
FETCHED = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="/static/([^"]+)"', re.S)
FONT = "fonts/hanken-grotesk-latin.woff2"


def sent(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def whole(html: bytes) -> dict[str, int]:
    """Each thing that a page fetches, itself under "", with its bytes. Print style sheets are fetched too."""
    names = set(FETCHED.findall(html.decode()))
    assert FONT in names, "the page names its font"
    found = {"": sent(html)}
    for name in names:
        data = Path(str(finders.find(name))).read_bytes()
        found[name] = len(data) if name.endswith((".woff2", ".png")) else sent(data)
    return found


@pytest.mark.django_db
def test_the_first_page_is_under_150_kb_and_logging_a_scan_under_60(clinic: Clinic) -> None:
    scans.bulk_log_scans(
        by=clinic.student_user,
        portfolio_id=clinic.portfolio.pk,
        entries=[clinic.entry(indication="Pain")] * 9,
    )
    signed_in = Client()
    signed_in.force_login(clinic.student_user, backend="django.contrib.auth.backends.ModelBackend")
    pages: dict[str, tuple[Any, int]] = {
        "first": (Client().get("/"), 150_000),
        "sign in": (Client().get(reverse("account_login")), 150_000),
        "home": (signed_in.get("/"), 150_000),
        "portfolio": (signed_in.get(reverse("portfolio", args=[clinic.portfolio.pk])), 150_000),
        "scan": (signed_in.get(reverse("scan_add", args=[clinic.portfolio.pk])), 60_000),
    }
    for name, (answer, most) in pages.items():
        assert answer.status_code == 200
        found = whole(answer.content)
        assert sum(found.values()) < most, (name, sum(found.values()), found)


def test_no_class_of_bootstrap_that_a_page_names_was_left_out() -> None:
    """`.ci/css/core.py` writes what pages need of Bootstrap: after using another of its classes, run it again."""
    spec = importlib.util.spec_from_file_location("core", ROOT / ".ci/css/core.py")
    assert spec and spec.loader
    core = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(core)
    whole_of = set(core.CLASS.findall(core.SOURCE.read_text()))
    kept = set(core.CLASS.findall(core.TARGET.read_text()))
    attribute = re.compile(r'class="([^"]*)"')
    named = {
        word
        for path in (ROOT / "templates").rglob("*.html")
        for value in attribute.findall(path.read_text())
        for word in re.sub(r"\{[{%].*?[%}]\}", " ", value).split()
    }
    assert not (named & whole_of) - kept, "run .venv/bin/python .ci/css/core.py"
