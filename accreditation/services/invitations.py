"""Inviting somebody by e-mail: the link lets its reader make an account, or join with the one they have.

    invitations.invite(by=leader, email="…", full_name="…", for_=student)   # a row of `accreditation.places`
    invitations.invite(by=officer, email="…", full_name="…", roles=[ASSESSOR])

Opening the link changes nothing; accepting does, once, while it is neither taken back nor run out, and while the person
who invited may still do so. The link itself stands in no row: it is signed from the id and the round at sending.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from accreditation import audit, mail
from accreditation.enums import InvitationStanding
from accreditation.exceptions import Invalid, NotAllowed, NotNow, Refusal
from accreditation.models import AccountInvitation, Institution, User
from accreditation.permissions import need_role
from accreditation.places import place_of, places
from accreditation.roles import OFFICER, ROLES
from accreditation.rules.dates import spoken
from accreditation.services.accounts import BODY_CODES, create_user

SALT = "accreditation.invitation"
NO_ADDRESS = "Enter an e-mail address, for example name@university.ac.uk."


@transaction.atomic
def invite(
    *,
    by: User | None,
    email: str,
    full_name: str,
    for_: models.Model | None = None,
    roles: Collection[str] = (),
    institution: Institution | None = None,
    details: Mapping[str, Any] | None = None,
) -> AccountInvitation:
    """Invites somebody and promises the mail. `for_` is the row whose place they get (see `accreditation.places`).

    Without `for_` it is an account alone, with body-wide `roles`, which only officers give. Whether the address has an
    account already is not told to course teams: that person is asked to sign in and accept. Raises `NotAllowed`, `NotNow`
    where such an invitation is open or the place is taken, `Invalid` for the address, the name or the roles.
    """
    email, full_name = email.strip().lower(), " ".join(full_name.split())
    check(by, for_, roles, email)
    problems = _problems(email, full_name, roles)
    if for_ is None and not problems and User.objects.filter(email__iexact=email).exists():
        problems["email"] = ["There is an account with this address already: give it roles on its own page."]
    if problems:
        raise Invalid(problems)
    about_type, about_id = _about(for_)
    _end_run_out(email, about_type, about_id)
    if AccountInvitation.objects.filter(
        email=email, about_type=about_type, about_id=about_id, accepted_at=None, revoked_at=None
    ).exists():
        raise NotNow(f"{email} is invited already. You can send the invitation again.")
    invitation = AccountInvitation.objects.create(
        email=email,
        full_name=full_name,
        institution=institution,
        roles=sorted(roles),
        about_type=about_type,
        about_id=about_id,
        details=dict(details or {}),
        by=by,
        expires_at=_expiry(),
    )
    _note("invited", by, invitation, roles=sorted(roles))
    _promise_mail(invitation)
    return invitation


@transaction.atomic
def send_again(*, by: User, invitation_id: UUID) -> AccountInvitation:
    """Sends a new link, which works anew for its full time; older links stop working. Raises `NotAllowed`, `NotNow`."""
    invitation = _locked(invitation_id)
    check(by, _row(invitation), invitation.roles, invitation.email)
    if invitation.standing not in (InvitationStanding.OPEN, InvitationStanding.EXPIRED):
        raise NotNow(f"This invitation is “{invitation.standing.label}”. Nothing was sent.")
    invitation.round += 1
    invitation.by, invitation.expires_at = by, _expiry()
    invitation.save(update_fields=["round", "by", "expires_at"])
    _note("sent_again", by, invitation, round=invitation.round)
    _promise_mail(invitation)
    return invitation


@transaction.atomic
def revoke(*, by: User, invitation_id: UUID) -> AccountInvitation:
    """Takes an invitation back: its link stops working. Raises `NotAllowed`, `NotNow` where it has been accepted."""
    invitation = _locked(invitation_id)
    check(by, _row(invitation), invitation.roles, invitation.email, taking_back=True)
    if invitation.standing not in (InvitationStanding.OPEN, InvitationStanding.EXPIRED):
        raise NotNow(f"This invitation is “{invitation.standing.label}”. Nothing was changed.")
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _note("revoked", by, invitation)
    return invitation


@transaction.atomic
def accept(*, token: str, user: User | None = None, password: str = "", full_name: str = "") -> User:
    """Uses an invitation up: makes the account with this password, or gives the place to `user`, whose address it names.

    Raises `NotNow` where the link no longer works, `NotAllowed` for another person's account, `Invalid` for a password
    that is too easy to guess, and whatever the place itself refuses; then nothing has changed.
    """
    found = of_token(token)
    if found is None:
        raise NotNow("This link does not work, or a newer one was sent to you.")
    invitation = _locked(found.pk)
    if reason := unusable(invitation):
        raise NotNow(reason)
    account = User.objects.filter(email__iexact=invitation.email).first()
    if user is None and account is not None:
        raise NotNow("There is an account with this address already. Sign in with it to accept.")
    if user is not None and (account is None or account.pk != user.pk or not user.is_active):
        raise NotAllowed("This invitation is for somebody else's e-mail address.")
    person = user or _new_account(invitation, password, full_name)
    for role in invitation.roles:
        person.groups.add(Group.objects.get_or_create(name=role)[0])
    place = place_of(invitation)
    if place is not None:
        place[0].join(place[1], person, invitation.by, invitation.details)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _note("accepted", person, invitation, roles=invitation.roles)
    return person


def token_of(invitation: AccountInvitation) -> str:
    """The secret part of the link: id and round, signed."""
    return Signer(salt=SALT, sep=".").sign(f"{invitation.pk.hex}-{invitation.round}")


def of_token(token: str) -> AccountInvitation | None:
    """The invitation of a link; None where the link is not ours or an older round's."""
    try:
        pk, _, round_ = Signer(salt=SALT, sep=".").unsign(token).partition("-")
    except BadSignature:
        return None
    return (
        AccountInvitation.objects.select_related("by", "institution")
        .filter(pk=UUID(pk), round=int(round_))
        .first()
    )


