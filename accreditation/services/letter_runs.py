"""Letters in bulk: all letters of one meeting of the Committee replaced by new ones, or all that failed built again.

Each letter goes through the same service as a single one, so it is numbered, audited and built in the same way; the run only
spreads the work and keeps count.
"""

from datetime import date

from django.db.models import QuerySet

from accreditation.enums import BuildState, LetterKind, LetterTask
from accreditation.exceptions import Invalid, NotAllowed, NotNow
from accreditation.models import Letter, NationalRun, RunLine
from accreditation.permissions import has_conflict
from accreditation.selectors import visible_letters
from accreditation.services import letters
from accreditation.services.run_work import Work

LONGEST_REASON = 1000


def asked(*, task: str, decided_on: date | None, kind: str, reason: str) -> dict[str, str]:
    """What a run of letters is started with, as plain values. Raises `Invalid` for what cannot be done."""
    problems: dict[str, list[str]] = {}
    if task not in LetterTask.values:
        problems["task"] = ["Choose what is to be done"]
    if task == LetterTask.REPLACE and not decided_on:
        problems["decided_on"] = ["Choose the meeting whose letters are replaced"]
    if kind and kind not in LetterKind.values:
        problems["kind"] = ["Choose a kind of letter"]
    if task == LetterTask.REPLACE and not reason.strip():
        problems["reason"] = ["Say why the letters are replaced: each new letter quotes it."]
    if problems:
        raise Invalid(problems)
    return {
        "task": task,
        "decided_on": decided_on.isoformat() if decided_on else "",
        "kind": kind,
        "reason": reason.strip()[:LONGEST_REASON],
    }


def chosen(run: NationalRun) -> QuerySet[Letter]:
    """The letters that a run is about, of those that whoever started it may see."""
    assert run.started_by  # noqa: S101 (no run of letters starts by itself)
    found = visible_letters(run.started_by).filter(superseded=False)
    if run.asked["task"] == LetterTask.REBUILD:
        found = found.filter(state=BuildState.FAILED)
    else:
        found = found.filter(state=BuildState.BUILT)
    if run.asked["decided_on"]:
        found = found.filter(decision__decided_on=run.asked["decided_on"])
    if run.asked["kind"]:
        found = found.filter(kind=run.asked["kind"])
    return found.order_by("number")


def subjects(run: NationalRun) -> list[str]:
    return [str(pk) for pk in chosen(run).values_list("pk", flat=True)]


def look(run: NationalRun, subject: str) -> None:
    """Nothing is looked at beforehand: the letter is read under its lock."""


def keep(run: NationalRun, subject: str, seen: None) -> RunLine:
    """Replaces one letter, or asks for it to be built again, and names the letter that comes of it."""
    assert run.started_by  # noqa: S101
    old = Letter.objects.select_related("decision__submission__course", "submission__course").get(pk=subject)
    submission = old.case
    line = RunLine(run=run, subject=subject, course=submission.course, submission=submission)
    try:
        if has_conflict(run.started_by, submission):  # declared since the run was started
            raise NotNow("A conflict of interest keeps whoever started this run from the case.")
        if run.asked["task"] == LetterTask.REBUILD:
            line.letter = letters.rebuild(by=run.started_by, letter_id=old.pk)
        else:
            line.letter = letters.supersede(by=run.started_by, letter_id=old.pk, reason=run.asked["reason"])
            line.words = f"Replaces {old.number}."
    except (NotNow, NotAllowed) as no:
        line.letter, line.words, line.failed = old, str(no)[:500], True
    return line


def finished(run: NationalRun) -> None:
    """Nobody is told: the letters' own messages go out as each is built."""


WORK = Work(per_part=20, subjects=subjects, look=look, keep=keep, finished=finished)
