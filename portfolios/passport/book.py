"""The whole portfolio as pages for accreditation.letters.render: a front part, and the scan log in parts."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from accreditation.english import in_english
from accreditation.letters.text import printable
from accreditation.rules import regions
from portfolios import pathologies
from portfolios.models import Portfolio

ADDRESS = settings.SITE_ORIGIN
"""What the square code of a letter would say; these pages show none."""


def front(portfolio: Portfolio, whole: Mapping[str, Any]) -> str:
    """Who it is of, contracts, team, assessments, results and awards."""
    assessed = [{**one, "regions": _spoken(one["regions"])} for one in whole["assessments"]]
    held = printable({**whole, "scans": (), "assessments": assessed})
    return _page("letters/portfolio_front.html", portfolio, {"whole": held, "scans": len(whole["scans"])})


def log(portfolio: Portfolio, scans: Sequence[Mapping[str, Any]], part: int, parts: int) -> str:
    """One part of the scan log."""
    rows = [
        printable({**scan, "regions": _spoken(scan["regions"]), "findings": _found(scan["findings"])})
        for scan in scans
    ]
    return _page("letters/portfolio_log.html", portfolio, {"rows": rows, "part": part, "parts": parts})


def sum_of(html: str) -> str:
    """The sum that identifies a part."""
    return hashlib.sha256(html.encode()).hexdigest()


@in_english
def _page(template: str, portfolio: Portfolio, context: dict[str, Any]) -> str:
    student = portfolio.student
    frame = {
        "holder": printable(student.full_name), "course": printable(student.course.title),
        "institution": printable(student.course.institution.name), "today": timezone.localdate(),
        "demo": settings.DEMO,
    }  # fmt: skip
    return render_to_string(template, frame | context)


def _spoken(codes: str) -> str:
    return regions.spoken(regions.mask(codes.split()))


def _found(codes: str) -> str:
    return ", ".join(pathologies.LABELS.get(code, code) for code in codes.split())
