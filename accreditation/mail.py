"""What the system tells people: promised once inside a service's transaction, sent later by the worker, kept as sent.

    mail.promise("submission_returned", to=leader, key=f"returned:{note.pk}", about=submission,
                 context={"reference": submission.reference}, path=reverse("submission", args=[submission.pk]))

A kind of message is data (`MailKind`), listed in `KINDS` of a module that `settings.MAIL_KINDS` names. Its words are
`templates/mail/<kind>.subject.txt` (one line) and `<kind>.txt` (paragraphs, no greeting, no links: `mail/base.txt` and
`mail/base.html` add them, so that both forms say the same). A *duty* goes out at once; *information* waits for the daily
summary, or is shown in the app only, as its reader chose. Both stand on the person's page "Notices" at once.

What is said is fixed when it is promised (`context`, dates in words); whether it is still to be sent is asked again at
sending (`services.sending`), and a secret link is made only then: it stands in no row.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils import timezone

from accreditation import queue
from accreditation.enums import InformationMail, MessageState
from accreditation.models import MailChoice, Message, Submission, User

TASK = "accreditation.tasks.send_mail"
WHITE = re.compile(r"[\s\x00-\x1f\x7f]+")


class Office(StrEnum):
    """What the office sees of a kind of message on "What was sent"."""

    CASE = "case"  # about a submission: officers without a conflict
    SHOWN = "shown"  # about accounts and the register, which the office keeps
    HIDDEN = "hidden"  # about portfolios, which the office does not see: counted, never shown
    OWN = "own"  # what each officer is told of many cases, without those that a conflict keeps from them


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a message."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class MailKind:
    """A kind of message.

    `title`: its name on pages ("Invitation to a panel"). `duty`: the person has to do something, so it goes out at once
    and cannot be switched off. `notice`: whether it stands on the page "Notices". `why`: the sentence that says why they
    get it. `action`: the words on its one button. `office`: what officers see of it.

    Asked at sending: `moot`, a reason for which it is no longer to be sent, or ""; `secret`, the whole address of the
    button where it is a secret; `fresh`, what is added to the context because it may only then be known; `attach`, files.
    `hidden`: values, such as a code, that stand in the mail only: the kept copy shows dots in their place. `ended`:
    told the message once it was sent, dropped or given up, in the same transaction.
    """

    code: str
    title: str
    why: str
    action: str
    duty: bool = True
    office: Office = Office.CASE
    notice: bool = True
    moot: Callable[[Message], str] | None = None
    secret: Callable[[Message], str] | None = None
    fresh: Callable[[Message], Mapping[str, Any]] | None = None
    hidden: Callable[[Message], Mapping[str, str]] | None = None
    attach: Callable[[Message], Iterable[Attached]] | None = None
    ended: Callable[[Message], None] | None = None


class KindSource(Protocol):
    """A module that names kinds of messages."""

    KINDS: Iterable[MailKind]


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, MailKind]:
    """All kinds by their code. Raises `ValueError` where two modules name the same one."""
    whole: dict[str, MailKind] = {}
    for name in settings.MAIL_KINDS:
        for kind in cast(KindSource, import_module(name)).KINDS:
            if kind.code in whole:
                raise ValueError(f"{name} names the kind of message {kind.code} again.")
            whole[kind.code] = kind
    return whole


def promise(
    kind: str,
    *,
    to: User | str,
    key: str,
    about: models.Model | None = None,
    context: Mapping[str, Any] | None = None,
    path: str = "",
) -> Message:
    """Promises one message, once per `key` (up to 150 characters), and returns it, or the one that was promised before.

    `to` is a person, or the address of somebody without an account, whose name then stands in `context["name"]`.
    `about` is what it is about; where that belongs to a submission, a person who loses the submission loses the message
    too, sent or not. `context` holds JSON values for the templates; `path` is where the button leads ("/reviews/…/").
    Call it inside the transaction that makes the message necessary. Raises `TransactionManagementError` outside one,
    `KeyError` for a kind that nobody named.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A message belongs inside the transaction it speaks of.")
    person = to if isinstance(to, User) else None
    choice = choice_of(person) if person and not kinds()[kind].duty else ""
    message, created = Message.objects.get_or_create(
        key=key, defaults=_values(kind, to, choice, about, context, path)
    )
    if created and message.state == MessageState.PROMISED:
        queue.promise(TASK, message.pk, key=queue_key(message))
    return message


