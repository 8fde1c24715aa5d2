"""Letters: numbered and frozen with the decision, built in the background, corrected only by superseding.

`queue_letters` freezes the content inside the decision's own transaction and promises the building; `build` is what the task
calls. Nothing is rendered in a request. Between the promise and the file there may be any number of failures: the row says
which, and there is never more than one current letter of a kind for a decision.
"""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Length
from django.utils import timezone

from accreditation import audit, files, policies, queue
from accreditation.enums import BuildState, LetterKind
from accreditation.exceptions import Invalid, NotNow
from accreditation.letters import content as contents
from accreditation.letters import render, seal
from accreditation.models import Decision, Job, Letter, User
from accreditation.permissions import need_role
from accreditation.roles import CHAIR, OFFICER
from accreditation.services import telling
from accreditation.services.building import Building

logger = logging.getLogger(__name__)

TASK = "accreditation.tasks.build_letter"
KINDS = (LetterKind.DECISION, LetterKind.REPORT)
NUMBERS = 0x4C455454  # the advisory lock under which letters are numbered

Renderer = Callable[[contents.LetterContent], bytes]
Sealer = Callable[[bytes, contents.LetterContent], bytes | None]


def key_of(letter: Letter) -> str:
    """The key of the promise to build a letter."""
    return f"letter:{letter.pk}"


