"""References to pages as people write them: `12`, `12-14`, `3, 7-9`; empty means the whole file."""

import re

PART = re.compile(r"(\d{1,5})(?:\s*(?:-|–|—|to)\s*(\d{1,5}))?")
PREFIX = re.compile(r"(?i)^\s*(pages?|pp?\.?)\s+")
LONGEST = 60


class BadPages(ValueError):
    """A reference cannot be read or lies outside the file; `str` is the sentence for the person."""


def parse(text: str) -> tuple[tuple[int, int], ...]:
    """The ranges of a reference, sorted and joined where they touch. Raises `BadPages`."""
    text = PREFIX.sub("", text).strip()
    if not text:
        return ()
    ranges: list[tuple[int, int]] = []
    for part in re.split(r"\s*(?:,|;|\band\b|&)\s*", text):
        found = PART.fullmatch(part)
        if found is None:
            raise BadPages("Write the pages as numbers, for example 12, or 12-14, or 3, 7-9")
        first, last = int(found[1]), int(found[2] or found[1])
        if first < 1:
            raise BadPages("Pages are counted from 1")
        if last < first:
            raise BadPages(f"The range {first}-{last} runs backwards. Did you mean {last}-{first}?")
        ranges.append((first, last))
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def spell(ranges: tuple[tuple[int, int], ...]) -> str:
    """Ranges in their stored form: `3, 7-9`."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def checked(text: str, pages: int | None) -> str:
    """A reference in its stored form, held against a file's number of pages. Raises `BadPages`."""
    ranges = parse(text)
    if ranges and pages is None:
        raise BadPages(
            "This file has no fixed pages. Leave the pages empty, or say in your answer where to look; a "
            "PDF can be cited by page"
        )
    if ranges and pages is not None and ranges[-1][1] > pages:
        has = "1 page" if pages == 1 else f"{pages} pages"
        raise BadPages(f"The file has {has}, so there is no page {ranges[-1][1]}")
    stored = spell(ranges)
    if len(stored) > LONGEST:
        raise BadPages(
            "That is too many pages for one reference. Cite the file twice, or name a longer range"
        )
    return stored


def first_page(text: str) -> int:
    """The page to open a reference at; 1 for the whole file."""
    try:
        ranges = parse(text)
    except BadPages:
        return 1
    return ranges[0][0] if ranges else 1


def spoken(text: str) -> str:
    """A stored reference for a page: "page 12", "pages 3 and 7–9", or "whole file"."""
    if not text:
        return "whole file"
    parts = text.replace("-", "–").split(", ")
    words = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"page {words}" if len(parts) == 1 and "–" not in words else f"pages {words}"
