"""A draft edition that does not exist, so that the demo world can show what trying a new one on every case looks like."""

from dataclasses import replace
from typing import Any

from accreditation.rules.clauses import Edition
from accreditation.rules.standards.msk_2023 import MSK_2023

ASKS: dict[str, Any] = {"mentor_years": 3, "shortage_years": 2}


def draft() -> Edition:
    """The edition in use, but that mentors need one year more after their qualification."""
    settings = tuple(replace(one, value=ASKS.get(one.name, one.value)) for one in MSK_2023.settings)
    return replace(
        MSK_2023,
        name="invented-draft",
        title="Invented draft: mentors need three years after their qualification",
        published="made up for the demo",
        settings=settings,
    )
