"""Letters: numbered and frozen with the decision, built in the background, corrected only by superseding.

`queue_letters` freezes the content inside the decision's own transaction and promises the building; `build` is what the task
calls. Nothing is rendered in a request. Between the promise and the file there may be any number of failures: the row says
which, and there is never more than one current letter of a kind for a decision.
"""

import logging
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Length
from django.utils import timezone

from accreditation import audit, files, policies, queue
from accreditation.enums import (
    TELLS_DECISION,
    ApprovalPart,
    BuildState,
    DecisionOutcome,
    LetterKind,
    SubmissionKind,
)
from accreditation.exceptions import Invalid, NotNow
from accreditation.letters import chain, published, render, seal
from accreditation.letters import content as contents
from accreditation.letters.shape import LetterContent
from accreditation.letters.shipped import Text
from accreditation.models import Decision, Job, Letter, LetterApproval, Submission, User
from accreditation.permissions import need_role
from accreditation.roles import CHAIR, OFFICER
from accreditation.services import telling
from accreditation.services.building import Building, mark_row

logger = logging.getLogger(__name__)

TASK = "accreditation.tasks.build_letter"
CERTIFIED = frozenset(SubmissionKind.values) - {SubmissionKind.INTERIM, SubmissionKind.MINOR_CHANGE}
"""Applications that end with a certificate: an interim review or a minor change leaves the one there is."""
CERTIFICATE_PREFIX, LETTER_PREFIX = "CASE-C", "CASE-L"
NUMBERS = 0x4C455454  # the advisory lock under which letters are numbered

Renderer = Callable[[LetterContent], bytes]
Sealer = Callable[[bytes, LetterContent], bytes | None]


def key_of(letter: Letter) -> str:
    """The key of the promise to build a letter, as its content stands."""
    return f"letter:{letter.pk}" if letter.revision == 1 else f"letter:{letter.pk}:{letter.revision}"


def kinds_of(decision: Decision) -> tuple[LetterKind, ...]:
    """The letters that are made when a decision is recorded: the one that tells it, the report, and a certificate where
    `settings.CERTIFICATES` has it issued then.
    """
    interim = decision.submission.kind == SubmissionKind.INTERIM
    kinds: tuple[LetterKind, ...] = (
        LetterKind.INTERIM if interim else LetterKind.DECISION,
        LetterKind.REPORT,
    )
    with_conditions = decision.outcome == DecisionOutcome.ACCREDIT_WITH_CONDITIONS
    if certifiable(decision) and (settings.CERTIFICATES == "decided" or not with_conditions):
        kinds += (LetterKind.CERTIFICATE,)
    return kinds


def certifiable(decision: Decision) -> bool:
    """Whether a decision is one that CASE issues a certificate for, now or when its conditions are met."""
    wanted = settings.CERTIFICATES != "never" and decision.submission.kind in CERTIFIED
    return wanted and decision.period_to is not None


