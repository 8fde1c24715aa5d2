"""What sums bind of a case (see `bound`): frozen versions, evidence, decisions, letters, answers that were sent."""

from collections.abc import Iterator
from typing import Any

from accreditation.enums import BuildState, TemplateState
from accreditation.letters import frozen
from accreditation.models import (
    ClauseQuestion,
    ConditionAnswer,
    Decision,
    Evidence,
    Letter,
    LetterTemplate,
    Snapshot,
)
from accreditation.rules.facts_writing import sha256
from accreditation.services import asked, conditions, decisions
from accreditation.services.bound import compared, told
from accreditation.services.freezing import snapshot_sum
from accreditation.states import MOVES

ERASED = "case.erased"
DECIDED = (MOVES["decide"].verb, "decision.superseded")


def faults() -> Iterator[str]:
    """This app's part: frozen versions, evidence, decisions, letters, answers that were sent."""
    gone = dict(told(ERASED))
    yield from _snapshots(set(gone))
    yield from _evidence()
    yield from _decisions()
    yield from _letters({letter for payload in gone.values() for letter in payload.get("letters", ())})
    yield from _letter_texts()
    yield from _answers()


def anchors() -> Iterator[tuple[str, str]]:
    """The anchors printed on letters."""
    for number, anchor in Letter.objects.values_list("number", "content__basis__anchor").iterator():
        yield f"Letter {number}", anchor


def _snapshots(erased: set[str]) -> Iterator[str]:
    verb = MOVES["submit"].verb
    known = {(of, payload.get("snapshot")): payload.get("sha256") for of, payload in told(verb)}
    for snapshot in Snapshot.objects.select_related("submission").iterator(chunk_size=20):
        what = f"Version {snapshot.number} of {snapshot.submission.reference}"
        sum_ = known.pop((str(snapshot.submission_id), snapshot.number), None)
        yield from compared(what, snapshot_sum(snapshot), snapshot.sha256, sum_)
        if sha256(snapshot.facts) != snapshot.facts_sha256:
            yield f"{what} was altered: its facts have another sum."
    for submission, number in known:
        if submission not in erased:
            yield f"Version {number} of submission {submission} is missing: the audit trail tells of it."


def _evidence() -> Iterator[str]:
    """Each file's row names the bytes that were uploaded, and that were frozen with each version."""
    known = {of: payload["sha256"] for of, payload in told("evidence.added", "evidence.replaced")}
    frozen_as: dict[tuple[Any, int], set[str]] = {}
    for submission, held in Snapshot.objects.values_list("submission_id", "files").iterator(chunk_size=20):
        for file in held:
            frozen_as.setdefault((submission, file["number"]), set()).add(file["sha256"])
    for row in Evidence.objects.select_related("submission").iterator(chunk_size=500):
        sums = frozen_as.get((row.submission_id, row.number), set()) | {known.get(str(row.pk), row.sha256)}
        if sums != {row.sha256}:
            yield f"File E{row.number} of {row.submission.reference} names other bytes than were uploaded or frozen."


def _decisions() -> Iterator[str]:
    known = {payload["decision"]: payload for _, payload in told(*DECIDED)}
    for decision in Decision.objects.select_related("submission", "snapshot").iterator(chunk_size=20):
        what = f"The decision on {decision.submission.reference}"
        then, now = known.get(str(decision.pk), {}), decisions.sums_of(decision)
        yield from compared(what, now["sha256"], now["sha256"], then.get("sha256"))
        if not decision.superseded:  # the conditions of a superseded one have gone on to its successor
            sum_ = now["conditions_sha256"]
            yield from compared(f"{what}: its conditions", sum_, sum_, then.get("conditions_sha256"))
        if decision.capsule is not None:
            content = {name: value for name, value in decision.capsule.items() if name != "sha256"}
            says = str(decision.capsule.get("sha256"))
            known_sum = then.get("capsule_sha256") or decision.capsule_sha256 or None
            yield from compared(f"{what}: its capsule", sha256(content), says, known_sum)


def _letters(erased: set[str]) -> Iterator[str]:
    """One that is not issued can be made anew: then its newest content is the one that was recorded last, and it has no file
    until it is built again.
    """
    queued = {of: payload["content_sha256"] for of, payload in told("letter.queued", "letter.renewed")}
    built = {of: payload["sha256"] for of, payload in told("letter.built")}
    for letter in Letter.objects.iterator(chunk_size=50):
        key, holds = str(letter.pk), frozen.sum_of(letter.content)
        yield from compared(f"The content of letter {letter.number}", holds, holds, queued.pop(key, None))
        unbuilt = letter.revision > 1 and letter.approved_at is None and letter.state != BuildState.BUILT
        if letter.sha256 != built.get(key, letter.sha256) and not unbuilt:
            yield f"Letter {letter.number} names another file than was built."
    for key in queued.keys() - erased:
        yield f"Letter {key} is missing: the audit trail tells of it."


def _letter_texts() -> Iterator[str]:
    """What letters are written with never changes once it is published."""
    known = {of: payload["sha256"] for of, payload in told("letter_text.published")}
    for text in LetterTemplate.objects.filter(state=TemplateState.PUBLISHED):
        holds = frozen.sum_of(text.text)
        yield from compared(f"The text of letters {text}", holds, holds, known.pop(str(text.pk), None))
    for key in known:
        yield f"A published text of letters ({key}) is missing: the audit trail tells of it."


def _answers() -> Iterator[str]:
    """Answers to conditions and to questions, which never change once they were sent."""
    known = {
        (of, payload["condition"], payload["answer"]): payload["sha256"]
        for of, payload in told("condition.answered")
    }
    sent = ConditionAnswer.objects.exclude(sent_at=None).select_related("condition__decision__submission")
    for answer in sent:
        submission, number = answer.condition.decision.submission, answer.condition.number
        # A condition may have gone on to a decision that superseded the one under which it was answered.
        under = submission.decisions.order_by("created_at").values_list("pk", flat=True)
        sums = [conditions.sum_of(answer, decision_id=decision) for decision in under]
        holds = answer.sha256 if answer.sha256 in sums else sums[-1]
        what = f"Answer {answer.number} to condition {number} of {submission.reference}"
        sum_ = known.get((str(submission.pk), number, answer.number))
        yield from compared(what, holds, answer.sha256, sum_)
    replies = {(of, payload["question"]): payload["sha256"] for of, payload in told("question.answered")}
    for question in ClauseQuestion.objects.exclude(answered_at=None).select_related("snapshot", "submission"):
        what = f"The answer to question {question.number} on {question.submission.reference}"
        sum_ = replies.get((str(question.submission_id), question.number))
        yield from compared(what, asked.sum_of(question), question.sha256, sum_)
