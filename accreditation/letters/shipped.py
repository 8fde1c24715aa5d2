"""The letters' texts as the system brings them along: version 1 of each, and what each may say.

A text is found by its slug: the kind of letter, and for the decision letter also the outcome. What the office publishes
later has the numbers from 2 on (`accreditation.models.LetterTemplate`); version 1 never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from accreditation.enums import DecisionOutcome, LetterKind
from accreditation.letters.language import Names, tidy

FIRST = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one version, as a letter is written with it."""

    slug: str
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One text of the list: what it is called, its kind and outcome ("": any), and the parts it may never be without."""

    slug: str
    title: str
    kind: str
    outcome: str
    needs: tuple[str, ...]
    words: tuple[str, ...]
    parts: tuple[str, ...]
    cases: tuple[str, ...]

    @property
    def names(self) -> Names:
        return Names(self.words, self.parts, self.cases)


WORDS: Final[Mapping[str, str]] = {
    "addressee": "the course leader’s name, or “colleagues”",
    "course": "the course’s title",
    "institution": "the institution’s name",
    "award": "the award",
    "number": "the letter’s number",
    "date": "the letter’s date",
    "submission": "the submission’s reference",
    "submission_kind": "the kind of application",
    "outcome": "the outcome in words",
    "decided_on": "the day of the Committee’s meeting",
    "edition": "the edition of the standard",
    "signed_by": "who signs",
    "period": "first and last day of the accreditation",
    "period_from": "the first day of the accreditation",
    "period_to": "the last day of the accreditation",
    "conditions_count": "how many conditions, as “2 conditions”",
    "first_due": "the day of the condition due first",
    "remit": "the regions the course trains for, in words",
    "not_remit": "the regions it does not train for, in words",
    "apply_by": "the day by which to apply again",
    "withdrawn_on": "the day on which the course withdrew",
}
"""Placeholders for words, with what stands in their place."""
PARTS: Final[Mapping[str, str]] = {
    "facts": "the box with outcome, period, award and application",
    "reasons": "the Committee’s reasons",
    "conditions": "the conditions, each with its date and what would satisfy it",
    "conditions_short": "the conditions’ texts, without date",
    "recommendations": "the recommendations",
    "commendations": "the commendations",
    "panel": "the panel with the days of their signatures",
    "summary": "the panel’s summary",
    "signature": "“Yours sincerely,” and who signs",
}
"""Placeholders for whole parts."""
CASES: Final[Mapping[str, str]] = {
    "new_course": "the application is for a new accreditation",
    "one_condition": "there is exactly one condition",
    "conditions": "there are conditions",
    "reasons": "the Committee gave reasons",
    "accredited": "the decision gives an accreditation",
    "deferred": "the decision is deferred",
    "refused": "accreditation is refused",
    "withdrawn": "the decision takes away an accreditation that was given before",
    "whole_remit": "the course trains for all six regions, or none are on record",
}
"""The cases for which a paragraph can be kept by “[when …]”."""

_ALWAYS = tuple(WORDS)[:12]
_PERIOD = ("period", "period_from", "period_to")
_CONDITIONS = ("conditions_count", "first_due")
_ITEMS = ("recommendations", "commendations")


def _subject(
    slug: str,
    title: str,
    kind: str,
    outcome: str = "",
    *,
    needs: tuple[str, ...] = ("signature",),
    words: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
    cases: tuple[str, ...] = (),
) -> Subject:
    return Subject(
        slug, title, str(kind), str(outcome), needs, (*_ALWAYS, *words), tuple({*needs, *parts}), cases
    )


SUBJECTS: Final[Mapping[str, Subject]] = {
    one.slug: one
    for one in (
        _subject(
            "decision.accredit", "Decision letter: accredited", LetterKind.DECISION, DecisionOutcome.ACCREDIT,
            words=_PERIOD, parts=("facts", "reasons", *_ITEMS), cases=("new_course", "reasons"),
        ),
        _subject(
            "decision.accredit_with_conditions", "Decision letter: accredited with conditions", LetterKind.DECISION,
            DecisionOutcome.ACCREDIT_WITH_CONDITIONS, needs=("conditions", "signature"),
            words=(*_PERIOD, *_CONDITIONS), parts=("facts", "reasons", *_ITEMS),
            cases=("new_course", "reasons", "one_condition"),
        ),
        _subject(
            "decision.defer", "Decision letter: deferred", LetterKind.DECISION, DecisionOutcome.DEFER,
            needs=("reasons", "signature"), parts=("facts", *_ITEMS), cases=("new_course", "withdrawn"),
        ),
        _subject(
            "decision.refuse", "Decision letter: refused or withdrawn", LetterKind.DECISION, DecisionOutcome.REFUSE,
            needs=("reasons", "signature"), parts=("facts", *_ITEMS), cases=("new_course", "withdrawn"),
        ),
        _subject(
            "interim", "Interim-review letter", LetterKind.INTERIM, needs=("reasons", "conditions", "signature"),
            words=(*_PERIOD, *_CONDITIONS), parts=("facts", *_ITEMS),
            cases=("accredited", "deferred", "refused", "conditions", "one_condition", "withdrawn"),
        ),
        _subject(
            "report", "Accreditation report", LetterKind.REPORT, needs=("panel", "conditions"), words=_CONDITIONS,
            parts=("facts", "summary", "reasons", *_ITEMS),
            cases=("accredited", "deferred", "refused", "conditions", "one_condition", "reasons"),
        ),
        _subject(
            "certificate", "Certificate of accreditation", LetterKind.CERTIFICATE, needs=("signature",),
            words=(*_PERIOD, "remit", "not_remit"), cases=("whole_remit",),
        ),
        _subject(
            "conditions_met", "Letter on conditions met", LetterKind.CONDITIONS_MET, words=(*_PERIOD, *_CONDITIONS),
            parts=("conditions_short", "facts"), cases=("one_condition",),
        ),
        _subject(
            "conditions_due", "Reminder of conditions due", LetterKind.CONDITIONS_DUE, needs=("conditions", "signature"),
            words=(*_PERIOD, *_CONDITIONS), cases=("one_condition",),
        ),
        _subject(
            "reaccreditation_due", "Reminder of re-accreditation", LetterKind.REACCREDITATION_DUE,
            words=(*_PERIOD, "apply_by"), parts=("facts",),
        ),
        _subject(
            "withdrawal", "Letter on a withdrawn application", LetterKind.WITHDRAWAL, words=("withdrawn_on",),
            parts=("facts",),
        ),
    )
}  # fmt: skip
"""Every text there is, by slug, in the order of the office's list."""


def slug_of(kind: str, outcome: str) -> str:
    """Which text a letter of this kind about a decision with this outcome is written with. Raises `KeyError`."""
    for one in SUBJECTS.values():
        if one.kind == kind and one.outcome in ("", outcome):
            return one.slug
    raise KeyError(f"{kind} {outcome}")


@cache
def shipped(slug: str) -> Text:
    """Version 1 of a text. Raises `KeyError` for a slug that is not in the list."""
    path = Path(settings.ROOT) / "templates" / "letters" / "shipped" / f"{SUBJECTS[slug].slug}.txt"
    return Text(slug, FIRST, tidy(path.read_text(encoding="utf-8")))