def queue_letters(*, decision: Decision, by: User) -> list[Letter]:
    """Freezes, numbers and promises the letters of a decision (`kinds_of`); returns them in that order.

    Must be called inside the transaction that decides. Asked twice for one decision it returns the letters that are
    there. The letters of a decision that this one supersedes are superseded with it. Raises
    `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Letters are queued in the transaction of the decision.")
    there = {letter.kind: letter for letter in Letter.objects.filter(decision=decision, superseded=False)}
    return [there.get(kind) or _queue_first(decision, kind, by) for kind in kinds_of(decision)]


def queue_conditions_met(*, decision: Decision, by: User) -> Letter:
    """Freezes, numbers and promises the letter that tells a course that all its conditions are met, and the certificate
    where it has none yet; asked twice for one decision it returns the letter that is there.

    Must be called inside the transaction that closes the last condition, before it writes to the audit trail. Raises
    `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A letter is queued in the transaction that needs it.")
    there = {letter.kind: letter for letter in Letter.objects.filter(decision=decision, superseded=False)}
    kind = LetterKind.CONDITIONS_MET
    letter = there.get(kind) or _queue_first(decision, kind, by)
    if certifiable(decision) and LetterKind.CERTIFICATE not in there:
        _queue_first(decision, LetterKind.CERTIFICATE, by)
    return letter


def _queue_first(decision: Decision, kind: str, by: User) -> Letter:
    old = None
    if decision.supersedes_id:
        alike = TELLS_DECISION if kind in TELLS_DECISION else (kind,)
        old = Letter.objects.filter(
            decision_id=decision.supersedes_id, kind__in=alike, superseded=False
        ).first()
    reason = decision.supersession_reason
    if old and decision.supersedes:
        reason = reason or decision.supersedes.supersession_reason or "The decision was superseded."
    return queue_one(decision, kind, by, old, reason)


def queue_one(
    decision: Decision, kind: str, by: User, old: Letter | None = None, reason: str = "", occasion: str = ""
) -> Letter:
    """Freezes, numbers and promises one letter, in the place of `old` where there is one; inside the caller's transaction.

    What the chair's signature approves (`chain.signed_by_act`) is approved with it; every other letter waits for its chain.
    """
    return _queue(Letter(decision=decision, kind=kind, occasion=occasion), by, old, reason)


def queue_withdrawal(
    *, submission: Submission, by: User, old: Letter | None = None, reason: str = ""
) -> Letter | None:
    """Freezes, numbers and promises the letter on an application that was withdrawn before a decision, in the place of
    `old` where there is one; None where CASE never had a version of it.

    Must be called inside the transaction that withdraws, before it writes to the audit trail. Raises
    `TransactionManagementError` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A letter is queued in the transaction that needs it.")
    if not submission.snapshots.exists():
        return None
    return _queue(Letter(submission=submission, kind=LetterKind.WITHDRAWAL), by, old, reason)


def frozen_content(letter: Letter, *, on: date, by: User, before: LetterContent | None = None,
                   replaces: str = "", replaces_reason: str = "") -> tuple[Text, LetterContent]:  # fmt: skip
    """What a letter says as everything stands now, with the text that it is written with; `before` keeps its check code
    and what it replaces.
    """
    text = published.text_for(letter.kind, letter.outcome)
    same: dict[str, Any] = {
        "number": letter.number,
        "on": on,
        "text": text,
        "check": before.check if before else "",
        "replaces": before.replaces if before else replaces,
        "replaces_reason": before.replaces_reason if before else replaces_reason,
    }
    if letter.decision is None:
        return text, contents.freeze_withdrawal(letter.case, **same)
    return text, contents.freeze(letter.decision, letter.kind, by=by, **same)


def _queue(letter: Letter, by: User, old: Letter | None, reason: str) -> Letter:
    """Numbers, freezes and promises a letter that is not saved yet; ends `old`."""
    today, kind = timezone.localdate(), letter.kind
    number = _next_number(today.year, CERTIFICATE_PREFIX if kind == LetterKind.CERTIFICATE else LETTER_PREFIX)
    if old:
        old.superseded, old.supersession_reason = True, reason[:2000]
        old.save(update_fields=["superseded", "supersession_reason"])
    letter.number, letter.supersedes = number, old
    replaces, why = (old.number, reason) if old else ("", "")
    text, content = frozen_content(letter, on=today, by=by, replaces=replaces, replaces_reason=why)
    signed = chain.signed_by_act(kind, by)
    letter.content = content.plain()
    letter.template, letter.template_version = text.slug, text.version
    letter.approved_at = timezone.now() if signed else None
    letter.save(force_insert=True)
    if signed and chain.chain_of(kind):
        LetterApproval.objects.create(
            letter=letter,
            part=ApprovalPart.CHAIR,
            by=by,
            name=by.full_name,
            approved=True,
            content_sha256=content.sha256,
        )
    queue.promise(TASK, letter.pk, key=key_of(letter))
    payload = {"kind": str(kind), "content_sha256": content.sha256, "supersedes": old.number if old else ""}
    audit.record("letter.queued", by=by, obj=letter, payload=payload)
    if old:
        audit.record("letter.superseded", by=by, obj=old, payload={"by": number})
    return letter


def _next_number(year: int, prefix: str) -> str:
    """The next number of the year, such as CASE-L-2026-0001; certificates have a row of their own. Two transactions never
    get the same: they wait in a row, on SQLite because there is one writer, on PostgreSQL by a lock that ends with the
    transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])
    start = f"{prefix}-{year}-"
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
    content = LetterContent.read(letter.content)
    bare = renderer(content)
    sealed = sealer(bare, content)
    stored = files.store_bytes(sealed or bare)
    return _finish(job, letter, stored, render.sum_of(bare), sealed is not None)


def _begin(job: Job) -> Letter:
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=UUID(job.subject_id))
        if letter.state != BuildState.BUILT and not letter.superseded:
            letter.state, letter.attempts = BuildState.BUILDING, letter.attempts + 1
            letter.save(update_fields=["state", "attempts"])
        return letter


def _finish(job: Job, begun: Letter, stored: files.Stored, bare_sum: str, sealed: bool) -> Letter:
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).get(pk=begun.pk)
        # Another worker, whose lease had run out, may have been first; the letter may have been recalled meanwhile, or made
        # anew with other content, which another promise builds.
        same = letter.revision == begun.revision
        if letter.state != BuildState.BUILT and not letter.superseded and same:
            letter.state, letter.failure, letter.built_at = BuildState.BUILT, "", timezone.now()
            letter.sha256, letter.size = stored.sha256, stored.size
            letter.unsigned_sha256, letter.sealed = bare_sum, sealed
            letter.save()
            sums = {"sha256": stored.sha256, "unsigned_sha256": bare_sum, "sealed": sealed}
            audit.record("letter.built", by=None, obj=letter, payload=sums)
            if letter.approved_at is not None:
                telling.letter_ready(letter)
            elif step := chain.turn(letter):
                telling.letter_to_approve(letter, step.part)
        queue.done(job)
        return letter


def _mark(subject_id: str, state: BuildState, reason: str) -> None:
    letter = mark_row(Letter, subject_id, state, reason)
    if letter is not None and state == BuildState.FAILED:
        audit.record("letter.failed", by=None, obj=letter, payload={"attempts": letter.attempts})


BUILDING = Building("letter", _mark)


def withdraw_letters(*, decision: Decision, reason: str, by: User, only_unissued: bool = False) -> None:
    """Ends the letters of a decision that have no successor: each is superseded, with the reason; one that was not built
    yet never will be. Inside the caller's transaction, whose other letters were queued before.

    With `only_unissued` raises `NotNow` where the decision letter was built: it may have been read by anybody since.
    """
    letters = list(Letter.objects.select_for_update(of=("self",)).filter(decision=decision, superseded=False))
    issued = [one for one in letters if one.kind in TELLS_DECISION and one.issued]
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
        if refusal := policies.supersede_refusal(old):
            raise NotNow(refusal)
        if old.decision is None:
            return _queue(Letter(submission=old.case, kind=old.kind), by, old, reason)
        return queue_one(old.decision, old.kind, by, old, reason, old.occasion)


def record_download(*, by: User, letter: Letter) -> None:
    """Puts a download on the audit trail."""
    with transaction.atomic():
        audit.record("letter.downloaded", by=by, obj=letter, payload={"sha256": letter.sha256})
