"""Letters on their way out: approved or refused by each part of the chain, made anew, withdrawn, and reminders asked for."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit, mail, policies, queue
from accreditation.enums import REMINDERS, BuildState, ConditionState, LetterKind, SubmissionState
from accreditation.exceptions import Invalid, NotNow, Stale
from accreditation.letters import chain
from accreditation.letters.shape import LetterContent
from accreditation.models import Decision, Letter, LetterApproval, Submission, User
from accreditation.permissions import need_role
from accreditation.roles import CHAIR, OFFICER
from accreditation.services import telling
from accreditation.services.cases import words
from accreditation.services.letters import TASK, certifiable, frozen_content, key_of, queue_one

MOVED = "The letter was made anew since this page was drawn. Read it again before you approve it."


@transaction.atomic
def approve(*, by: User, letter_id: UUID, seen_sha256: str = "") -> Letter:
    """Gives the approval whose turn it is; the last one issues the letter, and promises its sending, once.

    `seen_sha256` is the sum of the content that the page showed. Raises `NotAllowed`, `NotNow` (also at a second press),
    `Stale` where the letter was made anew meanwhile.
    """
    letter = _held(letter_id)
    step = chain.check_turn(by, letter)
    _said(letter, step.part, by, approved=True, reason="", seen=seen_sha256)
    audit.record("letter.approved", by=by, obj=letter, payload={"part": step.part, "sha256": letter.sha256})
    mail.settle("letter_to_approve", about=[letter])
    following = chain.turn(letter)
    if following is None:
        letter.approved_at = timezone.now()
        letter.save(update_fields=["approved_at"])
        audit.record("letter.issued", by=by, obj=letter, payload={"sha256": letter.sha256})
        telling.letter_ready(letter)
    else:
        telling.letter_to_approve(letter, following.part)
    return letter


@transaction.atomic
def refuse(*, by: User, letter_id: UUID, reason: str, seen_sha256: str = "") -> Letter:
    """Says why a letter should not go out as it is; the office is told, and makes it anew or withdraws it. Whoever refused
    can still approve it.

    Raises `NotAllowed`, `NotNow`, `Invalid` without a reason, `Stale` where the letter was made anew meanwhile.
    """
    letter = _held(letter_id)
    step = chain.check_turn(by, letter)
    reason = words("reason", reason, limit=2000, needed="Say what is wrong with the letter.")
    _said(letter, step.part, by, approved=False, reason=reason, seen=seen_sha256)
    audit.record("letter.refused", by=by, obj=letter, payload={"part": step.part})
    mail.settle("letter_to_approve", about=[letter])
    telling.letter_refused(letter, by=by)
    return letter


@transaction.atomic
def renew(*, by: User, letter_id: UUID) -> Letter:
    """Makes a letter that is not approved yet anew, from the record and the published text as they are now, under its
    number: what was approved of the old content counts no more.

    Raises `NotAllowed`, `NotNow` (also where nothing would be different).
    """
    need_role(by, OFFICER, CHAIR)
    letter = _held(letter_id)
    if refusal := policies.renew_refusal(letter):
        raise NotNow(refusal)
    before = LetterContent.read(letter.content)
    text, content = frozen_content(letter, on=timezone.localdate(), by=by, before=before)
    if replace(content, on=before.on, basis=before.basis, signature=before.signature) == before:
        raise NotNow(f"The record and the text say what {letter.number} says already. Nothing was changed.")
    letter.content, letter.revision = content.plain(), letter.revision + 1
    letter.template, letter.template_version = text.slug, text.version
    letter.state, letter.attempts, letter.failure = BuildState.QUEUED, 0, ""
    letter.sha256 = letter.unsigned_sha256 = ""
    letter.size, letter.built_at, letter.sealed = None, None, False
    letter.save()
    queue.promise(TASK, letter.pk, key=key_of(letter))
    mail.settle("letter_to_approve", about=[letter])
    audit.record("letter.renewed", by=by, obj=letter, payload={"content_sha256": content.sha256})
    return letter


@transaction.atomic
def withdraw(*, by: User, letter_id: UUID, reason: str) -> Letter:
    """Ends a certificate or a reminder without a successor: whoever checks an issued one is told that it was withdrawn.

    Raises `NotAllowed`, `NotNow`, `Invalid` without a reason.
    """
    need_role(by, OFFICER, CHAIR)
    letter = _held(letter_id)
    if refusal := policies.withdraw_refusal(letter):
        raise NotNow(refusal)
    letter.supersession_reason = words("reason", reason, limit=2000, needed="Say why it is withdrawn.")
    letter.superseded = True
    letter.save(update_fields=["superseded", "supersession_reason"])
    mail.settle("letter_to_approve", about=[letter])
    audit.record("letter.withdrawn", by=by, obj=letter, payload={"kind": str(letter.kind)})
    return letter


@transaction.atomic
def make(*, by: User, submission_id: UUID | str, kind: str) -> Letter:
    """Makes a reminder about the decision that holds, once a day and kind: a second press gets the first one's letter. A
    certificate is made where it is due and there is none.

    Raises `NotAllowed`, `NotNow` where there is no reason for such a letter, `Invalid` for another kind.
    """
    need_role(by, OFFICER)
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission_id)
    decision = submission.decisions.filter(superseded=False).first()
    if kind not in (*REMINDERS, LetterKind.CERTIFICATE):
        raise Invalid({"kind": ["Choose the letter that you want to make."]})
    if submission.state != SubmissionState.DECIDED or decision is None:
        raise NotNow("There is no decision to write about. Nothing was changed.")
    today = timezone.localdate().isoformat() if kind in REMINDERS else ""
    there = decision.letters.filter(kind=kind, superseded=False, occasion=today).first()
    if there:
        return there
    if reason := reason_against(decision, kind):
        raise NotNow(reason)
    return queue_one(decision, kind, by, occasion=today)


def reason_against(decision: Decision, kind: str) -> str:
    """Why such a letter has no place now, or "" where it can be made."""
    opened = decision.conditions.exclude(state=ConditionState.CLOSED).exists()
    if kind == LetterKind.CONDITIONS_DUE:
        return "" if opened else "No condition of this decision stands open."
    if kind == LetterKind.REACCREDITATION_DUE:
        return "" if decision.period_to else "This decision gives no accreditation that could end."
    if not certifiable(decision):
        return "No certificate is issued for this decision."
    return "A condition stands open: the certificate is issued when all are met." if opened else ""


def possible(decision: Decision) -> list[LetterKind]:
    """The letters that an officer can make about a decision now."""
    kinds = [kind for kind in REMINDERS if not reason_against(decision, kind)]
    has = decision.letters.filter(kind=LetterKind.CERTIFICATE, superseded=False).exists()
    if not has and not reason_against(decision, LetterKind.CERTIFICATE):
        kinds.append(LetterKind.CERTIFICATE)
    return kinds


def _held(letter_id: UUID) -> Letter:
    return (
        Letter.objects.select_for_update(of=("self",))
        .select_related("decision__submission__course__institution", "submission__course__institution")
        .get(pk=letter_id)
    )


def _said(letter: Letter, part: str, by: User, *, approved: bool, reason: str, seen: str) -> None:
    now = chain.sum_of(letter)
    if seen and seen != now:
        raise Stale(MOVED, letter)
    LetterApproval.objects.create(
        letter=letter,
        part=part,
        by=by,
        name=by.full_name,
        approved=approved,
        reason=reason,
        content_sha256=now,
    )
