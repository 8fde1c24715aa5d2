"""Frozen dataclasses to plain JSON values and back, so that a letter's content lies in its row and can be read years later.

Reading is strict: an unknown or absent key, or a value of the wrong type, is an error that names the place.
"""

import dataclasses
import hashlib
import json
import types
import typing
from datetime import date
from typing import Any, TypeVar

Frozen = TypeVar("Frozen")


class Unreadable(ValueError):
    """Stored content does not have the shape that it should have; the message names the place."""


def plain(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists, dates as "2025-03-14", the rest as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def sum_of(value: Any) -> str:
    """The SHA-256 of the canonical form of plain values, as 64 hexadecimal digits: equal content has an equal sum."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read(shape: type[Frozen], value: Any, place: str = "content") -> Frozen:
    """The opposite of `plain`, held to the annotations of `shape`. Raises `Unreadable`."""
    if not isinstance(value, dict):
        raise Unreadable(f"{place}: an object is needed")
    hints = typing.get_type_hints(shape)
    if set(value) != set(hints):
        wrong = ", ".join(sorted(set(value) ^ set(hints)))
        raise Unreadable(f"{place}: absent or unknown: {wrong}")
    return shape(**{name: _value(hint, value[name], f"{place}.{name}") for name, hint in hints.items()})


def _value(hint: Any, value: Any, place: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in typing.get_args(hint):
            return None
        (hint,) = (part for part in typing.get_args(hint) if part is not type(None))
        return _value(hint, value, place)
    if origin is tuple:
        if not isinstance(value, list):
            raise Unreadable(f"{place}: a list is needed")
        item = typing.get_args(hint)[0]
        return tuple(_value(item, one, f"{place}[{at}]") for at, one in enumerate(value))
    if dataclasses.is_dataclass(hint):
        return read(typing.cast(type[Any], hint), value, place)
    if hint is date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise Unreadable(f"{place}: a date is needed") from None
    if type(value) is not hint:
        raise Unreadable(f"{place}: {hint.__name__} is needed")
    return value