def unusable(invitation: AccountInvitation) -> str:
    """Why an invitation cannot be accepted now, or ""."""
    match invitation.standing:
        case InvitationStanding.ACCEPTED:
            return "This invitation has been accepted already. Sign in with your e-mail address and password."
        case InvitationStanding.REVOKED:
            return "This invitation was taken back. If you think that is a mistake, ask whoever invited you."
        case InvitationStanding.EXPIRED:
            return "This invitation has run out. Ask whoever invited you to send it again."
    try:
        check(invitation.by, _row(invitation), invitation.roles, invitation.email)
    except (Refusal, ObjectDoesNotExist):
        return "This invitation no longer holds. Ask whoever invited you, or CASE’s office."
    return ""


def words_for(invitation: AccountInvitation) -> str:
    """As what somebody is invited: "as a student of …", "as an assessor"; "to CASE Accreditation" where nothing is said."""
    place = place_of(invitation)
    if place is not None:
        return place[0].words(place[1], invitation.details)
    titles = [ROLES[role].title.lower() for role in invitation.roles if role in ROLES]
    return f"as {' and '.join(titles)}" if titles else ""


def latest_for(things: Iterable[models.Model]) -> dict[str, AccountInvitation]:
    """The newest invitation for each of these rows of one model, by the row's id as text. One query."""
    rows = list(things)
    if not rows:
        return {}
    found = AccountInvitation.objects.filter(
        about_type=rows[0]._meta.label_lower, about_id__in=[str(row.pk) for row in rows]
    )
    return {invitation.about_id: invitation for invitation in found.order_by("created_at")}


def check(
    by: User | None,
    row: models.Model | None,
    roles: Collection[str],
    email: str,
    *,
    taking_back: bool = False,
) -> None:
    """Raises `NotAllowed` or `NotNow` unless this person may invite to this now. `by` None: the system itself.

    An invitation can be taken back while the place is taken, too.
    """
    if by is None:
        return
    if not by.is_active:
        raise NotAllowed("This account is closed.")
    if row is None or roles:
        need_role(by, OFFICER)
    if row is None:
        return
    try:
        places()[row._meta.label_lower].check(by, row, email)
    except NotNow:
        if not taking_back:
            raise


def mail_moot(message: Any) -> str:
    """Why the mail about an invitation is no longer to be sent, or ""."""
    invitation = AccountInvitation.objects.filter(pk=message.about_id).first()
    if invitation is None or invitation.round != message.context.get("round"):
        return "A newer invitation was sent."
    return unusable(invitation)


def mail_link(message: Any) -> str:
    """The address of the link in the mail about an invitation."""
    invitation = AccountInvitation.objects.get(pk=message.about_id)
    return settings.SITE_ORIGIN + reverse("invitation", args=[token_of(invitation)])


def _new_account(invitation: AccountInvitation, password: str, full_name: str) -> User:
    name = " ".join(full_name.split()) or invitation.full_name
    try:
        validate_password(password, User(email=invitation.email, full_name=name))
    except ValidationError as error:
        raise Invalid({"password1": list(error.messages)}) from None
    return create_user(
        by=None,
        email=invitation.email,
        full_name=name,
        institution=invitation.institution,
        password=password,
    )


def _problems(email: str, full_name: str, roles: Collection[str]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    try:
        validate_email(email)
    except ValidationError:
        problems["email"] = [NO_ADDRESS]
    if not full_name:
        problems["full_name"] = ["Enter the person's name."]
    if unknown := set(roles) - BODY_CODES:
        problems["roles"] = [f"{', '.join(sorted(unknown))} is not a role that holds for the whole body."]
    return problems


def _about(row: models.Model | None) -> tuple[str, str]:
    return (row._meta.label_lower, str(row.pk)) if row is not None else ("", "")


def _row(invitation: AccountInvitation) -> models.Model | None:
    place = place_of(invitation)
    return place[1] if place else None


def _expiry() -> Any:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _end_run_out(email: str, about_type: str, about_id: str) -> None:
    """An invitation that ran out gives way to a new one."""
    now = timezone.now()
    AccountInvitation.objects.filter(
        email=email, about_type=about_type, about_id=about_id, accepted_at=None, revoked_at=None
    ).filter(expires_at__lte=now).update(revoked_at=now)


def _locked(invitation_id: UUID) -> AccountInvitation:
    return AccountInvitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)


def _note(verb: str, by: User | None, invitation: AccountInvitation, **payload: Any) -> None:
    place = {"about": invitation.about_type, "id": invitation.about_id} if invitation.about_type else {}
    audit.record(f"invitation.{verb}", by=by, obj=invitation, payload={**place, **payload})


def _promise_mail(invitation: AccountInvitation) -> None:
    place = place_of(invitation)
    mail.promise(
        "account_invitation" if place is None or place[0].office else "student_invitation",
        to=invitation.email,
        key=f"account_invitation:{invitation.pk}:{invitation.round}",
        about=invitation,
        context={
            "name": invitation.full_name,
            "by": invitation.by.full_name if invitation.by else "CASE’s office",
            "as_what": words_for(invitation),
            "until": spoken(timezone.localtime(invitation.expires_at)),
            "round": invitation.round,
        },
    )
