"""From a facts file to `Facts`: strict, with every error told at once, each with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from accreditation.rules.dates import parse_day, spoken
from accreditation.rules.facts import Facts
from accreditation.rules.facts_shape import FACTS
from accreditation.rules.shapes import INVALID, Reading, shown
from accreditation.rules.standards import EDITIONS


class InvalidFacts(ValueError):
    """The facts cannot be read. `errors` holds every error, each as "place: why"."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def parse(text: str | bytes) -> object:
    """A facts file's text as plain values; raises `InvalidFacts` for what is not JSON, also for a key given
    twice.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")  # UTF-8 and nothing else (json.loads would guess)
        return json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_not_json)
    except RecursionError:
        raise InvalidFacts(["the file is nested too deeply"]) from None
    except ValueError as error:  # also text that is not UTF-8, and the two refusals below
        raise InvalidFacts([f"this is not JSON: {error}"]) from None


def read(raw: object) -> Facts:
    """Plain values (a parsed facts file) as `Facts`; raises `InvalidFacts` with all errors and their
    places.
    """
    reading = Reading(as_of=_as_of(raw), known=_ids(raw))
    found = FACTS.read(raw, "", reading)
    reading.errors.extend(_edition_errors(raw, reading.as_of))
    if reading.errors:
        raise InvalidFacts(reading.errors)
    assert isinstance(found, Facts) and found is not INVALID  # noqa: S101 - without an error there is a value
    return found


def _as_of(raw: object) -> date | None:
    """The facts' own day, looked up before anything else is read; None where it is wrong (and told so
    later).
    """
    value = raw.get("as_of") if isinstance(raw, dict) else None
    try:
        return parse_day(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _ids(raw: object) -> Mapping[str, set[str]]:
    """The ids that other facts may refer to."""
    whole: dict[str, Any] = raw if isinstance(raw, dict) else {}
    course = whole.get("course")
    lists = {
        "mentor": whole.get("mentors"),
        "module": course.get("modules") if isinstance(course, dict) else None,
    }
    return {
        kind: {
            item["id"] for item in items or () if isinstance(item, dict) and isinstance(item.get("id"), str)
        }
        for kind, items in lists.items()
        if items is None or isinstance(items, list)
    }


def _edition_errors(raw: object, as_of: date | None) -> list[str]:
    """An edition that nobody defined, and a day on which the edition was not yet in force."""
    name = raw.get("standard") if isinstance(raw, dict) else None
    if not isinstance(name, str) or not name:
        return []
    if name not in EDITIONS:
        return [f"standard: {shown(name)} is none of {', '.join(EDITIONS)}"]
    first = EDITIONS[name].in_force
    if as_of is None or as_of >= first:
        return []
    return [f"as_of: {as_of.isoformat()} lies before {spoken(first)}, the first day of {name}"]


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {shown(key)} stands twice in one object")
        found[key] = value
    return found


def _not_json(word: str) -> object:
    raise ValueError(f"{word} is not a number of JSON")
