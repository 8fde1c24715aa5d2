"""What one registration with a professional body is worth, and when two numbers are the same (PS1.1)."""

from __future__ import annotations

import re
from datetime import date

from accreditation.rules.clauses import Terms
from accreditation.rules.dates import spoken
from accreditation.rules.facts import Registration


def registration_state(one: Registration, enrolled: date, terms: Terms) -> tuple[str, str]:
    """What a registration is worth on the day of enrolment (good, unverified, off_list or invalid), and the
    same in words.
    """
    name = f"{one.body or 'a body not named'}{f' {one.number}' if one.number else ''}"
    since = (
        one.period.since or one.seen_on
    )  # a register seen active on a day shows that it was valid on that day
    if one.status == "lapsed":
        return "invalid", f"{name} has lapsed"
    if not one.period.may_hold(enrolled):
        return "invalid", f"{name} was valid {one.period.spoken()}"
    if one.body is None:
        return "unverified", f"{name}, so that it cannot be looked up"
    if one.status != "active":
        return "unverified", f"it is not known whether {name} was active"
    if since is None or since > enrolled:
        return "unverified", f"it is not known since when {name} has been valid"
    body = recognised(one.body, terms)
    if body is None:
        return "off_list", f"{name} is not on the list"
    form = terms.number_formats.get(body)
    if form and not re.fullmatch(form.pattern, plain_number(one.number)):
        return (
            "unverified",
            f"the number {one.number or '(none given)'} does not have the form of {body} ({form.words})",
        )
    return (
        "good",
        f"{name}, valid {one.period.spoken() if one.period.since else f'when seen on {spoken(since)}'}",
    )


def recognised(body: str, terms: Terms) -> str | None:
    """The recognised body of that name as the list writes it, whatever its capitals; None where it is off
    the list.
    """
    wanted = body.strip().casefold()
    return next((known for known in terms.recognised_bodies if known.casefold() == wanted), None)


def plain_number(number: str | None) -> str:
    """A number in capitals without spaces, as its form is compared."""
    return "".join((number or "").split()).upper()


def comparable(one: Registration, terms: Terms) -> tuple[str, str] | None:
    """Body and number as two students' are compared: letters, then digits padded with zeros (PH95159 is
    PH095159).
    """
    number = plain_number(one.number)
    if not one.body or not number:
        return None
    letters, digits = re.fullmatch(r"([A-Z]*)([0-9]*)(?:.*)", number, re.DOTALL).groups()  # type: ignore[union-attr]
    rest = number[len(letters) + len(digits) :]
    return recognised(one.body, terms) or one.body, f"{letters}{digits.zfill(6)}{rest}"
