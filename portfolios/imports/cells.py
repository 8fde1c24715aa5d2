"""Cells of a file of scans as values of the log. Each reader raises `ValueError` with a sentence where a cell is none."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import models

from accreditation.rules import regions
from accreditation.rules.dates import MONTHS
from portfolios import pathologies
from portfolios.policies import LISTS

ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ /.\-](\d{1,2}|[A-Za-z]+)[ /.,\-]+(\d{4}|\d{2})")
CLOCK: Final = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?$", re.I)
MONTH_NUMBER: Final = {name[:3].casefold(): place for place, name in enumerate(MONTHS, start=1)}
PIECES: Final = re.compile(r"\s*[;,|/+\n]\s*")
LABELS: Final = {
    name: {str(label).casefold(): str(value) for value, label in choices.choices}
    | {str(value).casefold(): str(value) for value in choices.values}
    for name, choices in LISTS.items()
}
REGION_NAMES: Final = (
    {label.casefold(): code for code, label in regions.LABELS.items()}
    | {code: code for code in regions.PARTS}
    | {
        f"{one}{sign}{other}": f"{one}_{other}"
        for one, other in (("wrist", "hand"), ("hip", "groin"), ("ankle", "foot"))
        for sign in ("/", " / ", " & ", ", ")
    }
)
FINDING_NAMES: Final = {label.casefold(): code for code, label in pathologies.LABELS.items()} | {
    code: code for code in pathologies.BITS
}
REGION_WORDS: Final = {
    "shoulder": "shoulder", "shoulders": "shoulder", "elbow": "elbow", "elbows": "elbow", "wrist": "wrist_hand",
    "wrists": "wrist_hand", "hand": "wrist_hand", "hands": "wrist_hand", "finger": "wrist_hand", "fingers": "wrist_hand",
    "thumb": "wrist_hand", "hip": "hip_groin", "hips": "hip_groin", "groin": "hip_groin", "knee": "knee", "knees": "knee",
    "ankle": "ankle_foot", "ankles": "ankle_foot", "foot": "ankle_foot", "feet": "ankle_foot", "achilles": "ankle_foot",
    "toe": "ankle_foot", "toes": "ankle_foot",
}  # fmt: skip
"""Words by which a department's list of examinations names a region."""
SIDE_WORDS: Final = {
    "left": "left", "lt": "left", "right": "right", "rt": "right", "both": "both", "bilateral": "both", "bilat": "both",
}  # fmt: skip
OTHER_WORDS: Final = {
    "side": {**SIDE_WORDS, "l": "left", "r": "right", "b": "both"},
    "subject": {"volunteer": "healthy_volunteer", "phantom": "simulator", "fellow student": "peer", "student": "peer"},
    "supervision": {"direct": "observed", "none": "none", "no": "none"},
}  # fmt: skip


def day(text: str) -> date:
    """A day: 2025-03-14, or with the day first 14/3/2025, 14.3.25, 14 March 2025; a time of day after it is left away."""
    bare = CLOCK.sub("", text)
    if found := ISO.fullmatch(bare):
        year, month, number = found.groups()
    elif found := DAY_FIRST.fullmatch(bare):
        number, month, year = found.groups()
        if len(year) == 2:
            year = f"20{year}"
        if not month.isdecimal():
            month = str(MONTH_NUMBER.get(month[:3].casefold(), 0))
    elif bare.isdecimal():
        raise ValueError(
            "This is a number, not a day. Give the column the form of a date, for example 14/03/2025."
        )
    else:
        raise ValueError("This is no day. Use 14/03/2025 or 2025-03-14.")
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValueError("There is no such day. The day comes first, then the month: 14/03/2025.") from None


def parts(text: str) -> frozenset[str]:
    """Regions and extras, several with a semicolon between them: names or codes."""
    return _several(text, REGION_NAMES, "no region or extra", f" The regions are {_or(regions.REGIONS)}.")


def found(text: str) -> frozenset[str]:
    """Findings, several with a semicolon between them: names or codes."""
    return _several(text, FINDING_NAMES, "no finding of the list")


def _or(codes: Sequence[str]) -> str:
    """Regions by name: "shoulder, elbow or knee"."""
    labels = [regions.LABELS[code] for code in codes]
    return f"{', '.join(labels[:-1])} or {labels[-1]}"


def _several(text: str, names: dict[str, str], words: str, known: str = "") -> frozenset[str]:
    whole = names.get(text.casefold())
    if whole:
        return frozenset((whole,))
    pieces = [piece for piece in PIECES.split(text) if piece]
    if len(pieces) == 1 and all(piece in names for piece in text.split()):
        pieces = text.split()  # codes with spaces between them, as the export writes them
    unknown = [piece for piece in pieces if piece.casefold() not in names]
    if unknown:
        raise ValueError(f"{', '.join(unknown)[:120]}: {words}.{known} Put a semicolon between several.")
    return frozenset(names[piece.casefold()] for piece in pieces)


def parts_in_words(text: str) -> frozenset[str]:
    """Regions that the name of an examination holds ("US Shoulder Lt"), where it is not the name of a region itself."""
    try:
        return parts(text)
    except ValueError:
        seen = frozenset(
            REGION_WORDS[word] for word in re.findall(r"[a-z]+", text.casefold()) if word in REGION_WORDS
        )
        if not seen:
            raise
        return seen


def side_in_words(text: str) -> str:
    """The side that the name of an examination holds; none where it holds none."""
    sides = {SIDE_WORDS[word] for word in re.findall(r"[a-z]+", text.casefold()) if word in SIDE_WORDS}
    return "both" if len(sides) > 1 else next(iter(sides), "")


def choice(name: str, text: str) -> str:
    """A value of a closed list: its name, its code, or what departments write for it."""
    wanted = text.casefold()
    if value := LABELS[name].get(wanted) or OTHER_WORDS.get(name, {}).get(wanted):
        return value
    choices: type[models.TextChoices] = LISTS[name]
    raise ValueError(f"Use one of: {', '.join(str(label) for label in choices.labels)}.")


def whole_number(text: str, what: str) -> int:
    """A whole number that is not negative."""
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise ValueError(f"Enter {what} as a whole number.")
    return int(text)
