"""The few shapes a facts file is made of. Each shape reads a value strictly and describes itself as JSON
Schema.

One description serves both, so that the published schema cannot drift from the reader. A shape never raises
for bad input: it notes the error with its place and reads on, so that all errors are told at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from accreditation.rules.dates import PartialDate, parse_day

INVALID: Final = object()
"""Stands for a value that could not be read; its error has been noted."""


@dataclass(slots=True)
class Reading:
    """What one reading has found so far: the errors, the day that nothing may lie after, and the ids
    defined.
    """

    as_of: date | None = None
    known: Mapping[str, Collection[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def wrong(self, place: str, why: str) -> object:
        self.errors.append(f"{place}: {why}" if place else why)
        return INVALID


class Shape(Protocol):
    def read(self, raw: object, place: str, reading: Reading) -> Any: ...

    def schema(self) -> dict[str, Any]: ...


def shown(raw: object) -> str:
    """A value as an error message shows it: short, and in the file's own words."""
    match raw:
        case None:
            return "null"
        case bool():
            return "true" if raw else "false"
        case str():
            return f'"{raw[:40]}…"' if len(raw) > 40 else f'"{raw}"'
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return str(raw)


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `filled` texts (ids) hold at least one character. Half of a surrogate pair is no text: it has
    no UTF-8.
    """

    filled: bool = False

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, str):
            return reading.wrong(place, f"{shown(raw)} is not a text")
        if any("\ud800" <= letter <= "\udfff" for letter in raw):
            return reading.wrong(place, "the text holds half of a surrogate pair, which UTF-8 cannot write")
        if self.filled and not raw:
            return reading.wrong(place, "the text is empty")
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1} if self.filled else {"type": "string"}


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of something that the facts define elsewhere."""

    to: str

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        value = Text(filled=True).read(raw, place, reading)
        if value is not INVALID and value not in reading.known.get(self.to, ()):
            return reading.wrong(place, f"no {self.to} with the id {shown(raw)} is defined")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "$comment": f"the id of a {self.to} of these facts"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, str):
            return reading.wrong(place, f"{shown(raw)} is not a text")
        if raw not in self.words:
            return reading.wrong(place, f"{shown(raw)} is none of {', '.join(self.words)}")
        return raw

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class YesNo:
    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, bool):
            return reading.wrong(place, f"{shown(raw)} is not true or false")
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is finite and not below `least`; `whole` numbers may be written 7 or 7.0, as JSON has
    one kind.
    """

    whole: bool = False
    least: int | None = 0
    most: int | None = None

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return reading.wrong(place, f"{shown(raw)} is not a number")
        if raw != raw or raw in (float("inf"), float("-inf")):
            return reading.wrong(place, f"{shown(raw)} is not a finite number")
        if self.whole and isinstance(raw, float):
            return reading.wrong(place, f"{shown(raw)} is not a whole number")
        if self.least is not None and raw < self.least:
            return reading.wrong(place, f"{shown(raw)} is below {self.least}")
        if self.most is not None and raw > self.most:
            return reading.wrong(place, f"{shown(raw)} is above {self.most}")
        return raw

    def schema(self) -> dict[str, Any]:
        bounds = {"minimum": self.least, "maximum": self.most}
        kind = {"type": "integer" if self.whole else "number"}
        return kind | {key: bound for key, bound in bounds.items() if bound is not None}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, not after the facts' own day unless it is the end of a period."""

    may_be_later: bool = False

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, str):
            return reading.wrong(place, f"{shown(raw)} is not a date (YYYY-MM-DD)")
        try:
            day = parse_day(raw)
        except ValueError as error:
            return reading.wrong(place, str(error))
        return day if self.may_be_later else not_later(day, day, place, reading)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


@dataclass(frozen=True, slots=True)
class PartialDay:
    """A day, a month or a year; all of it lying after the facts' own day is an error."""

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, str):
            return reading.wrong(place, f"{shown(raw)} is not a date (YYYY-MM-DD, YYYY-MM or YYYY)")
        try:
            known = PartialDate.parse(raw)
        except ValueError as error:
            return reading.wrong(place, str(error))
        return not_later(known, known.first, place, reading)

    def schema(self) -> dict[str, Any]:
        month = "(?!0000)[0-9]{4}-(0[1-9]|1[0-2])"
        return {
            "anyOf": [
                Day().schema(),
                {"type": "string", "pattern": f"^{month}$"},
                {"type": "string", "pattern": "^(?!0000)[0-9]{4}$"},
            ]
        }


