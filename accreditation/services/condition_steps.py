"""What CASE does with a condition: the assessors' views, closing, giving back, another day, and lapse. A person decides."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import mail
from accreditation.conditions import (
    check_answer,
    check_close,
    check_extend,
    check_give_back,
    check_lapse,
    check_view,
    current,
    newest_sent,
    ready,
)
from accreditation.enums import ConditionState, ConditionStep, ConditionVerdict
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.models import ConditionAnswer, ConditionEvent, ConditionView, Letter, User
from accreditation.rules.dates import spoken
from accreditation.services.cases import words
from accreditation.services.condition_mail import tell_answered, tell_step, tell_viewed
from accreditation.services.conditions import Held, draft_of, hold, look, record, sum_of
from accreditation.services.letters import queue_conditions_met


@transaction.atomic
def send(*, by: User, submission_id: UUID | str, number: int, version: int) -> ConditionAnswer:
    """A leader of the course sends the draft to CASE: from then on it never changes, and the assessors look at it.

    `version` is that of the draft which the page showed. Raises `NotAllowed`, `NotNow` (also at a second press), `Invalid`
    (field `text`) for an empty answer, `Stale` where the draft was changed meanwhile.
    """
    held = hold(submission_id, number)
    check_answer(by, held.condition, send=True)
    draft = draft_of(held.condition)
    if draft is None or not draft.text:
        raise Invalid({"text": ["Write what you did to meet the condition before you send it"]})
    if draft.version != version:
        raise Stale("The answer was changed meanwhile. Read it again before you send it.", draft)
    draft.sent_at, draft.sent_by = timezone.now(), by
    draft.sha256 = sum_of(draft)
    draft.save()
    condition = held.condition
    condition.state = ConditionState.ANSWERED
    condition.version += 1
    condition.save(update_fields=["state", "version", "updated_at"])
    look(condition)
    record("condition.answered", by, held, answer=draft.number, sha256=draft.sha256)
    draft.condition = condition
    mail.settle_done(condition.decision.submission)
    tell_answered(draft)
    return draft


@transaction.atomic
def give_view(
    *,
    by: User,
    submission_id: UUID | str,
    number: int,
    verdict: str,
    words_for_course: str = "",
    private: str = "",
    version: int = 0,
) -> ConditionView:
    """Lead or co-assessor says whether the answer that stands meets the condition; may be changed until CASE has acted.

    Anything but “met” needs words for the course. Raises `NotAllowed`, `NotNow`, `Invalid`, `Stale` with the view as it
    stands.
    """
    held = hold(submission_id, number)
    place = check_view(by, held.condition)
    answer = newest_sent(held.condition)
    if answer is None:
        raise NotNow("There is no answer to look at. Nothing was changed.")
    if verdict not in ConditionVerdict.values:
        raise Invalid({"verdict": ["Choose whether the condition is met."]})
    needed = "" if verdict == ConditionVerdict.MET else "Tell the course what is still wanted, and why."
    typed = {
        "verdict": verdict,
        "words": words("words_for_course", words_for_course, limit=5000, needed=needed),
        "private": words("private", private, limit=5000),
    }
    view = ConditionView.objects.filter(answer=answer, by=by).first()
    if view is None:
        view = ConditionView(answer=answer, by=by, role=place.role, version=0)
    elif all(getattr(view, name) == value for name, value in typed.items()):
        return view
    elif view.version != version:
        raise Stale("You saved another view meanwhile, in another window. Look at both.", view)
    for name, value in typed.items():
        setattr(view, name, value)
    view.version += 1
    view.save()
    record("condition.viewed", by, held, role=place.role, verdict=verdict, answer=answer.number)
    mail.settle_done(held.condition.decision.submission)
    answer.condition = held.condition
    tell_viewed(answer)
    return view


@transaction.atomic
def close(
    *, by: User, submission_id: UUID | str, number: int, reason: str = "", seen_version: int | None = None
) -> Letter | None:
    """Closes a condition as met, once all views of its answer are in; returns the closing letter where it was the last.

    Where a view is not “met” a reason is needed; so it is where the course's own data meet the condition and there is no
    answer: those are looked at again at this moment. Raises `NotAllowed`, `NotNow`, `Invalid` (field `reason`).
    """
    held = _seen(submission_id, number, seen_version)
    check_close(by, held.condition)
    answer = newest_sent(held.condition)
    against = answer is not None and answer.views.exclude(verdict=ConditionVerdict.MET).exists()
    needed = "Not every assessor found it met: say why you close it all the same." if against else ""
    if ready(held.condition):
        if not look(held.condition):
            raise NotNow(f"The course’s data no longer meet {held.condition.clause}. Nothing was changed.")
        needed = "There is no answer to it: say what you saw in the course’s data."
    reason = words("reason", reason, limit=5000, needed=needed)
    condition = held.condition
    condition.state, condition.closed_on, condition.closed_by = (
        ConditionState.CLOSED,
        timezone.localdate(),
        by,
    )
    _save(held, by, ConditionStep.CLOSED, reason)
    letter = None
    if not current(held.submission).exclude(state=ConditionState.CLOSED).exists():
        letter = queue_conditions_met(decision=condition.decision, by=by)
    # The letter before the event: its number's lock is taken first, that of the audit trail after.
    record("condition.closed", by, held, letter=letter.number if letter else "")
    return letter


@transaction.atomic
def give_back(
    *, by: User, submission_id: UUID | str, number: int, reason: str, seen_version: int | None = None
) -> None:
    """Gives an answer back to the course with a reason that it reads; the answer stays, another one follows.

    Raises `NotAllowed`, `NotNow` until all views are in, `Invalid` (field `reason`).
    """
    held = _seen(submission_id, number, seen_version)
    check_give_back(by, held.condition)
    reason = words("reason", reason, limit=5000, needed="Tell the course what is still wanted.")
    held.condition.state = ConditionState.OPEN
    _save(held, by, ConditionStep.RETURNED, reason)
    record("condition.returned", by, held)


@transaction.atomic
def extend(
    *,
    by: User,
    submission_id: UUID | str,
    number: int,
    due_on: date | None,
    reason: str,
    seen_version: int | None = None,
) -> None:
    """Gives a condition another, later day, with a reason; one that had lapsed is open again.

    Raises `NotAllowed`, `NotNow` for one that is closed, `Invalid` (fields `due_on`, `reason`).
    """
    held = _seen(submission_id, number, seen_version)
    check_extend(by, held.condition)
    condition, before = held.condition, held.condition.due_on
    problems: dict[str, list[str]] = {}
    if due_on is None:
        problems["due_on"] = ["Enter the new day."]
    elif due_on <= before:
        problems["due_on"] = [f"The new day must be after {spoken(before)}."]
    elif due_on < timezone.localdate():
        problems["due_on"] = ["The new day must not lie in the past."]
    if not reason.strip():
        problems["reason"] = ["Say why the day is moved: the course reads it."]
    if problems or due_on is None:
        raise Invalid(problems)
    reason = words("reason", reason, limit=5000)
    condition.due_on = due_on
    if condition.state == ConditionState.LAPSED:
        condition.state = ConditionState.OPEN
    _save(held, by, ConditionStep.EXTENDED, reason, before=before, after=due_on)
    record("condition.extended", by, held, due_before=before, due_after=due_on)


@transaction.atomic
def lapse(
    *, by: User, submission_id: UUID | str, number: int, reason: str, seen_version: int | None = None
) -> None:
    """Puts on record that a condition lapsed. The accreditation stands until the Committee decides again.

    Raises `NotAllowed`, `NotNow` before the day from which that may be said, `Invalid` (field `reason`).
    """
    held = _seen(submission_id, number, seen_version)
    check_lapse(by, held.condition)
    reason = words("reason", reason, limit=5000, needed="Say why it lapsed, and what follows.")
    held.condition.state = ConditionState.LAPSED
    _save(held, by, ConditionStep.LAPSED, reason)
    record("condition.lapsed", by, held)


def _seen(submission_id: UUID | str, number: int, version: int | None) -> Held:
    held = hold(submission_id, number)
    if version is not None and held.condition.version != version:
        raise NotNow(
            f"Condition {number} has moved on since this page was drawn: it is now "
            f"“{held.condition.get_state_display().lower()}”. Look at it again. Nothing was changed."
        )
    return held


def _save(
    held: Held, by: User, step: str, reason: str, before: date | None = None, after: date | None = None
) -> None:
    condition = held.condition
    condition.version += 1
    condition.save()
    answer = newest_sent(condition) if step in (ConditionStep.CLOSED, ConditionStep.RETURNED) else None
    event = ConditionEvent.objects.create(
        condition=condition,
        answer=answer,
        step=step,
        reason=reason,
        by=by,
        due_before=before,
        due_after=after,
    )
    mail.settle_done(condition.decision.submission)
    tell_step(event)
