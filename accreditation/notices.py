"""Which messages a person may see: their own notices, and for the office what was sent. In SQL."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from accreditation import mail
from accreditation.enums import InvitationState, MessageState
from accreditation.mail_text import subject_of
from accreditation.models import Assignment, Conflict, Message, User
from accreditation.repeated import repeated
from accreditation.roles import OFFICER
from accreditation.rules.dates import spoken
from accreditation.selectors import visible_submissions

NEVER_SHOWN = (MessageState.DROPPED,)
MOST_LINES = 30
"""So many lines has a summary at most; the page "Notices" has all."""


def own_notices(user: User) -> QuerySet[Message]:
    """A person's notices, newest first: none about a submission that they may no longer see, none for inactive people."""
    return _sent_to(user).filter(_concerned(user))


def _sent_to(user: User) -> QuerySet[Message]:
    if not user.is_active:
        return Message.objects.none()
    shown = [kind.code for kind in mail.kinds().values() if kind.notice]  # none of a kind that is no more
    return Message.objects.filter(person=user).exclude(state__in=NEVER_SHOWN).filter(kind__in=shown)


def unread(user: User) -> int:
    """How many notices a person has not marked as read: one short query, for every page asks; a second one only where some
    are about a submission, which the person may no longer see.
    """
    if not user.is_active:
        return 0
    known = mail.kinds()
    about = [case for kind, case in _unread_rows(user.pk) if kind in known and known[kind].notice]
    if not any(about):
        return len(about)
    return own_notices(user).filter(read_at__isnull=True).count()


@repeated
def _unread_rows(person: UUID) -> QuerySet[Message, Any]:
    """Kind and submission of what a person has not read."""
    found = Message.objects.filter(person=person, read_at__isnull=True).exclude(state__in=NEVER_SHOWN)
    return found.order_by().values_list("kind", "submission")


def concerns_still(message: Message) -> bool:
    """Whether a message may still go to its person: the account is open, and the submission, if any, still theirs to see.

    People without an account are asked nothing here: their kind's `moot` decides.
    """
    if message.person is None:
        return True
    if not message.person.is_active:
        return False
    return Message.objects.filter(_concerned(message.person), pk=message.pk).exists()


def _concerned(user: User) -> Q:
    """Messages about no submission, about one that the person may see, or about one whose panel they are invited to."""
    invited = Assignment.objects.filter(
        submission=OuterRef("submission"),
        user=user,
        state__in=(InvitationState.INVITED, InvitationState.WAITING),
    )
    return (
        Q(submission__isnull=True)
        | Q(submission__in=visible_submissions(user).order_by().values("pk"))
        | (Q(Exists(invited)) & ~Q(Exists(_conflicts(user))))
    )


def _conflicts(user: User) -> QuerySet[Conflict]:
    return (
        Conflict.objects.filter(user=user, institution=OuterRef("submission__course__institution"))
        .filter(Q(submission__isnull=True) | Q(submission=OuterRef("submission")))
        .exclude(blocks=False)
    )


def office_messages(user: User) -> QuerySet[Message]:
    """What the office may read of what was sent: about cases without a conflict of the officer's own (also those that are
    drafts again), about accounts and about the register; never about portfolios. Nothing for anybody else.
    """
    if not user.has_role(OFFICER):
        return Message.objects.none()
    return (
        Message.objects.filter(kind__in=_of(mail.Office.CASE, mail.Office.SHOWN))
        .exclude(Exists(_conflicts(user)))
        .select_related("person", "submission__course__institution", "summary")
    )


def sending_of(user: User, thing: Model) -> QuerySet[Message]:
    """To whom a thing was sent, for the office's view of it: its messages, oldest first."""
    found = office_messages(user).filter(about_type=thing._meta.label_lower, about_id=str(thing.pk))
    return found.order_by("created_at")


def hidden_messages(user: User) -> QuerySet[Message]:
    """What the office may count and send again, and never read: messages about portfolios."""
    if not user.has_role(OFFICER):
        return Message.objects.none()
    return Message.objects.filter(kind__in=_of(mail.Office.HIDDEN))


def hidden_counts(user: User) -> dict[str, int]:
    """How many messages about portfolios there are, and how many of them failed. One query."""
    failed = Q(state__in=(MessageState.FAILED, MessageState.NO_ADDRESS))
    counts: dict[str, int] = hidden_messages(user).aggregate(
        all=Count("pk"), failed=Count("pk", filter=failed)
    )
    return counts


def to_person(found: QuerySet[Message], words: str) -> QuerySet[Message]:
    """Those of the messages that went to somebody with these words in their name or address."""
    return found.filter(
        Q(person__full_name__icontains=words)
        | Q(address__icontains=words)
        | Q(person__email__icontains=words)
    )


def _of(*office: mail.Office) -> list[str]:
    return [kind.code for kind in mail.kinds().values() if kind.office in office]


def summary_lines(summary: Message) -> dict[str, object]:
    """The lines of a daily summary, worked out when it is sent: what its person may still see and has not read."""
    assert summary.person is not None  # noqa: S101 (a summary is always a person's)
    rows = list(
        own_notices(summary.person).filter(summary=summary, read_at__isnull=True).order_by("created_at")
    )
    shown = [
        {"title": title(row), "detail": spoken(timezone.localtime(row.created_at).date()), "path": row.path}
        for row in rows[:MOST_LINES]
    ]
    return {"lines": shown, "number": len(rows), "more": len(rows) - len(shown)}


def nothing_new(summary: Message) -> str:
    """Why a summary is not to be sent after all, or "" while it still has a line."""
    return (
        ""
        if summary_lines(summary)["number"]
        else "Everything in it was read, or no longer concerned this person."
    )


def title(message: Message) -> str:
    """The one line that names a message on pages: its subject as sent, or as it will be."""
    return message.subject or subject_of(message)
