"""People's words made safe to set: what cannot be printed is taken out, and no word is so long that it breaks a page.

Meaning is never changed. What is removed cannot be seen anyway (control characters, marks that turn the direction of writing
round, half characters), and what is added is a place where a line may break.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

MARKS = 4  # more combining marks than this on one letter are noise that climbs over the lines above
WORD = 28  # a longer word gets places to break: breaking it "anywhere" costs time that grows with its square
BREAK = "\u200b"

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_HALVES = re.compile("[\ud800-\udfff]")
_LONG = re.compile(rf"[^\s{BREAK}]{{{WORD + 1},}}")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(words: object, limit: int | None = None) -> str:
    """Text without what cannot be printed: lines end with a newline, at most one blank line stands between paragraphs.

    Above `limit` characters it is cut at a word and ends with an ellipsis.
    """
    text = _HALVES.sub("\ufffd", str(words or "")).replace("\r\n", "\n").replace("\r", "\n")
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).replace("\t", " ")
    text = _BLANK_LINES.sub("\n\n", _calm(text)).strip()
    return text if limit is None else shorten(text, limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where that is possible, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = max(head.rfind(" "), head.rfind("\n"))
    return (head[:space] if space > limit // 2 else head).rstrip() + "…"


def breakable(text: str) -> str:
    """The text with a place to break in every word of more than `WORD` characters."""
    return _LONG.sub(
        lambda found: BREAK.join(found[0][at : at + WORD] for at in range(0, len(found[0]), WORD)), text
    )


def printable(value: Any) -> Any:
    """Whatever is set, with every word of a person in it cleaned of what cannot be printed, and made breakable."""
    if isinstance(value, str):
        return breakable(clean(value))
    if isinstance(value, Mapping):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value


def _calm(text: str) -> str:
    """At most `MARKS` combining marks in a row."""
    if not any(unicodedata.combining(sign) for sign in text):
        return text
    kept, run = [], 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run <= MARKS:
            kept.append(sign)
    return "".join(kept)
