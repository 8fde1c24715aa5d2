"""What pages show of the letters' texts: the list, one text with its versions, and what a draft changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.urls import reverse

from accreditation.letters import published, shipped
from accreditation.letters.shipped import Subject
from accreditation.models import LetterTemplate


@dataclass(frozen=True, slots=True)
class Shown:
    """One published version in a list."""

    number: int
    by: str
    at: datetime | None
    note: str
    letters: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One text in the list of texts."""

    title: str
    url: str
    version: int
    at: datetime | None
    has_draft: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A paragraph of a comparison: it stays, is new, or goes."""

    kind: str
    words: str

    @property
    def label(self) -> str:
        return {"new": "New: ", "gone": "Taken out: "}.get(self.kind, "")


def rows() -> list[Row]:
    """Every text with its published version. One query."""
    newest: dict[str, LetterTemplate] = {}
    drafts: set[str] = set()
    for row in LetterTemplate.objects.order_by("number"):
        if row.published_at is None:
            drafts.add(row.slug)
        else:
            newest[row.slug] = row
    return [
        Row(
            one.title,
            reverse("letter_text", args=[one.slug]),
            newest[one.slug].number if one.slug in newest else shipped.FIRST,
            newest[one.slug].published_at if one.slug in newest else None,
            one.slug in drafts,
        )
        for one in shipped.SUBJECTS.values()
    ]


def versions(slug: str) -> list[Shown]:
    """Every version there has been, newest first, the shipped one last. Two queries."""
    made = published.letters_made(slug)
    found = [
        Shown(
            row.number,
            row.published_by.full_name if row.published_by else "",
            row.published_at,
            row.note,
            made.get(row.number, 0),
            reverse("letter_text_version", args=[slug, row.number]),
        )
        for row in published.versions(slug)
    ]
    first = shipped.FIRST
    url = reverse("letter_text_version", args=[slug, first])
    return [*found, Shown(first, "", None, "Came with the system.", made.get(first, 0), url)]


def placeholders(subject: Subject) -> list[tuple[str, list[tuple[str, str]]]]:
    """The names that a text may use, in three groups, each with what it stands for."""
    return [
        ("Words", [(f"{{{name}}}", shipped.WORDS[name]) for name in subject.words]),
        (
            "Whole parts, alone between two empty lines",
            [(f"{{{name}}}", told) for name, told in shipped.PARTS.items() if name in subject.parts],
        ),
        (
            "Paragraphs for some cases only",
            [
                *((f"[when {name}]", shipped.CASES[name]) for name in subject.cases),
                *((f"[when not {name}]", "in all other cases") for name in subject.cases[:1]),
            ],
        ),
    ]


def changes(before: str, after: str) -> list[Change]:
    """What a draft changes, paragraph by paragraph; what goes stands before what comes in its place."""
    return list(_changes(before.split("\n\n"), after.split("\n\n")))


def _changes(old: list[str], new: list[str]) -> Iterator[Change]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Change("same", words) for words in old[i1:i2])
            continue
        yield from (Change("gone", words) for words in old[i1:i2])
        yield from (Change("new", words) for words in new[j1:j2])
