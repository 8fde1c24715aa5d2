"""A mentor's eligibility on a day, explained: what the rules say, and for each region of their remit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from accreditation.rules import facts, mentoring, regions
from accreditation.rules.clauses import Terms
from accreditation.rules.findings import Outcome
from accreditation.rules.standards import EDITIONS
from mentors.facts import mentor_facts

WORDS: dict[str, str] = {
    Outcome.MET: "Eligible",
    Outcome.NOT_MET: "Not eligible",
    Outcome.MISSING: "Cannot be decided",
    Outcome.JUDGE: "For an assessor",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a mentor may supervise on a day: `code` is an outcome of the rules, the rest are words for the page."""

    code: str
    words: str
    why: str
    settle: str
    on: date
    regions: frozenset[str]

    @property
    def eligible(self) -> bool:
        return self.code == Outcome.MET


def standings(ids: Iterable[UUID], on: date) -> dict[str, Standing]:
    """Register number → standing on a day, for many mentors in five queries."""
    return {mentor.id: standing(mentor, on) for mentor in mentor_facts(ids, on)}


def standing(mentor: facts.Mentor, on: date) -> Standing:
    """What the rules say of one mentor's qualifications on a day (PS4.2), without any exception for a shortage."""
    found = mentoring.eligibility(mentor, on, terms(on))
    return Standing(
        code=found.outcome.value,
        words=WORDS[found.outcome],
        why=found.why,
        settle="" if found.outcome is Outcome.MET else found.settle,
        on=on,
        regions=frozenset(regions.names(mentor.remit or 0)),
    )


def terms(on: date) -> Terms:
    """The settings of the current edition that hold on a day; before its first day, those of that day."""
    edition = EDITIONS[settings.STANDARD]
    return edition.on(max(on, edition.in_force))


@dataclass(frozen=True, slots=True)
class Change:
    """From this day on the answer is another."""

    on: date
    code: str
    words: str
    why: str


def timeline(mentor: facts.Mentor, today: date) -> Sequence[Change]:
    """The days on which a mentor's standing changes, the future ones too: "reaches two years on 15 September 2027"."""
    return [
        Change(day, found.outcome.value, WORDS[found.outcome], found.why)
        for day, found in mentoring.forecast(mentor, terms(today))
    ]
