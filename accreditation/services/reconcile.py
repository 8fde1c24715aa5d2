"""Compares what was promised with what is there. Used by `manage.py reconcile`; its exit code is the number of faults."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from accreditation import files
from accreditation.enums import TELLS_DECISION, BuildState, JobState, LetterKind, SubmissionState
from accreditation.models import Decision, Job, Letter, Submission
from accreditation.services.letters import key_of

OLD = timedelta(minutes=10)


def faults() -> Iterator[str]:
    """One sentence for each promise that was not kept and each letter that is not as its row says."""
    yield from _decisions()
    yield from _letters()
    yield from _files()
    yield from _promises()


def _decisions() -> Iterator[str]:
    """Every decided submission has one current decision, and it has one current letter that tells it, and one report."""
    without = Submission.objects.filter(state=SubmissionState.DECIDED).exclude(decisions__superseded=False)
    for submission in without:
        yield f"{submission.reference} is decided and has no current decision."
    for kinds in (TELLS_DECISION, (LetterKind.REPORT,)):
        counted = Decision.objects.filter(superseded=False).annotate(
            current=Count("letters", filter=Q(letters__kind__in=kinds, letters__superseded=False))
        )
        for decision in counted.exclude(current=1).select_related("submission"):
            yield (
                f"{decision.submission.reference} has {decision.current} current letters of the kind “{kinds[0].label}”; "
                "it should have one."
            )


def _letters() -> Iterator[str]:
    """A letter that is not built yet has an open promise; a failed one waits for a person."""
    open_keys = set(
        Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING)).values_list("key", flat=True)
    )
    for letter in Letter.objects.exclude(state=BuildState.BUILT):
        if letter.state == BuildState.FAILED:
            if letter.superseded:
                continue
            yield f"{letter.number} could not be built: {letter.failure}"
        elif key_of(letter) not in open_keys:
            yield f"{letter.number} is “{letter.get_state_display()}” and nobody has promised to build it."


def _files() -> Iterator[str]:
    """Every built letter's file is in the store, with the sum and the size that its row says."""
    for letter in Letter.objects.filter(state=BuildState.BUILT):
        fault = files.fault_of(letter.sha256, letter.size)
        if fault == "missing":
            yield f"The file of {letter.number} is not in the store."
        elif fault:
            yield f"The file of {letter.number} is not the one that was built."


def _promises() -> Iterator[str]:
    """No promise stands open for longer than ten minutes after it could have been kept."""
    old = Job.objects.filter(
        state__in=(JobState.WAITING, JobState.RUNNING), not_before__lt=timezone.now() - OLD
    )
    for job in old:
        yield f"The promise {job.key} has stood open since {job.not_before:%-d %B %Y, %H:%M} UTC."