def not_later(value: object, first: date, place: str, reading: Reading) -> object:
    """The value, or an error where its first day lies after the facts' own day."""
    if reading.as_of is not None and first > reading.as_of:
        return reading.wrong(place, f"{first.isoformat()} lies after {reading.as_of.isoformat()} (as_of)")
    return value


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape. `key` names the value that must differ from item to item; `least` is 1 where
    none is an error.
    """

    item: Shape
    key: str | None = None
    least: int = 0
    build: Callable[[Any], Any] = tuple

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, list):
            return reading.wrong(place, f"{shown(raw)} is not a list")
        if len(raw) < self.least:
            return reading.wrong(place, "the list is empty, and at least one is needed")
        items = [self.item.read(one, f"{place}[{position}]", reading) for position, one in enumerate(raw)]
        if self.key is not None:
            self._unique(raw, place, reading)
        return INVALID if any(one is INVALID for one in items) else self.build(items)

    def _unique(self, raw: list[Any], place: str, reading: Reading) -> None:
        seen: dict[object, int] = {}
        for position, one in enumerate(raw):
            value = one.get(self.key) if isinstance(one, dict) else None
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                continue  # noted already, where the value itself was read
            if value in seen:
                reading.wrong(
                    f"{place}[{position}].{self.key}",
                    f"{shown(value)} was used before, in {place}[{seen[value]}]",
                )
            seen.setdefault(value, position)

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "array", "items": self.item.schema()}
        if self.key is not None:
            found["$comment"] = f"no two items share the same {self.key}"
        return found | ({"minItems": self.least} if self.least else {})


@dataclass(frozen=True, slots=True)
class Counts:
    """An object that gives numbers to some of a few words; null is "no number"."""

    words: tuple[str, ...]
    number: Number

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, dict):
            return reading.wrong(place, f"{shown(raw)} is not an object")
        for word in raw:
            if word not in self.words:
                reading.wrong(f"{place}.{word}", f"unknown key: none of {', '.join(self.words)}")
        given = {
            word: self.number.read(raw[word], f"{place}.{word}", reading)
            for word in self.words
            if raw.get(word) is not None
        }
        return INVALID if INVALID in given.values() or raw.keys() - set(self.words) else given

    def schema(self) -> dict[str, Any]:
        value = or_null(self.number.schema())
        return {
            "type": "object",
            "properties": dict.fromkeys(self.words, value),
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class Either:
    """A list, or a text in its place."""

    items: ListOf
    text: Text

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if isinstance(raw, str):
            return self.text.read(raw, place, reading)
        if not isinstance(raw, list):
            return reading.wrong(place, f"{shown(raw)} is neither a list nor a text")
        return self.items.read(raw, place, reading)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.items.schema(), self.text.schema()]}


@dataclass(frozen=True, slots=True)
class Record:
    """An object with known keys. Keys not `needed` may be absent or null: then they are unknown, and not
    passed on.
    """

    build: Callable[..., Any]
    keys: Mapping[str, Shape]
    needed: tuple[str, ...] = ()
    also: Callable[[dict[str, Any], str, Reading], None] | None = None
    also_schema: Mapping[str, Any] = field(default_factory=dict)

    def read(self, raw: object, place: str, reading: Reading) -> Any:
        if not isinstance(raw, dict):
            return reading.wrong(place, f"{shown(raw)} is not an object")
        before = len(reading.errors)
        inside = f"{place}." if place else ""
        for key in raw:
            if key not in self.keys:
                reading.wrong(f"{inside}{key}", "unknown key")
        values = {}
        for key, shape in self.keys.items():
            value = raw.get(key)
            if value is not None:
                values[key] = shape.read(value, f"{inside}{key}", reading)
            elif key in self.needed:
                reading.wrong(
                    f"{inside}{key}", "is needed, and is null" if key in raw else "is needed, and is absent"
                )
        if self.also is not None:
            self.also(values, place, reading)
        return (
            INVALID
            if len(reading.errors) > before
            else self.build(**{_plain(key): value for key, value in values.items()})
        )

    def schema(self) -> dict[str, Any]:
        properties = {
            key: shape.schema() if key in self.needed else or_null(shape.schema())
            for key, shape in self.keys.items()
        }
        found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        if self.needed:
            found["required"] = list(self.needed)
        return found | dict(self.also_schema)


def _plain(key: str) -> str:
    """`from` is a word of Python and cannot name an argument; `to` goes with it, where a period is meant."""
    return "since" if key == "from" else key


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema, allowing null for "unknown"."""
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
