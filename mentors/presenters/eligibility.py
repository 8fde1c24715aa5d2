"""A mentor's eligibility in words: eligible, by exception, not, cannot be decided, or for a human to judge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accreditation.rules import facts, mentoring, regions
from accreditation.rules.findings import Outcome
from accreditation.rules.mentoring import Eligibility
from mentors.facts import mentor_facts
from mentors.services.standing import Verdict, terms

WORDS: dict[str, str] = {
    Outcome.MET: "Eligible",
    Outcome.NOT_MET: "Not eligible",
    Outcome.MISSING: "Cannot be decided",
    Outcome.JUDGE: "For an assessor",
}
BY_EXCEPTION = "Eligible by exception"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a mentor may supervise on a day: `code` is an outcome of the rules, the rest are words for the page."""

    code: str
    words: str
    why: str
    settle: str
    on: date
    regions: frozenset[str]
    clause: str = "PS4.2"
    by_exception: bool = False

    @property
    def eligible(self) -> bool:
        return self.code == Outcome.MET


def standings(ids: Iterable[UUID], on: date, *, known_on: date | None = None) -> dict[str, Standing]:
    """Register number → standing on a day, for many mentors in five queries."""
    return {mentor.id: standing(mentor, on) for mentor in mentor_facts(ids, on, known_on=known_on)}


def standing(mentor: facts.Mentor, on: date) -> Standing:
    """What the rules say of one mentor's qualifications on a day (PS4.2), without any exception for a shortage."""
    found = mentoring.eligibility(mentor, on, terms(on))
    return Standing(
        code=found.outcome.value,
        words=label(found),
        why=found.why,
        settle="" if found.outcome is Outcome.MET else found.settle,
        on=on,
        regions=frozenset(regions.names(mentor.remit or 0)),
    )


def label(found: Eligibility | Verdict) -> str:
    """The answer in two or three words."""
    return BY_EXCEPTION if found.by_exception and found.outcome is Outcome.MET else WORDS[found.outcome]


def told(verdict: Verdict, on: date, held: int) -> Standing:
    """A verdict in words; `held` are the regions of the remit on that day."""
    return Standing(
        code=verdict.outcome.value,
        words=label(verdict),
        why=verdict.why,
        settle=verdict.settle,
        on=on,
        regions=frozenset(regions.names(held)),
        clause=verdict.clause,
        by_exception=verdict.by_exception,
    )


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
        Change(day, found.outcome.value, label(found), found.why)
        for day, found in mentoring.forecast(mentor, terms(today))
    ]
