"""From a text and a letter's content to what the page sets: sections of paragraphs, with the words of the case put in.

Words of people come out as text, never as anything that is read again: what stands in a placeholder's place is escaped by
the page like every other word.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accreditation.letters import language, shipped
from accreditation.letters.language import Block, Kind
from accreditation.letters.shape import LetterContent
from accreditation.letters.text import breakable
from accreditation.rules import regions
from accreditation.rules.dates import spoken

ACCREDITED = ("accredit", "accredit_with_conditions")


@dataclass(frozen=True, slots=True)
class Run:
    """Words as they are set."""

    words: str
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or a whole part where `part` names one. `look`: "greeting", "outcome" or "" for an ordinary one."""

    runs: tuple[Run, ...]
    part: str = ""
    look: str = ""

    @property
    def template(self) -> str:
        return f"letters/parts/{self.part}.html"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (no runs: what stands before the first) with its lines."""

    heading: tuple[Run, ...]
    lines: tuple[Line, ...]

    @property
    def signed(self) -> bool:
        """Whether the signature stands in it."""
        return any(line.part == "signature" for line in self.lines)

    @property
    def before(self) -> tuple[Line, ...]:
        """What stands before the signature; everything, where there is none."""
        return self.lines[: self._signature]

    @property
    def from_signature(self) -> tuple[Line, ...]:
        """The signature and what stands after it."""
        return self.lines[self._signature :]

    @property
    def _signature(self) -> int:
        parts = [line.part for line in self.lines]
        return parts.index("signature") if "signature" in parts else len(parts)


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter's words in order: `greeting` before the title, then the sections."""

    greeting: tuple[Line, ...]
    title: tuple[Run, ...]
    sections: tuple[Section, ...]

    @property
    def before(self) -> tuple[Line, ...]:
        """What a certificate says before it names the course: its first paragraph."""
        return self._paragraphs()[:1]

    @property
    def after(self) -> tuple[Line, ...]:
        """What it says after the period."""
        return self._paragraphs()[1:]

    def _paragraphs(self) -> tuple[Line, ...]:
        return tuple(line for section in self.sections for line in section.lines if not line.part)


def compose(content: LetterContent) -> Composed:
    """The words of a letter. Raises `language.Unwritten` where its text is no text, `KeyError` for an unknown one."""
    made = content.made
    slug = made.template if made else shipped.slug_of(content.kind, content.outcome)
    text = made.wording if made else shipped.shipped(slug).text
    blocks = language.read(text, shipped.SUBJECTS[slug].names)
    held = cases(content)
    wanted = [block for block in blocks if not block.when or (held[block.when] != block.unless)]
    return _sorted(wanted, values(content), has_part(content))


def _sorted(
    blocks: Iterable[Block], words: Mapping[str, Callable[[], str]], has: Mapping[str, bool]
) -> Composed:
    """Before the title stands the greeting; a heading begins a section; one whose parts are all empty is left out."""
    greeting: list[Line] = []
    title: tuple[Run, ...] = ()
    sections: list[tuple[tuple[Run, ...], list[Line], list[str]]] = [((), [], [])]
    titled = not any(block.kind is Kind.TITLE for block in blocks)
    for block in blocks:
        runs = () if block.kind is Kind.PART else _runs(block, words)
        if block.kind is Kind.TITLE:
            title, titled = runs, True
        elif block.kind is Kind.HEADING:
            sections.append((runs, [], []))
        elif not titled:
            greeting.append(Line(runs, block.part, "greeting"))
        else:
            lead = len(sections) == 1 and not sections[0][1] and bool(title) and not block.part
            if block.part:
                sections[-1][2].append(block.part)
            if not block.part or has[block.part]:
                sections[-1][1].append(Line(runs, block.part, "outcome" if lead else ""))
    kept = [
        Section(heading, tuple(lines))
        for heading, lines, parts in sections
        if lines and (not parts or not heading or any(has[part] for part in parts))
    ]
    return Composed(tuple(greeting), title, tuple(kept))


def _runs(block: Block, words: Mapping[str, Callable[[], str]]) -> tuple[Run, ...]:
    """Neighbours that are equally bold become one run: what is copied out of the PDF is then whole."""
    runs: list[Run] = []
    for piece in block.pieces:
        said = breakable(words[piece.name]()) if piece.name else piece.words
        if runs and runs[-1].bold == piece.bold:
            said = runs.pop().words + said
        runs.append(Run(said, piece.bold))
    return tuple(runs)


def values(content: LetterContent) -> Mapping[str, Callable[[], str]]:
    """What stands in the place of each placeholder for words."""
    made = content.made

    def day(value: Any) -> Callable[[], str]:
        return lambda: spoken(value) if value else "–"

    number = len(content.conditions)
    first_due = min((row.due_on for row in content.conditions), default=None)
    period_from, period_to = day(content.period_from), day(content.period_to)
    return {
        "addressee": lambda: content.addressee.name or "colleagues",
        "course": lambda: content.course,
        "institution": lambda: content.institution,
        "award": lambda: content.award,
        "number": lambda: content.number,
        "date": day(content.on),
        "submission": lambda: content.submission,
        "submission_kind": lambda: content.submission_kind,
        "outcome": lambda: content.outcome_words,
        "decided_on": day(content.decided_on),
        "edition": lambda: f"{content.basis.edition_title} ({content.basis.edition_published})",
        "signed_by": lambda: content.signature.name,
        "period": lambda: f"{period_from()} to {period_to()}",
        "period_from": period_from,
        "period_to": period_to,
        "conditions_count": lambda: f"{number} condition{'' if number == 1 else 's'}",
        "first_due": day(first_due),
        "remit": lambda: ", ".join(made.remit) if made and made.remit else "–",
        "not_remit": lambda: ", ".join(made.not_remit) if made and made.not_remit else "–",
        "apply_by": day(made.apply_by if made else None),
        "withdrawn_on": day(content.signature.on),
    }


def cases(content: LetterContent) -> Mapping[str, bool]:
    """Which cases hold for a letter."""
    made, conditions = content.made, len(content.conditions)
    whole = {regions.LABELS[part] for part in regions.REGIONS}
    return {
        "new_course": content.submission_kind == "New accreditation",
        "one_condition": conditions == 1,
        "conditions": conditions > 0,
        "reasons": bool(content.reasons),
        "accredited": content.outcome in ACCREDITED,
        "deferred": content.outcome == "defer",
        "refused": content.outcome == "refuse",
        "withdrawn": bool(made and made.withdraws),
        "whole_remit": not (made and made.remit and whole - set(made.remit)),
    }


def has_part(content: LetterContent) -> Mapping[str, bool]:
    """Which parts of a letter hold anything."""
    return {
        "facts": True,
        "reasons": bool(content.reasons),
        "conditions": bool(content.conditions),
        "conditions_short": bool(content.conditions),
        "recommendations": bool(content.recommendations),
        "commendations": bool(content.commendations),
        "panel": content.report is not None,
        "summary": bool(content.report and content.report.summary),
        "signature": True,
    }
