"""For employers, regulators and professional bodies: what a portfolio is for, what to ask for (PS3, employer education).

The words of CASE stand in quotes and are taken from the edition itself, so that the page cannot drift from the standard.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accreditation import wording
from accreditation.rules.regions import EXTRAS, REGIONS
from accreditation.rules.standards import EDITIONS

# CASE's own words, which nobody translates but CASE: the pages say that they are English.
QUOTED = {
    "not_on_awards": "it is not usually possible for HEI’s to specify different MSK anatomical areas/regions on exit awards "
    "for individual students",
    "presented": "1) evidence of their exit award and 2) their portfolio of practice, with evidence of the breadth/remit of "
    "US practice they can competently scan within",
    "breadth": "with evidence of the breadth/remit of US practice they can competently scan within",
    "supervised": "Mentor supervision of independent student scans/decision making, until the final (or interim) award is "
    "ratified by the university examination board, is a cornerstone of US practice",
    "remit": "a clearly defined individual breadth/remit of MSK US practice, for use in practice when training & post "
    "qualification",
    "signed_off": "competency is assessed and signed off across the full breadth/remit of their defined US practice",
    "safety": "will ensure patient/sonographer safety through appropriate referrals and scan lists",
    "mechanism": "As a mechanism towards preceptorship, this will ensure patient/sonographer safety through appropriate "
    "referrals and scan lists",
}


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
        "quoted": QUOTED,
        "parts": [wording.region_headed(code) for code in REGIONS],
        "extras": [wording.region_headed(code) for code in EXTRAS],
        "regions_said": wording.join(wording.region_list(REGIONS)),
        "extras_said": wording.join(wording.region_list(EXTRAS)),
        "verify_address": settings.SITE_ORIGIN + reverse("verify"),
        "page_address": settings.SITE_ORIGIN + reverse("employers"),
    }