def queue_letters(*, decision: Decision, by: User) -> list[Letter]:
    """Freezes, numbers and promises the decision letter and the accreditation report; returns them in that order.

    Must be called inside the transaction that decides. Asked twice for one decision it returns the letters that are
    there. The letters of a decision that this one supersedes are superseded with it. Raises
    `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Letters are queued in the transaction of the decision.")
    there = {letter.kind: letter for letter in Letter.objects.filter(decision=decision, superseded=False)}
    return [there.get(kind) or _queue_first(decision, kind, by) for kind in KINDS]


def queue_conditions_met(*, decision: Decision, by: User) -> Letter:
    """Freezes, numbers and promises the letter that tells a course that all its conditions are met; asked twice for one
    decision it returns the letter that is there.

    Must be called inside the transaction that closes the last condition, before it writes to the audit trail. Raises
    `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A letter is queued in the transaction that needs it.")
    kind = LetterKind.CONDITIONS_MET
    there = Letter.objects.filter(decision=decision, kind=kind, superseded=False).first()
    return there or _queue_first(decision, kind, by)


def _queue_first(decision: Decision, kind: str, by: User) -> Letter:
    old = None
    if decision.supersedes_id:
        old = Letter.objects.filter(decision_id=decision.supersedes_id, kind=kind, superseded=False).first()
    reason = decision.supersession_reason
    if old and decision.supersedes:
        reason = reason or decision.supersedes.supersession_reason or "The decision was superseded."
    return _queue(decision, kind, by, old, reason)


def _queue(decision: Decision, kind: str, by: User, old: Letter | None, reason: str) -> Letter:
    today = timezone.localdate()
    number = _next_number(today.year)
    if old:
        old.superseded, old.supersession_reason = True, reason[:2000]
        old.save(update_fields=["superseded", "supersession_reason"])
    content = contents.freeze(
        decision,
        kind,
        number=number,
        on=today,
        replaces=old.number if old else "",
        replaces_reason=reason if old else "",
    )
    letter = Letter.objects.create(
        decision=decision, kind=kind, number=number, content=content.plain(), supersedes=old
    )
    queue.promise(TASK, letter.pk, key=key_of(letter))
    payload = {"kind": str(kind), "content_sha256": content.sha256, "supersedes": old.number if old else ""}
    audit.record("letter.queued", by=by, obj=letter, payload=payload)
    if old:
        audit.record("letter.superseded", by=by, obj=old, payload={"by": number})
    return letter


def _next_number(year: int) -> str:
    """The next number of the year, such as CASE-L-2026-0001. Two transactions never get the same: they wait in a row, on
    SQLite because there is one writer, on PostgreSQL by a lock that ends with the transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])
    start = f"CASE-L-{year}-"
    last = (
        Letter.objects.filter(number__startswith=start)
        .order_by(Length("number").desc(), "-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{start}{int(last.removeprefix(start)) + 1 if last else 1:04}"


def build(*, job_id: int, renderer: Renderer | None = None, sealer: Sealer | None = None) -> Letter | None:
    """Keeps the promise to build a letter: takes it, renders, seals, stores the file and marks the letter built.

    Returns the letter where it is built now, None where there was nothing to do or the attempt failed; then letter and
    promise say why. `renderer` and `sealer` are ours unless a test puts others in their place. Raises nothing that it
    can note.
    """
    job = queue.take(job_id)
    if job is None:
        BUILDING.note_used_up(job_id)
        return None
    return BUILDING.attempt(job, lambda: _kept(job, renderer or render.pdf, sealer or seal.sealed))


def _kept(job: Job, renderer: Renderer, sealer: Sealer) -> Letter | None:
    letter = _begin(job)
    if letter.state == BuildState.BUILT:
        queue.done(job)
        return letter
    if letter.superseded:  # recalled, or replaced before it was issued: nobody needs it any more
        queue.done(job)
        return None
    content = contents.LetterContent.read(letter.content)
    bare = renderer(content)
    sealed = sealer(bare, content)
    stored = files.store_bytes(sealed or bare)
    return _finish(job, letter.pk, stored, render.sum_of(bare), sealed is not None)


def _begin(job: Job) -> Letter:
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=UUID(job.subject_id))
        if letter.state != BuildState.BUILT and not letter.superseded:
            letter.state, letter.attempts = BuildState.BUILDING, letter.attempts + 1
            letter.save(update_fields=["state", "attempts"])
        return letter


def _finish(job: Job, letter_id: UUID, stored: files.Stored, bare_sum: str, sealed: bool) -> Letter:
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
        # Another worker, whose lease had run out, may have been first; the letter may have been recalled meanwhile.
        if letter.state != BuildState.BUILT and not letter.superseded:
            letter.state, letter.failure, letter.built_at = BuildState.BUILT, "", timezone.now()
            letter.sha256, letter.size = stored.sha256, stored.size
            letter.unsigned_sha256, letter.sealed = bare_sum, sealed
            letter.save()
            sums = {"sha256": stored.sha256, "unsigned_sha256": bare_sum, "sealed": sealed}
            audit.record("letter.built", by=None, obj=letter, payload=sums)
            telling.letter_ready(letter)
        queue.done(job)
        return letter


def _mark(subject_id: str, state: BuildState, reason: str) -> None:
    letter = Letter.objects.select_for_update(of=("self",)).filter(pk=UUID(subject_id)).first()
    if letter is None or letter.state in (BuildState.BUILT, BuildState.FAILED):
        return
    letter.state, letter.failure = state, reason[:2000]
    letter.save(update_fields=["state", "failure"])
    if state == BuildState.FAILED:
        audit.record("letter.failed", by=None, obj=letter, payload={"attempts": letter.attempts})


BUILDING = Building("letter", _mark)


def withdraw_letters(*, decision: Decision, reason: str, by: User, only_unissued: bool = False) -> None:
    """Ends the letters of a decision that have no successor: each is superseded, with the reason; one that was not built
    yet never will be. Inside the caller's transaction, whose other letters were queued before.

    With `only_unissued` raises `NotNow` where the decision letter was built: it may have been read by anybody since.
    """
    letters = list(Letter.objects.select_for_update(of=("self",)).filter(decision=decision, superseded=False))
    issued = [one for one in letters if one.kind == LetterKind.DECISION and one.state == BuildState.BUILT]
    if issued and only_unissued:
        raise NotNow(
            f"Letter {issued[0].number} is issued: the decision can no longer be recalled. It can be superseded, with a "
            "reason. Nothing was changed."
        )
    for letter in letters:
        letter.superseded, letter.supersession_reason = True, reason[:2000]
        if letter.state != BuildState.BUILT:
            letter.state, letter.failure = BuildState.FAILED, "It was recalled before it was issued."
        letter.save(update_fields=["superseded", "supersession_reason", "state", "failure"])
        audit.record("letter.withdrawn", by=by, obj=letter, payload={"kind": str(letter.kind)})


def rebuild(*, by: User, letter_id: UUID) -> Letter:
    """Asks for a failed letter to be built again, with its attempts counted from nought.

    Raises `NotAllowed` unless an officer or the chair asks, `NotNow` where the letter did not fail, `Letter.DoesNotExist`.
    """
    need_role(by, OFFICER, CHAIR)
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
        if reason := policies.rebuild_refusal(letter):
            raise NotNow(reason)
        letter.state, letter.attempts, letter.failure = BuildState.QUEUED, 0, ""
        letter.save(update_fields=["state", "attempts", "failure"])
        audit.record("letter.rebuild_asked", by=by, obj=letter)
        queue.again(queue.promise(TASK, letter.pk, key=key_of(letter)))
        return letter


def supersede(*, by: User, letter_id: UUID, reason: str) -> Letter:
    """Replaces a letter by a new one with its own number, frozen from the decision's rows as they stand now.

    Raises `NotAllowed` unless an officer or the chair asks, `Invalid` without a reason, `NotNow` where the letter was
    superseded already or is still being built.
    """
    need_role(by, OFFICER, CHAIR)
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": ["Say why the letter is replaced: the new letter quotes it."]})
    with transaction.atomic():
        old = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
        if old.superseded:
            raise NotNow(f"Letter {old.number} was superseded already. Nothing was changed.")
        if old.state not in (BuildState.BUILT, BuildState.FAILED):
            raise NotNow(f"Letter {old.number} is still being built. Wait until it is there.")
        return _queue(old.decision, old.kind, by, old, reason)


def record_download(*, by: User, letter: Letter) -> None:
    """Puts a download on the audit trail."""
    with transaction.atomic():
        audit.record("letter.downloaded", by=by, obj=letter, payload={"sha256": letter.sha256})
