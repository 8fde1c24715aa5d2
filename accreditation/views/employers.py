"""For employers, regulators and professional bodies: what a portfolio is for, what to ask for (PS3, employer education).

The words of CASE stand in quotes and are taken from the edition itself, so that the page cannot drift from the standard.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accreditation.rules.regions import EXTRAS, LABELS, REGIONS
from accreditation.rules.standards import EDITIONS


def employers(request: HttpRequest) -> HttpResponse:
    """The page: why, what to ask for, what a remit is, and how to check."""
    return render(request, "employers/page.html", _context())


def employers_leaf(request: HttpRequest) -> HttpResponse:
    """The same on one sheet of A4, to be printed and passed on."""
    return render(request, "employers/leaf.html", _context())


def _context() -> Mapping[str, Any]:
    edition = EDITIONS[settings.STANDARD]
    return {
        "edition": edition,
        "statements": {one.id: one for one in edition.statements},
        "parts": [LABELS[code].capitalize() for code in REGIONS],
        "extras": [LABELS[code].capitalize() for code in EXTRAS],
        "verify_address": settings.SITE_ORIGIN + reverse("verify"),
        "page_address": settings.SITE_ORIGIN + reverse("employers"),
    }
