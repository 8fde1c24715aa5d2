"""The shape of a letter's content, as it lies in the letter's row and is read years later: the only thing that
`accreditation.letters.render` reads. `accreditation.letters.content` fills it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accreditation.letters import frozen
from accreditation.letters.report import ReportPart

FORMAT = 2
READABLE = (
    1,
    2,
)  # format 1 has no `made`: such a letter is set with the texts that the system was shipped with


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the letter goes: a person by name where the course has a leader, and the institution's postal address."""

    name: str
    role: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionLine:
    number: int
    clause: str
    label: str
    text: str
    due_on: date
    satisfied_when: str


@dataclass(frozen=True, slots=True)
class Item:
    """A recommendation or a commendation; the clause may be empty."""

    number: int
    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One clause of the edition: the panel's agreed judgement beside what the rules proposed, in words.

    `reason` says why the two differ, where they do.
    """

    clause: str
    statement: str
    statement_label: str
    label: str
    judgement: str
    judgement_words: str
    finding: str
    finding_words: str
    differs: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    role: str
    on: date


@dataclass(frozen=True, slots=True)
class Basis:
    """What was judged and where the record stood: the submitted version with its sums, and the audit trail's end."""

    version: int
    as_of: date
    sha256: str
    facts_sha256: str
    rules_version: str
    edition: str
    edition_title: str
    edition_published: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Made:
    """What the letter was made from besides the decision: the text that was published then, with its version; the regions
    that the course trains for (in words) and those it does not; whether the decision takes an accreditation away; and for
    a reminder of re-accreditation the day by which to apply.
    """

    template: str
    version: int
    wording: str
    remit: tuple[str, ...]
    not_remit: tuple[str, ...]
    withdraws: bool
    apply_by: date | None


@dataclass(frozen=True, slots=True)
class LetterContent:
    format: int
    demo: bool
    kind: str
    number: str
    on: date
    check: str
    verify_url: str
    replaces: str
    replaces_reason: str
    addressee: Addressee
    institution: str
    course: str
    course_reference: str
    award: str
    submission: str
    submission_kind: str
    outcome: str
    outcome_words: str
    reasons: str
    decided_on: date | None
    period_from: date | None
    period_to: date | None
    conditions: tuple[ConditionLine, ...]
    recommendations: tuple[Item, ...]
    commendations: tuple[Item, ...]
    clauses: tuple[ClauseLine, ...]
    signature: Signature
    basis: Basis
    report: ReportPart | None
    made: Made | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values, for `Letter.content`."""
        found: dict[str, Any] = frozen.plain(self)
        if self.format == 1:
            del found["made"]
        return found

    @classmethod
    def read(cls, value: Any) -> "LetterContent":
        """From `Letter.content`. Raises `frozen.Unreadable` naming the place."""
        if isinstance(value, dict) and value.get("format") == 1 and "made" not in value:
            value = {**value, "made": None}
        content = frozen.read(cls, value)
        if content.format not in READABLE or (content.made is None) != (content.format == 1):
            raise frozen.Unreadable(f"content.format: {content.format} is not known")
        return content

    @property
    def sha256(self) -> str:
        """The sum of the content's canonical form: equal content gives equal pages, byte for byte."""
        return frozen.sum_of(self.plain())
