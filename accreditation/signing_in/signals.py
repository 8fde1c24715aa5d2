"""What happens around signing in and out, and at changes of password or second step: the trail, and other sessions end.

Connected in `AccreditationConfig.ready`.
"""

import time
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accreditation.models import User
from accreditation.services import sessions
from accreditation.signing_in import devices
from accreditation.signing_in.guessing import address_of
from accreditation.signing_in.second_step import SECOND_STEP_AT


@receiver(user_logged_in)
def signed_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """After all steps: the trail, and this browser is known from now on."""
    devices.remember(request, user)
    sessions.note("account.signed_in", user=user)


@receiver(user_logged_out)
def signed_out(sender: object, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        sessions.note("account.signed_out", user=user)


@receiver(user_login_failed)
def failed(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """A wrong password, or an account that does not exist: for which account, never what was typed."""
    if request is not None:
        email = str(credentials.get("email") or credentials.get("username") or "")
        sessions.note_failed(email=email, network=address_of(request), step="password")


@receiver(authentication_failed)
def second_step_failed(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.note_failed(email=user.email, network=address_of(request), step="second")


@receiver(password_changed)
@receiver(password_set)
@receiver(password_reset)
def password_is_new(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The new password has ended the other sessions by itself (see `User._get_session_auth_hash`)."""
    devices.remember(request, user)
    sessions.note("account.password_changed", user=user)


@receiver(authenticator_added)
def second_step_added(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Other sessions, which showed no second step, end; this one goes on."""
    sessions.note("account.second_step_added", user=user, kind=authenticator.type)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        request.session[SECOND_STEP_AT] = int(time.time())
        end_others(request, user)


@receiver(authenticator_removed)
def second_step_removed(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    sessions.note("account.second_step_removed", user=user, kind=authenticator.type)
    if not Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        request.session[SECOND_STEP_AT] = 0
    end_others(request, user)


@receiver(authenticator_reset)
def recovery_codes_made(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    sessions.note("account.second_step_reset", user=user, kind=authenticator.type)


def end_others(request: HttpRequest, user: User) -> None:
    """Ends every session of the person but this one, which goes on under a new key and stays on their list."""
    UserSession.objects.filter(user=user).delete()
    sessions.end_sessions(user)
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
