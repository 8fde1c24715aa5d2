"""What another edition would change: all open submissions and past decisions, run again under it. Changes nothing.

A draft is judged on its course as it is today; what was submitted or decided, on the facts frozen then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accreditation.enums import SubmissionState
from accreditation.facts import gather
from accreditation.models import Decision, Snapshot, Submission
from accreditation.rules.clauses import Edition
from accreditation.rules.dates import spoken
from accreditation.rules.facts import Facts
from accreditation.rules.facts_reading import read
from accreditation.rules.impact import Change, impact_of
from accreditation.rules.registry import RULES, Rule

OPEN = tuple(
    state for state in SubmissionState if state not in (SubmissionState.DECIDED, SubmissionState.WITHDRAWN)
)


@dataclass(frozen=True, slots=True)
class CaseImpact:
    """One submission or decision, the clause outcomes that the edition would change for it, and the facts it was run on."""

    submission: Submission
    what: str
    changes: tuple[Change, ...]
    facts: Facts

    @property
    def reference(self) -> str:
        return self.submission.reference

    @property
    def course(self) -> str:
        return str(self.submission.course)


def open_submissions() -> QuerySet[Submission]:
    """The submissions that are not decided or withdrawn, with their courses."""
    return Submission.objects.filter(state__in=OPEN).select_related("course__institution")


def standing_decisions() -> QuerySet[Decision]:
    """The decisions that nothing superseded, with their cases and the facts frozen for them."""
    found = Decision.objects.filter(superseded=False)
    return found.select_related("submission__course__institution", "snapshot")


def impact_on_all(edition: Edition, today: date, rules: Mapping[str, Rule] = RULES) -> Iterator[CaseImpact]:
    """Every open submission, then every decision that stands, one at a time, so that memory stays small.

    Two queries for the lists, and for each draft those of `facts.gather`.
    """
    for submission in open_submissions().order_by("reference"):
        yield on_submission(submission, edition, today, rules)
    for decision in standing_decisions().order_by("submission__reference").iterator(chunk_size=20):
        yield on_decision(decision, edition, rules)


def on_submission(
    submission: Submission, edition: Edition, today: date, rules: Mapping[str, Rule] = RULES
) -> CaseImpact:
    """What the edition would change for an open submission: frozen facts, or for a draft those of its course on `today`."""
    snapshot = _newest(submission) if submission.state != SubmissionState.DRAFT else None
    facts = (
        read(snapshot.facts) if snapshot else gather(submission.course, today, standard=submission.edition)
    )
    return _case(submission, submission.get_state_display(), facts, edition, rules)


def on_decision(decision: Decision, edition: Edition, rules: Mapping[str, Rule] = RULES) -> CaseImpact:
    """What the edition would change for a decision, on the facts frozen for it."""
    what = f"{decision.get_outcome_display()}, {spoken(decision.decided_on)}"
    return _case(decision.submission, what, read(decision.snapshot.facts), edition, rules)


def _newest(submission: Submission) -> Snapshot | None:
    return submission.snapshots.order_by("-number").first()


def _case(
    submission: Submission, what: str, facts: Facts, edition: Edition, rules: Mapping[str, Rule]
) -> CaseImpact:
    return CaseImpact(submission, what, tuple(impact_of(facts, edition, rules)), facts)
