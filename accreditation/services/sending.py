"""Sends what was promised (`accreditation.mail`): each message once, to nobody whom it no longer concerns.

The promise is leased to one worker (`accreditation.queue`). First, in a transaction, it is decided whether the message is
still to be sent; then the mail server is spoken to, outside any transaction; then it is noted that the message was sent.
A worker that dies in between sends it a second time with the same Message-ID. A mail server that cannot be reached, or a
database, is tried again, three times now and then every hour for three days; whatever else goes wrong is final, and all can
see it.
"""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, transaction
from django.utils import timezone

from accreditation import audit, mail, notices, queue
from accreditation.enums import JobState, MessageState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.mail_text import Words, as_email, words_of
from accreditation.models import Job, Message, User
from accreditation.permissions import need_role
from accreditation.roles import OFFICER

logger = logging.getLogger(__name__)

PAUSES = (timedelta(seconds=30), timedelta(minutes=5))  # before the second and the third attempt
PATIENCE = timedelta(days=3)
UNREACHABLE = "The mail server could not be reached. It is tried again every hour for three days."
DATABASE = "The database did not answer when it was to be sent. It is tried again every hour for three days."
NO_LONGER = "It no longer concerned this person when it was to be sent."


def send(*, job_id: int) -> Message | None:
    """Keeps the promise to send a message; returns it where it was sent now. Raises nothing that it can note."""
    job = queue.take(job_id)
    if job is None:
        _note_used_up(job_id)
        return None
    try:
        prepared = _prepare(job)
        if prepared is None:
            return None
        message, words = prepared
        as_email(message, words).send()
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        final = bool(codes) and all(code >= 500 for code in codes)
        _fail(job, "The mail server refused this address." if final else UNREACHABLE, final=final)
        return None
    except DatabaseError:
        logger.warning("The database failed while message job %s was to be sent.", job.pk, exc_info=True)
        _fail(job, DATABASE)
        return None
    except (
        OSError,
        SoftTimeLimitExceeded,
    ):  # what a mail server does wrong is an OSError, but for taking too long
        logger.warning("The mail server did not take message job %s.", job.pk, exc_info=True)
        _fail(job, UNREACHABLE)
        return None
    except Exception as fault:
        logger.exception("Message job %s cannot be sent.", job.pk)
        _fail(job, f"The message could not be put together ({type(fault).__name__}).", final=True)
        return None
    return _sent(job, message.pk)


def _prepare(job: Job) -> tuple[Message, Words] | None:
    """Under the message's lock: is it still to be sent? Keeps its words, and gives those of the mail with its secrets."""
    with transaction.atomic():
        message = _locked(UUID(job.subject_id))
        if message.state != MessageState.PROMISED:
            queue.done(job)
            return None
        kind = mail.kinds()[message.kind]
        reason = kind.moot(message) if kind.moot else ""
        if not notices.concerns_still(message):
            reason = NO_LONGER
        if reason:
            _end(message, MessageState.DROPPED, reason)
            queue.done(job)
            return None
        if message.person:  # it may have changed since the promise
            message.address = mail.line(message.person.email)
        kept = words_of(message, kept=True)
        message.subject, message.text, message.html = kept.subject, kept.text, kept.html
        message.save(update_fields=["subject", "text", "html", "address"])
        return message, words_of(message)


def _sent(job: Job, message_id: UUID) -> Message:
    with transaction.atomic():
        message = _locked(message_id)
        message.sent_at = timezone.now()
        message.summed_up.filter(state=MessageState.HELD).update(
            state=MessageState.SUMMED, sent_at=message.sent_at
        )
        _end(message, MessageState.SENT, "")
        audit.record(
            "mail.sent",
            by=None,
            obj=message,
            payload={"kind": message.kind, "about": message.about_type, "id": message.about_id},
        )
        queue.done(job)
        return message


def _locked(message_id: UUID) -> Message:
    return Message.objects.select_for_update(of=("self",)).select_related("person").get(pk=message_id)


def _end(message: Message, state: MessageState, note: str) -> None:
    message.state, message.note = state, note
    message.save(update_fields=["state", "note", "sent_at"])
    kind = mail.kinds().get(message.kind)
    if kind and kind.ended:
        kind.ended(message)


def _fail(job: Job, reason: str, *, final: bool = False) -> None:
    final_now = final or job.attempts >= queue.MAX_ATTEMPTS
    pause = timedelta() if final_now else PAUSES[min(job.attempts, len(PAUSES)) - 1]
    with transaction.atomic():
        queue.failed(job, reason, final=final_now, pause=pause)
        if final_now:
            _mark_failed(job.subject_id, reason)


def _note_used_up(job_id: int) -> None:
    """Where workers died until the promise was given up, the message says so."""
    with transaction.atomic():
        job = Job.objects.filter(pk=job_id, task=mail.TASK, state=JobState.FAILED).first()
        if job is not None:
            _mark_failed(job.subject_id, job.failure)


def _mark_failed(message_id: str, reason: str) -> None:
    message = Message.objects.select_for_update(of=("self",)).filter(pk=UUID(message_id)).first()
    if message is not None and message.state == MessageState.PROMISED:
        _end(message, MessageState.FAILED, reason[:500])
        audit.record("mail.failed", by=None, obj=message, payload={"kind": message.kind})


def try_again_unreachable() -> int:
    """Opens again what failed because mail server or database could not be reached, for three days; returns how many."""
    since = timezone.now() - PATIENCE
    rows = Message.objects.filter(
        state=MessageState.FAILED, note__in=(UNREACHABLE, DATABASE), created_at__gte=since
    )
    return sum(_open(message.pk) for message in rows.only("pk"))


def send_again(*, by: User, message_id: UUID) -> Message:
    """An officer has a message sent that failed, to the person's address of today.

    Raises `NotAllowed`, `Message.DoesNotExist`, `NotNow` where it did not fail.
    """
    need_role(by, OFFICER)
    with transaction.atomic():
        message = _locked(message_id)
        theirs = notices.office_messages(by).filter(pk=message_id).exists()
        if not (theirs or notices.hidden_messages(by).filter(pk=message_id).exists()):
            raise NotAllowed("This message is not for you to see.")
        if message.state not in (MessageState.FAILED, MessageState.NO_ADDRESS):
            raise NotNow(f"This message is “{message.get_state_display()}”. Nothing was changed.")
        address = mail.line(message.person.email) if message.person else message.address
        if not mail.has_address(address):
            raise NotNow("There is still no e-mail address for this person. Nothing was changed.")
        message.address = address
        message.save(update_fields=["address"])
        audit.record("mail.again", by=by, obj=message, payload={"kind": message.kind})
        _open(message.pk)
        message.refresh_from_db()
        return message


def send_hidden_again(*, by: User) -> int:
    """An officer has all messages about portfolios sent again that failed; returns how many. Raises `NotAllowed`."""
    need_role(by, OFFICER)
    rows = notices.hidden_messages(by).filter(state=MessageState.FAILED).values_list("pk", flat=True)
    with transaction.atomic():
        number = sum(_open(pk) for pk in list(rows))
        audit.record("mail.hidden_again", by=by, payload={"number": number})
        return number


def _open(message_id: UUID) -> int:
    with transaction.atomic():
        message = _locked(message_id)
        if message.state not in (MessageState.FAILED, MessageState.NO_ADDRESS):
            return 0
        message.state, message.note = MessageState.PROMISED, ""
        message.save(update_fields=["state", "note"])
        queue.again(queue.promise(mail.TASK, message.pk, key=mail.queue_key(message)))
        return 1
