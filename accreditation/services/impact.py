"""What another edition would change: all open submissions and past decisions, run again under it. Changes nothing.

A draft is judged on its course as it is today; what was submitted or decided, on the facts frozen then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

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
    """One submission or decision, and the clause outcomes that the edition would change for it."""

    reference: str
    course: str
    what: str
    changes: tuple[Change, ...]


def impact_on_all(edition: Edition, today: date, rules: Mapping[str, Rule] = RULES) -> Iterator[CaseImpact]:
    """Every open submission, then every decision that stands, one at a time, so that memory stays small.

    Two queries for the lists, and for each draft those of `facts.gather`.
    """
    for submission in (
        Submission.objects.filter(state__in=OPEN).select_related("course__institution").order_by("reference")
    ):
        snapshot = _newest(submission) if submission.state != SubmissionState.DRAFT else None
        facts = (
            read(snapshot.facts)
            if snapshot
            else gather(submission.course, today, standard=submission.edition)
        )
        yield _case(submission, submission.get_state_display(), facts, edition, rules)
    decided = Decision.objects.filter(superseded=False).select_related(
        "submission__course__institution", "snapshot"
    )
    for decision in decided.order_by("submission__reference").iterator(chunk_size=20):
        what = f"{decision.get_outcome_display()}, {spoken(decision.decided_on)}"
        yield _case(decision.submission, what, read(decision.snapshot.facts), edition, rules)


def _newest(submission: Submission) -> Snapshot | None:
    return submission.snapshots.order_by("-number").first()


def _case(
    submission: Submission, what: str, facts: Facts, edition: Edition, rules: Mapping[str, Rule]
) -> CaseImpact:
    changes = tuple(impact_of(facts, edition, rules))
    return CaseImpact(submission.reference, str(submission.course), what, changes)
