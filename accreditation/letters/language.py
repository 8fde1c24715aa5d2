"""The small language in which the office writes letters: paragraphs, headings, bold words, and names from a list.

    # {course}: accredited
    I am pleased to tell you that the Committee has **accredited {course}** at {institution}.
    {conditions}
    [when new_course] Until it has decided, the course is not accredited.

Paragraphs are parted by an empty line. `# ` begins the title, `## ` a heading. `{name}` stands for words of the case, or,
alone in its paragraph, for a whole part of the letter; `[when name]` and `[when not name]` before a paragraph keep it for
the cases it is meant for. That is all: there are no tags, no code and no addresses, and a text is never given to a template
engine as a template. What is no part of the language is refused with its line and sign.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

MAX_CHARACTERS = 12_000

_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_WHEN = re.compile(r"\[when (not )?([a-z_]+)\]\s*")
_TOKEN = re.compile(r"\*\*|\{([^{}\n]*)\}|[{}]|[^*{}]+|\*")


class Kind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    WORDS = "words"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words as they are written, or, where `name` is set, the name of what stands in their place."""

    words: str
    name: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph. `when` keeps it for the cases of that name (all others where `unless`); a part has one piece."""

    kind: Kind
    pieces: tuple[Piece, ...]
    when: str = ""
    unless: bool = False

    @property
    def part(self) -> str:
        return self.pieces[0].name if self.kind is Kind.PART else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a text, and where: lines and signs are counted from 1."""

    line: int
    sign: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}, sign {self.sign}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a text may use: for words, for whole parts, and for cases."""

    words: Collection[str]
    parts: Collection[str]
    cases: Collection[str]


class Unwritten(ValueError):
    """A text is not written in the language; `faults` tells each place."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = faults


def read(text: str, names: Names) -> tuple[Block, ...]:
    """The text's paragraphs, in order. Raises `Unwritten` with every fault that was found."""
    text = tidy(text)
    faults: list[Fault] = []
    if len(text) > MAX_CHARACTERS:
        faults.append(Fault(1, 1, f"The text has {len(text):,} signs; {MAX_CHARACTERS:,} are the most."))
    blocks = [_Reader(text, found, names, faults).block() for found in _PARAGRAPH.finditer(text)]
    titles = [block for block in blocks if block.kind is Kind.TITLE]
    if len(titles) > 1:
        faults.append(Fault(1, 1, "There is more than one title. Begin further headings with “## ”."))
    parts = [block.part for block in blocks if block.part and not block.when]
    for twice in sorted({part for part in parts if parts.count(part) > 1}):
        faults.append(Fault(1, 1, f"“{{{twice}}}” stands in the text twice. Once is enough."))
    if not blocks:
        faults.append(Fault(1, 1, "The text is empty."))
    if faults:
        raise Unwritten(faults)
    return tuple(blocks)


def tidy(text: str) -> str:
    """Lines end with a newline and carry no blanks at their end; the text ends with its last paragraph."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n")


class _Reader:
    """Reads one paragraph, `found`, of a text, and notes its faults."""

    def __init__(self, text: str, found: re.Match[str], names: Names, faults: list[Fault]) -> None:
        self.text, self.found, self.names, self.faults = text, found, names, faults
        self.places: list[int] = []  # where each piece stands in the text

    def block(self) -> Block:
        rest, at = self.found[0], self.found.start()
        when, unless = "", False
        if told := _WHEN.match(rest):
            unless, when = bool(told[1]), told[2]
            if when not in self.names.cases:
                self._fault(at, f"There is no case called “{when}”.")
            rest, at = rest[told.end() :], at + told.end()
        elif rest.startswith("["):
            self._fault(at, "After “[” comes “when” and the name of a case, as in “[when new_course]”.")
        kind = Kind.WORDS
        for sign, name in (("## ", Kind.HEADING), ("# ", Kind.TITLE)):
            if rest.startswith(sign):
                kind, rest, at = name, rest[len(sign) :], at + len(sign)
                break
        pieces = self._pieces(rest, at)
        if kind is Kind.WORDS and len(pieces) == 1 and pieces[0].name in self.names.parts:
            kind = Kind.PART
        else:
            for place, piece in zip(self.places, pieces, strict=True):
                if piece.name in self.names.parts:
                    said = f"“{{{piece.name}}}” is a whole part: it stands alone between two empty lines."
                    self._fault(place, said)
        return Block(kind, pieces, when, unless)

    def _pieces(self, words: str, start: int) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        bold_since: int | None = None
        for token in _TOKEN.finditer(words):
            at, shown = start + token.start(), token[0]
            if shown == "**":
                bold_since = None if bold_since is not None else at
            elif token[1] is not None:
                name = token[1].strip()
                if name not in self.names.words and name not in self.names.parts:
                    self._fault(at, f"There is no placeholder called “{name}”. Choose one from the list.")
                pieces.append(Piece("", name, bold_since is not None))
                self.places.append(at)
            elif shown in "{}":
                self._fault(at, f"“{shown}” stands alone. A placeholder is a name between two of them.")
            else:
                pieces.append(Piece(" ".join(shown.split("\n")), "", bold_since is not None))
                self.places.append(at)
        if bold_since is not None:
            self._fault(bold_since, "Bold words begin here and never end: put “**” after them, too.")
        if not pieces:
            self._fault(start, "There are no words here.")
        return tuple(pieces)

    def _fault(self, at: int, sentence: str) -> None:
        line = self.text.count("\n", 0, at) + 1
        self.faults.append(Fault(line, at - self.text.rfind("\n", 0, at), sentence))
