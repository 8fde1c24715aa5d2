"""One line of a file, cell by cell: each value as the register keeps it, or why it cannot be one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from accreditation.imports.cells import Problem
from accreditation.rules import regions
from accreditation.rules.dates import MONTHS, PartialDate
from mentors import registration
from mentors.enums import Area, Body, Country, Msk, Precision, QualificationKind
from mentors.sheets import COLUMNS, Line

LENGTHS = {
    "full_name": 150, "email": 254, "registration_number": 20, "employer": 200, "site": 200, "job": 150,
    "title": 200, "awarding_body": 200,
}  # fmt: skip
CHOICES: dict[str, type[models.TextChoices]] = {
    "body": Body, "area": Area, "kind": QualificationKind, "msk": Msk, "country": Country,
}  # fmt: skip
ENTRY = ("full_name", "email", "body", "registration_number", "consent_on")
POST = ("employer", "site", "area", "job", "employed_since")
REMIT = ("remit", "remit_since")
AWARD = ("kind", "title", "awarding_body", "msk", "level", "country", "ratified_on", "precision")
NUMBERS = re.compile(r"(\d{1,2})[ /.](\d{1,2}|[A-Za-z]+)[ /.](\d{4})")
MONTH_NUMBER = {name[:3].casefold(): place for place, name in enumerate(MONTHS, start=1)}


@dataclass
class Given:
    """What one line gives, by the name of the value; only what is not empty and could be read."""

    line: int
    number: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def some(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Those of these values that the line gives."""
        return {name: self.values[name] for name in names if name in self.values}


def read_line(line: Line, today: date) -> Given:
    """Every cell read; each that cannot be is a problem of its own."""
    given = Given(line.number, line.cells.get("number", "").upper())

    def refuse(name: str, reason: str) -> None:
        if any(one.column == COLUMNS[name] for one in given.problems):
            return  # one reason for a cell is enough
        given.problems.append(Problem(line.number, COLUMNS[name], line.cells.get(name, ""), reason))

    for name, text in line.cells.items():
        if name == "number":
            continue
        try:
            given.values |= _read(name, text, today)
        except ValueError as fault:
            refuse(name, str(fault))
    _whole(given, refuse)
    return given


def _read(name: str, text: str, today: date) -> dict[str, Any]:
    """One cell as values of the register. Raises ValueError with a sentence."""
    if any(ord(letter) < 32 for letter in text):
        raise ValueError("It holds characters that cannot be read on a page.")
    if len(text) > LENGTHS.get(name, 1000):
        raise ValueError(f"It is longer than {LENGTHS.get(name, 1000)} characters.")
    if name in CHOICES:
        return {name: _choice(CHOICES[name], text)}
    if name == "email":
        try:
            validate_email(text)
        except ValidationError:
            raise ValueError("This is not an e-mail address.") from None
    if name == "full_name":
        return {name: " ".join(text.split())}
    if name == "registration_number":
        return {name: registration.written(text)}
    if name in ("consent_on", "employed_since", "remit_since"):
        day = _day(text)
        if name == "consent_on" and day > today:
            raise ValueError("The day lies in the future.")
        return {name: day}
    if name == "ratified":
        known, precision = _partial(text)
        if known > today:
            raise ValueError("The day lies in the future: an award counts when it has been ratified.")
        return {"ratified_on": known, "precision": precision}
    if name == "level":
        if text not in ("1", "2", "3"):
            raise ValueError("A level is 1, 2 or 3.")
        return {name: int(text)}
    if name == "remit":
        return {name: _parts(text)}
    return {name: text}


def _whole(given: Given, refuse: Callable[[str, str], None]) -> None:
    """What only shows when the cells of a line are seen together."""
    values = given.values
    if number := values.get("registration_number"):
        if "body" not in values and not given.number:
            refuse("body", "Say whose number this is.")
        elif words := registration.problem(values.get("body", ""), number):
            refuse("registration_number", words)
    award = [
        name
        for name in ("title", "awarding_body", "msk", "level", "country", "ratified_on")
        if name in values
    ]
    if award and "kind" not in values:
        refuse("kind", "Say which qualification this is.")
    if "level" in values and values.get("kind") not in (None, QualificationKind.RADIOLOGY_LEVEL):
        refuse("level", "Only a radiology level of practice has a level.")
    if any(name in values for name in ("site", "area", "job", "employed_since")) and "employer" not in values:
        refuse("employer", "Say who the employer is.")
    if "employer" in values and "employed_since" not in values:
        refuse("employed_since", "Say from which day on.")
    if "remit_since" in values and "remit" not in values:
        refuse("remit", "Say which regions.")


def _choice(choices: type[models.TextChoices], text: str) -> str:
    wanted = text.casefold()
    for one in choices:
        if wanted in (str(one.value).casefold(), str(one.label).casefold()):
            return str(one.value)
    raise ValueError(f"Use one of: {', '.join(str(value) for value in choices.values)}.")


def _parts(text: str) -> frozenset[str]:
    names = {label.casefold(): code for code, label in regions.LABELS.items()} | {
        code: code for code in regions.PARTS
    }
    found, unknown = set(), []
    for part in (piece.strip() for piece in text.split(";")):
        if part.casefold() in names:
            found.add(names[part.casefold()])
        elif part:
            unknown.append(part)
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no region or extra. Separate them with semicolons.")
    if not found:
        raise ValueError("Give at least one region.")
    return frozenset(found)


def _day(text: str) -> date:
    known, precision = _partial(text)
    if precision != Precision.DAY:
        raise ValueError("Give the day too, for example 2025-03-14.")
    return known


def _partial(text: str) -> tuple[date, str]:
    """A date known to the day, the month or the year: its first day, and how much of it is known."""
    if found := NUMBERS.fullmatch(text):
        day, month, year = found.groups()
        number = int(month) if month.isdecimal() else MONTH_NUMBER.get(month[:3].casefold(), 0)
        text = f"{year}-{number:02}-{int(day):02}"
    try:
        known = PartialDate.parse(text)
    except ValueError:
        raise ValueError("This is no date. Use 2025-03-14, 2025-03 or 2025.") from None
    precision = {10: Precision.DAY, 7: Precision.MONTH, 4: Precision.YEAR}[len(str(known))]
    return known.first, precision.value
