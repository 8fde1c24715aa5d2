"""Small changes to a facts file's plain values, by the facts' own ids: "students/S1/scans/X4/logged" = false."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

APPEND: Final = "+"


@dataclass(frozen=True, slots=True)
class Edit:
    """Sets the value at a path whose parts are keys, places in a list, or ids; a last part "+" appends."""

    path: str
    value: Any


def edited(raw: dict[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """A copy of plain values with the edits made; a list or object on the way that is absent or null is made."""
    copy = deepcopy(raw)
    for edit in edits:
        make(copy, edit)
    return copy


def make(raw: dict[str, Any], edit: Edit) -> None:
    """Makes one edit in place; raises KeyError where a path names an item that does not exist."""
    node: Any = raw
    parts = edit.path.split("/")
    for part, following in zip(parts, parts[1:], strict=False):
        place = _place(node, part)
        if isinstance(node, dict) and node.get(place) is None:
            node[place] = [] if following == APPEND else {}
        node = node[place]
    if parts[-1] == APPEND:
        node.append(deepcopy(edit.value))
    else:
        node[_place(node, parts[-1])] = deepcopy(edit.value)


def _place(node: Any, part: str) -> Any:
    if isinstance(node, dict):
        return part
    for place, item in enumerate(node):
        if isinstance(item, dict) and item.get("id") == part:
            return place
    if part.isdigit():
        return int(part)
    raise KeyError(part)
