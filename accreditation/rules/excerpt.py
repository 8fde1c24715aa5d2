"""The part of a facts file that some references speak of: enough to say them in words when the facts are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def excerpt(raw: Mapping[str, Any], refs: Iterable[str]) -> dict[str, Any]:
    """The rows behind references such as "students/S1/scans/X7", nested under their ids; what a reference passes through
    keeps its name and title, the row itself its plain values and short lists. A reference that leads nowhere is left out.
    """
    found: dict[str, Any] = {}
    for ref in refs:
        value: Any = raw
        here, steps = found, ref.split("/")
        for place, step in enumerate(steps):
            value = _step(value, step)
            if value is None:
                break
            last = place == len(steps) - 1
            if isinstance(value, Mapping):
                here = here.setdefault(step, {})
                here.update(_plain(value) if last else _named(value))
            elif not last:
                here = here.setdefault(step, {})
    return found


def _step(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, Sequence) and not isinstance(value, str):
        by_id = next((row for row in value if isinstance(row, Mapping) and str(row.get("id")) == step), None)
        if by_id is not None:
            return by_id
        return value[int(step)] if step.isdecimal() and int(step) < len(value) else None
    return None


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("name", "title") if isinstance(row.get(name), str)}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in row.items()
        if isinstance(value, str | int | float)
        or (isinstance(value, list) and all(isinstance(one, str) for one in value))
    }
