"""What a remit is made of: six regions, six extras, and the group terms that stand for several regions.

A set of them is one integer, a bit for each part, so that `remit & scan` compares two sets at once. Nothing
here depends on an edition: these are the words of the facts file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

REGIONS: Final = ("shoulder", "elbow", "wrist_hand", "hip_groin", "knee", "ankle_foot")
EXTRAS: Final = ("nerve", "soft_tissue", "rheumatology", "paediatric_hip", "spine", "intervention")
PARTS: Final = REGIONS + EXTRAS

BITS: Final[dict[str, int]] = {name: 1 << place for place, name in enumerate(PARTS)}
NAME_OF_BIT: Final[dict[int, str]] = {bit: name for name, bit in BITS.items()}
EVERY_PART: Final = (1 << len(PARTS)) - 1

LABELS: Final[dict[str, str]] = {
    "shoulder": "shoulder",
    "elbow": "elbow",
    "wrist_hand": "wrist and hand",
    "hip_groin": "hip and groin",
    "knee": "knee",
    "ankle_foot": "ankle and foot",
    "nerve": "peripheral nerve",
    "soft_tissue": "soft tissue",
    "rheumatology": "rheumatology",
    "paediatric_hip": "paediatric hip",
    "spine": "spine",
    "intervention": "guided intervention",
}

GROUP_LABELS: Final[dict[str, str]] = {
    "upper_limb": "upper limb",
    "lower_limb": "lower limb",
    "all": "all six regions",
}


class UnknownRegion(ValueError):
    """A name that is neither a region nor an extra (nor, where groups are allowed, a group term)."""


def mask(names: Iterable[str]) -> int:
    """The set of the named regions and extras as one integer; raises `UnknownRegion` for any other name."""
    together = 0
    for name in names:
        try:
            together |= BITS[name]
        except KeyError:
            raise UnknownRegion(name) from None
    return together


GROUPS: Final[dict[str, int]] = {
    "upper_limb": mask(("shoulder", "elbow", "wrist_hand")),
    "lower_limb": mask(("hip_groin", "knee", "ankle_foot")),
    "all": mask(REGIONS),
}


def expand(names: Iterable[str]) -> int:
    """Like `mask`, with group terms standing for their regions (never for an extra)."""
    together = 0
    for name in names:
        together |= GROUPS[name] if name in GROUPS else mask((name,))
    return together


@lru_cache(maxsize=4096)
def names(parts: int) -> tuple[str, ...]:
    """The names in a set, regions first, in the order of the standard; raises `UnknownRegion` for a foreign
    bit.
    """
    if parts < 0 or parts > EVERY_PART:
        raise UnknownRegion(str(parts))
    return tuple(name for name, bit in BITS.items() if parts & bit)


def each(parts: int) -> Iterator[int]:
    """Every part of a set as a set of its own, in the order of the standard."""
    return (BITS[name] for name in names(parts))


@lru_cache(maxsize=4096)
def spoken(parts: int) -> str:
    """A set in words: "shoulder, wrist and hand, and knee"; "nothing" for the empty set."""
    labels = [LABELS[name] for name in names(parts)]
    if not labels:
        return "nothing"
    if len(labels) == 1:
        return labels[0]
    comma = "," if len(labels) > 2 or any(" and " in label for label in labels) else ""
    return f"{', '.join(labels[:-1])}{comma} and {labels[-1]}"
