"""What is held about one person, how long it is kept, and what erasing it does. Each app tells its own part.

`settings.PERSONAL_SOURCES` names modules with `parts(user, email)`, `names(user, email)` and `due(today)`; see `Source`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Protocol, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from accreditation.belongings import Rows, belongings, delete
from accreditation.models import (
    AccountInvitation,
    AuditEvent,
    Decision,
    LetterApproval,
    MailChoice,
    Message,
    PanelReport,
    Snapshot,
    User,
)
from accreditation.retention import SCHEDULE, Period, years_after

OWN = (
    "accreditation.CourseTeamMember.user",
    "accreditation.Assignment.user",
    "accreditation.Conflict.user",
    "accreditation.DateAnswer.person",
    "accreditation.Attendance.person",
    "accreditation.Judgement.assignment",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what is held. `until` is the last day it is kept for; None while it is in use.

    `erase` takes it away; None for what is kept with its case and goes with that.
    """

    title: str
    period: Period
    rows: list[Rows]
    until: date | None
    erase: Callable[[], None] | None = None

    @property
    def count(self) -> int:
        return sum(one.count() for one in self.rows)


class Source(Protocol):
    """An app's part: the person is known by account or, without one, by the address that stands in the app's rows."""

    def parts(self, user: User | None, email: str) -> Iterable[Part]: ...
    def names(self, user: User | None, email: str) -> Iterable[str]: ...
    def due(self, today: date) -> Iterator[str]: ...


def sources() -> list[Source]:
    """The apps' modules, those that refer to others first: what refers to a person goes before the person."""
    return [cast(Source, import_module(name)) for name in settings.PERSONAL_SOURCES]


def everything(user: User | None, email: str) -> list[Part]:
    """Every part of what is held about a person; the account last."""
    return [part for source in sources() for part in source.parts(user, email)]


def all_names(user: User | None, email: str) -> set[str]:
    """Every name, address and number by which the person can be recognised in a text; none shorter than five letters."""
    found = {name.strip() for source in sources() for name in source.names(user, email)}
    return {name for name in found if len(name) >= 5}


def parts(user: User | None, email: str) -> Iterator[Part]:
    """This app's part: cases signed, messages, invitations, events, the account."""
    if user:
        yield from _cases(user)
    theirs = Q(person__isnull=True, address__iexact=email)
    messages = Message.objects.filter(theirs | Q(person=user) if user else theirs)
    yield from _dated("Messages sent to this person", "messages", messages, forget_messages)
    named = Q(email__iexact=email)
    asked = AccountInvitation.objects.filter(named | Q(accepted_by=user) if user else named)
    yield from _dated("Invitations of this person", "invitations", asked, lambda rows: delete([rows]))
    if user is None:
        return
    yield _account(user)
    events = AuditEvent.objects.filter(actor_id=user.pk)
    if newest := events.aggregate(at=Max("at"))["at"]:
        until = years_after(timezone.localdate(newest), SCHEDULE["audit"].years)
        yield Part("What this person did, by the audit trail", SCHEDULE["audit"], [events], until)


def _dated(title: str, code: str, rows: Rows, forget: Callable[[Rows], object]) -> Iterator[Part]:
    """Rows that are kept for a period after the newest of them was made; nothing where there are none."""
    if newest := rows.aggregate(at=Max("created_at"))["at"]:
        until = years_after(timezone.localdate(newest), SCHEDULE[code].years)
        yield Part(title, SCHEDULE[code], [rows], until, lambda: _do(forget, rows))


def _do(forget: Callable[[Rows], object], rows: Rows) -> None:
    forget(rows)


