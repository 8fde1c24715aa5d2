"""A passport as the page that accreditation.letters.render sets: every word of a person escaped, and made breakable."""

from typing import Any

from django.template.loader import render_to_string

from accreditation.english import in_english
from accreditation.letters.text import breakable
from accreditation.rules import regions
from portfolios.passport.content import PassportContent


@in_english
def page(content: PassportContent) -> str:
    """The passport as HTML for paper."""
    return render_to_string("letters/passport.html", context_of(content))


def context_of(content: PassportContent) -> dict[str, Any]:
    """What paper and screen show of a passport: the content, and its parts of the body in words."""
    return {
        "content": content,
        "holder": breakable(content.holder),
        "covered": [_said(part) for part in content.covered],
        "not_covered": [_said(part) for part in content.not_covered],
        "awards": [
            {"line": line, "parts": regions.spoken(regions.mask(line.parts))} for line in content.awards
        ],
        "rows": region_rows(content),
        "verify_page": breakable(content.verify_url.removesuffix(f"{content.number}/{content.check}/")),
    }


def region_rows(content: PassportContent) -> list[dict[str, Any]]:
    """One row for each part of the remit: its scans, and the unseen patient examinations passed in it."""
    counts = {line.part: line for line in content.counts}
    parts = [part for part in regions.PARTS if part in {*counts, *content.covered}]
    return [
        {
            "part": part,
            "label": _said(part),
            "covered": part in content.covered,
            "count": counts.get(part),
            "examinations": [line for line in content.examinations if line.part == part],
        }
        for part in parts
    ]


def _said(part: str) -> str:
    return regions.LABELS[part].capitalize()
