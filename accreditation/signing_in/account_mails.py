"""The kinds of message about accounts (see `accreditation.mail`): invitations, new passwords, and what was changed."""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accreditation.mail import MailKind, Office
from accreditation.models import Message
from accreditation.services import invitations

CHANGES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_reset": "A new password was set with a link from an e-mail.",
    "account/email/password_set": "A password was set.",
    "mfa/email/totp_activated": "An authenticator app was set up for signing in.",
    "mfa/email/totp_deactivated": "The authenticator app was switched off.",
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; the old ones no longer work.",
}
"""allauth's names of notifications → what they say here."""
ACCOUNT_WHY = "You get this because it is about your own account."
INVITED_WHY = (
    "You get this because somebody gave this address to invite you. If you do not know why, do nothing."
)


def reset_moot(message: Message) -> str:
    """Why a link for a new password is no longer to be sent, or ""."""
    old = message.created_at < timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return "It was asked for too long ago." if old else ""


def reset_link(message: Message) -> str:
    """The address at which the person chooses a new password, once, within an hour."""
    person = message.person
    if person is None:
        raise ValueError("A new password is for somebody with an account.")
    parts = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return settings.SITE_ORIGIN + reverse("account_reset_password_from_key", kwargs=parts)


KINDS = (
    MailKind(
        "account_invitation",
        "Invitation to an account",
        INVITED_WHY,
        "Read and accept the invitation",
        office=Office.SHOWN,
        notice=False,
        moot=invitations.mail_moot,
        secret=invitations.mail_link,
    ),
    MailKind(
        "student_invitation",
        "Invitation of a student",
        INVITED_WHY,
        "Read and accept the invitation",
        office=Office.HIDDEN,
        notice=False,
        moot=invitations.mail_moot,
        secret=invitations.mail_link,
    ),
    MailKind(
        "password_reset",
        "Link for a new password",
        ACCOUNT_WHY,
        "Choose a new password",
        office=Office.HIDDEN,
        notice=False,
        moot=reset_moot,
        secret=reset_link,
    ),
    MailKind(
        "account_changed", "Something about your account was changed", ACCOUNT_WHY, "", office=Office.HIDDEN
    ),
    MailKind("account_by_office", "CASE’s office changed your account", ACCOUNT_WHY, "", office=Office.SHOWN),
)
