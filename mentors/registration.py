"""Registration numbers: how a regulator writes them, and when two spellings are the same number (domain 2.1).

The forms are the standard's own setting (PS1.1), so that a student's number and a mentor's are read alike. A number of the
right form is not evidence of a registration: somebody must look it up (`RegisterCheck`).
"""

import re
from functools import lru_cache

from django.conf import settings

from accreditation.rules.clauses import Terms
from accreditation.rules.facts import Registration
from accreditation.rules.registrations import comparable, plain_number
from accreditation.rules.standards import EDITIONS

LIKELY = {"GOsC": r"[\d/]+", "GCC": r"\d+"}
"""Regulators that publish no form: another form than this is remarked on, never refused."""


def written(number: str) -> str:
    """A number as the register keeps it: capitals, without spaces; zeros in front stay."""
    return plain_number(number)


def problem(body: str, number: str) -> str:
    """Why this cannot be a number of that regulator; empty where it can, or where there is none."""
    form = _terms().number_formats.get(body)
    if not number or form is None or re.fullmatch(form.pattern, written(number)):
        return ""
    return f"{body} numbers have another form: {form.words}."


def doubt(body: str, number: str) -> str:
    """What is unusual about a number that is not refused; empty otherwise."""
    form = LIKELY.get(body)
    if not number or form is None or re.fullmatch(form, written(number), re.ASCII):
        return ""
    return f"{body} numbers are usually digits: look at this one again."


def key(body: str, number: str) -> tuple[str, str] | None:
    """Equal for two spellings of one registration (PH95159 and PH095159); None where there is none."""
    return comparable(Registration(body=body, number=number), _terms())


@lru_cache(maxsize=1)
def _terms() -> Terms:
    edition = EDITIONS[settings.STANDARD]
    return edition.on(edition.in_force)