def _cases(user: User) -> Iterator[Part]:
    declared = Snapshot.objects.filter(declared_by=user)
    signed = PanelReport.objects.filter(lead_signed_by=user) | PanelReport.objects.filter(co_signed_by=user)
    decided = Decision.objects.filter(decided_by=user)
    approved = LetterApproval.objects.filter(by=user)
    cases = {
        *approved.exclude(letter__decision=None).values_list("letter__decision__submission_id", flat=True),
        *approved.exclude(letter__submission=None).values_list("letter__submission_id", flat=True),
        *declared.values_list("submission_id", flat=True),
        *signed.values_list("submission_id", flat=True),
        *decided.values_list("submission_id", flat=True),
    }
    if not cases:
        return
    ends = [
        years_after(end, SCHEDULE["case"].years)
        for pair in Decision.objects.filter(submission__in=cases).values_list("period_to", "decided_on")
        if (end := pair[0] or pair[1])
    ]
    title = "Declarations, reports, decisions and letters that this person signed or approved"
    yield Part(title, SCHEDULE["case"], [declared, signed, decided, approved], max(ends, default=None))


def _account(user: User) -> Part:
    last = user.last_login or user.date_joined
    until = None if user.role_codes else years_after(timezone.localdate(last), SCHEDULE["account"].years)
    rows = belongings(User.objects.filter(pk=user.pk), also=OWN)
    held = [one for one in rows if one.model._meta.app_label != "portfolios"]
    return Part("The account", SCHEDULE["account"], held, until, lambda: forget_account(user))


def names(user: User | None, email: str) -> Iterator[str]:
    """The names of the account."""
    yield email
    if user:
        yield from (user.full_name, user.email)


def due(today: date) -> Iterator[str]:
    """What this app would erase today, counted, without a name."""
    for dated in dated_rows(today):
        if count := dated.rows.count():
            yield f"{count} {dated.what} are older than their period ({SCHEDULE[dated.code]})."
    limit = years_after(today, -SCHEDULE["account"].years)
    quiet = User.objects.filter(is_active=True, last_login__date__lt=limit, groups=None)
    if count := quiet.count():
        yield f"{count} accounts without a role were not used within their period ({SCHEDULE['account']})."


@dataclass(frozen=True, slots=True)
class Dated:
    """Rows that go by their age alone, whoever they are about."""

    code: str
    what: str
    rows: Rows
    erase: Callable[[Rows], object]


def dated_rows(today: date) -> Iterator[Dated]:
    """What has outlived its period by its age alone: messages, invitations, sessions."""
    for code, what, model, column, erase in (
        ("messages", "messages", Message, "created_at", forget_messages),
        ("invitations", "invitations", AccountInvitation, "created_at", lambda rows: rows.delete()),
        (
            "sessions",
            "places somebody signed in from",
            UserSession,
            "last_seen_at",
            lambda rows: rows.delete(),
        ),
    ):
        limit = years_after(today, -SCHEDULE[code].years)
        yield Dated(code, what, model._default_manager.filter(**{f"{column}__date__lt": limit}), erase)


def forget_messages(rows: Rows) -> int:
    """Deletes what was sent; a summary that goes leaves its messages. Returns how many."""
    held = list(rows.values_list("pk", flat=True))
    Message.objects.filter(Q(pk__in=held) | Q(summary__in=held)).update(summary=None)
    return Message.objects.filter(pk__in=held).delete()[0]


def forget_account(user: User) -> None:
    """Takes person, addresses, keys and groups from an account; the row stays, for others refer to its number."""
    pk = user.pk
    kept = {"accreditation.User", *(label.rpartition(".")[0] for label in OWN)}
    rows = belongings(User.objects.filter(pk=pk))
    delete(
        [
            one
            for one in rows
            if one.model._meta.label not in kept and one.model._meta.app_label != "portfolios"
        ]
    )
    MailChoice.objects.filter(person_id=pk).delete()
    user.groups.clear()
    user.set_unusable_password()
    user.full_name, user.preferred_name = f"Erased person {pk.hex[-6:]}", ""
    user.email, user.is_active, user.is_staff, user.is_superuser = (
        f"{pk.hex}@erased.invalid",
        False,
        False,
        False,
    )
    user.save()