def promise_all(
    kind: str,
    *,
    to: Mapping[str, User],
    about: models.Model | None = None,
    context: Mapping[str, Any] | None = None,
    path: str = "",
) -> int:
    """`promise` to many people at once, each under their own key (`to`: key to person): the same few queries for any
    number. Returns how many of the messages are new.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A message belongs inside the transaction it speaks of.")
    choices: dict[object, str] = {}
    if not kinds()[kind].duty:
        rows = MailChoice.objects.filter(person__in=to.values())
        choices = dict(rows.values_list("person_id", "information"))
    made = [
        Message(
            key=key,
            **_values(kind, person, choices.get(person.pk, InformationMail.DAILY), about, context, path),
        )
        for key, person in to.items()
    ]
    Message.objects.bulk_create(made, ignore_conflicts=True)
    new = Message.objects.filter(pk__in=[message.pk for message in made])  # without those promised before
    states = dict(new.values_list("pk", "state"))
    queue.promise_all(
        TASK,
        {
            queue_key(message): message.pk
            for message in made
            if states.get(message.pk) == MessageState.PROMISED
        },
    )
    return len(states)


def _values(
    kind: str,
    to: User | str,
    choice: str,
    about: models.Model | None,
    context: Mapping[str, Any] | None,
    path: str,
) -> dict[str, Any]:
    """The columns of a new message. `choice`: how the person wants to be informed."""
    person = to if isinstance(to, User) else None
    address = line(person.email if person else str(to))
    known = has_address(address)
    return {
        "kind": kind,
        "person": person,
        "address": address if known else "",
        "submission": submission_of(about),
        "about_type": about._meta.label_lower if about else "",
        "about_id": str(about.pk) if about else "",
        "context": dict(context or {}),
        "path": path,
        "state": _first_state(kinds()[kind], person, choice) if known else MessageState.NO_ADDRESS,
    }


def settle(kind: str, *, about: Iterable[models.Model], **but: object) -> int:
    """Marks as read what asked people for something that is done now, so that nobody finds it as new; returns how many.

    Leaves alone messages whose `context` says `but`. Call it inside the transaction that does what was asked for.
    """
    ids = [str(one.pk) for one in about]
    done = Message.objects.filter(kind=kind, about_id__in=ids, read_at__isnull=True)
    for name, value in but.items():
        done = done.exclude(**{f"context__{name}": value})
    return done.update(read_at=timezone.now())


def settle_where(kind: str, about_id: str = "", **said: object) -> int:
    """As `settle`, for messages that are known by what their `context` says (and are about this); returns how many."""
    done = Message.objects.filter(kind=kind, read_at__isnull=True)
    done = done.filter(about_id=about_id) if about_id else done
    return done.filter(**{f"context__{name}": value for name, value in said.items()}).update(
        read_at=timezone.now()
    )


def settle_done(submission: Submission | None = None) -> int:
    """Marks as read every notice that asked for something which is done or overtaken now, by its kind's own `moot`; returns
    how many.

    Called by each service on a case inside the transaction that does what was asked for; hourly, without a submission, for
    all others. One query, and `moot`'s own for each notice that is still new: a handful on a case.
    """
    asking = [code for code, kind in kinds().items() if kind.duty and kind.notice and kind.moot]
    new = Message.objects.filter(kind__in=asking, read_at__isnull=True, person__isnull=False)
    if submission is not None:
        new = new.filter(submission=submission)
    done = [
        message.pk
        for message in new.select_related("submission", "person")
        if (moot := kinds()[message.kind].moot) and moot(_as_it_is(message, submission))
    ]
    return Message.objects.filter(pk__in=done).update(read_at=timezone.now()) if done else 0


def _as_it_is(message: Message, submission: Submission | None) -> Message:
    """The message with the case as the service holds it, whose move may be newer than the row that was read."""
    if submission is not None:
        message.submission = submission
    return message


def was_promised(key: str) -> bool:
    """Whether a message was promised under this key before."""
    return Message.objects.filter(key=key).exists()


def queue_key(message: Message) -> str:
    """The key of the promise to send a message."""
    return f"mail:{message.pk}"


def _first_state(kind: MailKind, person: User | None, choice: str) -> MessageState:
    if kind.duty or person is None:
        return MessageState.PROMISED
    if choice == InformationMail.NEVER:
        return MessageState.APP_ONLY
    return MessageState.HELD


def choice_of(person: User) -> str:
    """How a person wants to be informed by e-mail; daily unless they said otherwise. One query."""
    said = MailChoice.objects.filter(person=person).values_list("information", flat=True).first()
    return said or InformationMail.DAILY


def line(text: str, limit: int = 200) -> str:
    """Text for one line of a mail's head: no line ends or control characters, white space single, cut at `limit`."""
    text = WHITE.sub(" ", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def has_address(text: str) -> bool:
    """Whether this is an e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def submission_of(about: models.Model | None) -> Submission | None:
    """The submission that a thing belongs to, if any: itself, its `submission`, or that of its `decision`."""
    if about is None or isinstance(about, Submission):
        return about
    found = getattr(about, "submission", None)
    if isinstance(found, Submission):
        return found
    decision = getattr(about, "decision", None)
    return submission_of(decision) if isinstance(decision, models.Model) else None


def today() -> str:
    """Today in London as a part of keys: at most one such message a day."""
    return timezone.localdate().isoformat()
