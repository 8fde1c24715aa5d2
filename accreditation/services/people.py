"""What officers change about other people's accounts: roles, details, the second step, closing and reopening.

Each of them ends the person's sessions, so that nobody goes on with what they no longer have, and tells the person.
"""

from collections.abc import Collection
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accreditation import audit, grants, mail
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Stale
from accreditation.models import Institution, User
from accreditation.permissions import need_role
from accreditation.roles import OFFICER, ROLES
from accreditation.services.accounts import BODY_CODES, give_role, take_role
from accreditation.services.invitations import NO_ADDRESS
from accreditation.services.sessions import end_sessions

OWN = "This is your own account: another officer must do it."


@transaction.atomic
def set_roles(*, by: User, user_id: UUID, roles: Collection[str], seen: Collection[str]) -> User:
    """Gives and takes body-wide roles so that the person holds exactly `roles`. `seen`: those that the form showed.

    Raises `NotAllowed`, also for one's own roles; `Stale` where they were changed meanwhile; `NotNow` for a closed account.
    """
    person = _theirs(by, user_id)
    if not person.is_active:
        raise NotNow("This account is closed: open it again first.")
    held = frozenset(person.groups.filter(name__in=BODY_CODES).values_list("name", flat=True))
    if held != frozenset(seen):
        raise Stale("Somebody changed this person's roles meanwhile. Nothing was saved.", person)
    given, taken = set(roles) - held, held - set(roles)
    for role in sorted(given):
        give_role(by=by, user=person, role=role)
    for role in sorted(taken):
        take_role(by=by, user=person, role=role)
    if given or taken:
        titles = [ROLES[role].title.lower() for role in ROLES if role in roles]
        now = (
            f"Your roles are now: {', '.join(titles)}." if titles else "You hold no role of CASE’s any more."
        )
        _tell(person, now, "Please sign in again.")
    return person


@transaction.atomic
def change_details(
    *, by: User, user_id: UUID, full_name: str, email: str, institution: Institution | None, seen: str
) -> User:
    """Corrects name, e-mail address and institution. `seen`: what `details_sum` was when the form was drawn.

    A new address is told to the old one, too. Raises `NotAllowed`, `Stale`, `Invalid`.
    """
    need_role(by, OFFICER)
    person = _locked(user_id)
    if details_sum(person) != seen:
        raise Stale("Somebody changed these details meanwhile. Nothing was saved.", person)
    full_name, email, old = " ".join(full_name.split()), email.strip().lower(), person.email
    problems: dict[str, list[str]] = {}
    if not full_name:
        problems["full_name"] = ["Enter the person's name."]
    try:
        validate_email(email)
    except ValidationError:
        problems["email"] = [NO_ADDRESS]
    else:
        if User.objects.filter(email__iexact=email).exclude(pk=person.pk).exists():
            problems["email"] = ["Another account has this e-mail address already."]
    if problems:
        raise Invalid(problems)
    if email != old and by.pk == person.pk:
        raise NotAllowed("Your own e-mail address: another officer must change it.")
    changed = [
        name
        for name, one, other in (
            ("full_name", person.full_name, full_name),
            ("email", old, email),
            ("institution", person.institution_id, institution.pk if institution else None),
        )
        if one != other
    ]
    person.full_name, person.email, person.institution = full_name, email, institution
    person.save(update_fields=["full_name", "email", "institution"])
    audit.record("account.details_changed", by=by, obj=person, payload={"what": changed})
    if email != old:
        end_sessions(person)
        for address in (old, email):
            _tell_address(address, person, "The e-mail address that you sign in with was changed.")
    return person


def details_sum(person: User) -> str:
    """What a form for a person's details carries, so that it is refused where they were changed meanwhile."""
    return "|".join((person.full_name, person.email, str(person.institution_id or "")))


@transaction.atomic
def reset_second_step(*, by: User, user_id: UUID) -> User:
    """Takes away a person's app, passkeys and recovery codes, after the officer made sure who asks; they set up new ones.

    Raises `NotAllowed`, `NotNow` where there is nothing to take away.
    """
    person = _theirs(by, user_id)
    number, _ = Authenticator.objects.filter(user=person).delete()
    if not number:
        raise NotNow(f"{person.full_name} has no second step set up.")
    end_sessions(person)
    audit.record("account.second_step_reset_by_office", by=by, obj=person)
    _tell(
        person,
        "Your second step at signing in was taken away.",
        "Sign in with your password, then set up an app or a passkey again.",
    )
    return person


@transaction.atomic
def close_account(*, by: User, user_id: UUID, reason: str) -> User:
    """Closes an account: its sessions end, its grants go, nothing that the person recorded is deleted.

    Raises `NotAllowed`, `NotNow`, `Invalid` without a reason.
    """
    person = _theirs(by, user_id)
    if not person.is_active:
        raise NotNow(f"The account of {person.full_name} is closed already.")
    if not reason.strip():
        raise Invalid({"reason": ["Give the reason."]})
    person.is_active, person.closed_reason = False, reason.strip()
    person.save(update_fields=["is_active", "closed_reason"])
    end_sessions(person)
    grants.sync_person(person)
    audit.record("account.closed", by=by, obj=person)
    _tell_address(person.email, person, "Your account was closed. Nothing that you recorded was deleted.")
    return person


@transaction.atomic
def reopen_account(*, by: User, user_id: UUID) -> User:
    """Opens a closed account again, with what its rows say it may do today. Raises `NotAllowed`, `NotNow`."""
    person = _theirs(by, user_id)
    if person.is_active:
        raise NotNow(f"The account of {person.full_name} is open.")
    person.is_active, person.closed_reason = True, ""
    person.save(update_fields=["is_active", "closed_reason"])
    end_sessions(person)
    grants.sync_person(person)
    audit.record("account.reopened", by=by, obj=person)
    _tell(person, "Your account is open again.", "Sign in with your password, or set a new one.")
    return person


def _theirs(by: User, user_id: UUID) -> User:
    need_role(by, OFFICER)
    if by.pk == user_id:
        raise NotAllowed(OWN)
    return _locked(user_id)


def _locked(user_id: UUID) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user_id)


def _tell(person: User, what: str, next_: str = "") -> None:
    mail.promise(
        "account_by_office",
        to=person,
        key=f"account_by_office:{uuid4()}",
        about=person,
        context={"what": what, "next": next_, "at": f"{timezone.localtime():%-d %B %Y, %H:%M}"},
    )


def _tell_address(address: str, person: User, what: str) -> None:
    """To an address, whatever becomes of the account."""
    mail.promise(
        "account_by_office",
        to=address,
        key=f"account_by_office:{uuid4()}",
        about=person,
        context={
            "name": person.full_name,
            "what": what,
            "at": f"{timezone.localtime():%-d %B %Y, %H:%M}",
        },
    )
