"""The course writes its answer to a condition: a draft with files cited by page, saved as often as one likes."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.conditions import check_answer, current
from accreditation.exceptions import Stale
from accreditation.facts import gather
from accreditation.models import Condition, ConditionAnswer, ConditionCitation, Evidence, Submission, User
from accreditation.rules.evaluate import evaluate
from accreditation.rules.facts_writing import sha256
from accreditation.rules.findings import Outcome
from accreditation.services import evidence as library
from accreditation.services.cases import locked, words
from accreditation.uploads.taken import Upload

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Held:
    """A condition whose submission is locked until the transaction ends."""

    submission: Submission
    condition: Condition


def hold(submission_id: UUID | str, number: int) -> Held:
    """Locks the submission and reads its condition afresh. Raises `Condition.DoesNotExist`."""
    submission = locked(submission_id)
    condition = current(submission).select_related("decision").get(number=number)
    condition.decision.submission = submission
    return Held(submission, condition)


@transaction.atomic
def save_answer(
    *, by: User, submission_id: UUID | str, number: int, text: str, version: int = 0
) -> ConditionAnswer:
    """Saves the draft answer to condition `number` and returns it with its new `version`; the same text again changes
    nothing. `version` is the one the page showed, 0 where there was no draft.

    Raises `NotAllowed` outside the course's team, `NotNow` while the condition is with CASE or closed, `Stale` with the
    draft as it stands where somebody saved another text meanwhile, `Invalid` (field `text`).
    """
    held = hold(submission_id, number)
    check_answer(by, held.condition)
    text = words("text", text.replace("\r\n", "\n").replace("\x00", ""), limit=LONGEST)
    draft = draft_of(held.condition)
    if draft is None:
        draft = _begin(held, by)
    elif draft.text == text:
        return draft
    elif draft.version != version:
        raise Stale(
            f"{'You' if draft.updated_by_id == by.pk else draft.updated_by.full_name} saved another text at "
            f"{timezone.localtime(draft.updated_at):%H:%M}. Yours was not saved over it.",
            draft,
        )
    draft.text, draft.version, draft.updated_by = text, draft.version + 1, by
    draft.save()
    record("condition.answer_saved", by, held, characters=len(text), answer=draft.number)
    return draft


def add_file(
    *, by: User, submission_id: UUID | str, number: int, upload: Upload, title: str = ""
) -> tuple[Evidence, bool]:
    """Adds a file to the submission's library for the answer to a condition, or finds the one with the same bytes; and
    whether it is new. Such a file is never taken out again. Raises as `evidence.add_evidence`.
    """
    condition = current(Submission.objects.get(pk=submission_id)).select_related(
        "decision__submission__course"
    )
    check_answer(by, condition.get(number=number))
    kept = library.keep_file(upload)
    with transaction.atomic():
        held = hold(submission_id, number)
        check_answer(by, held.condition)
        return library.found_or_added(held.submission, kept, by=by, title=title)


@transaction.atomic
def cite(
    *, by: User, submission_id: UUID | str, number: int, evidence_id: UUID | str, pages: str = ""
) -> ConditionCitation:
    """Cites a file of the library in the draft; the same twice is one. Raises `Invalid` (fields `pages`, `evidence`)."""
    held = hold(submission_id, number)
    check_answer(by, held.condition)
    evidence, stored = library.citable(held.submission, evidence_id, pages)
    draft = draft_of(held.condition) or _begin(held, by)
    made, created = ConditionCitation.objects.get_or_create(answer=draft, evidence=evidence, pages=stored)
    if created:
        record("condition.file_cited", by, held, evidence=evidence.number, pages=stored)
    return made


@transaction.atomic
def uncite(*, by: User, submission_id: UUID | str, number: int, citation_id: UUID | str) -> None:
    """Takes a citation out of the draft; the file stays in the library. One that is gone already is no fault."""
    held = hold(submission_id, number)
    check_answer(by, held.condition)
    found = ConditionCitation.objects.filter(
        pk=citation_id, answer__condition=held.condition, answer__sent_at__isnull=True
    ).select_related("evidence")
    for citation in found:
        record("condition.file_uncited", by, held, evidence=citation.evidence.number)
        citation.delete()


def sum_of(answer: ConditionAnswer, *, decision_id: UUID | None = None) -> str:
    """The sum of an answer: its text, and each file with its own sum and the pages meant; under the decision that set the
    condition now, or under another one that did.
    """
    cited = answer.citations.select_related("evidence").order_by("evidence__number", "pages")
    return sha256(
        {
            "condition": answer.condition.number,
            "decision": str(decision_id or answer.condition.decision_id),
            "number": answer.number,
            "text": answer.text,
            "files": [[row.evidence.number, row.evidence.sha256, row.pages] for row in cited],
        }
    )


def look(condition: Condition, today: date | None = None) -> bool:
    """Holds today's data of the course against the clause of a condition that the rules can see, and notes the day on which
    it was found met ("ready to close"), or that it is not. Closes nothing. Returns whether it is met now.
    """
    if not condition.rules_decide:
        return False
    submission, day = condition.decision.submission, today or timezone.localdate()
    report = evaluate(gather(submission.course, day, standard=submission.edition))
    outcomes = {row["clause"]: row["outcome"] for row in report.plain()["clauses"]}
    met = outcomes.get(condition.clause) == Outcome.MET
    found = (condition.ready_on or day) if met else None
    if found != condition.ready_on:
        condition.ready_on = found
        condition.save(update_fields=["ready_on", "updated_at"])
    return met


def draft_of(condition: Condition) -> ConditionAnswer | None:
    """The answer that the team is writing, if any."""
    return condition.answers.filter(sent_at__isnull=True).select_related("updated_by").first()


def _begin(held: Held, by: User) -> ConditionAnswer:
    last = held.condition.answers.count()
    return ConditionAnswer.objects.create(condition=held.condition, number=last + 1, version=0, updated_by=by)


def record(verb: str, by: User, held: Held, **payload: object) -> None:
    """An event of a condition stands on the trail of its submission."""
    audit.record(verb, by=by, obj=held.submission, payload={"condition": held.condition.number, **payload})
