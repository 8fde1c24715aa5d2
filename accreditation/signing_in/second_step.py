"""What a session must show before a person with a role of the body may go on: a second step, and its age."""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from accreditation.models import User
from accreditation.roles import PRIVILEGED

BEGAN_AT = "began_at"  # session key: the second of signing in; never set anew
SECOND_STEP_AT = "second_step_at"  # session key: a second step was set up in this session; 0: switched off

OPEN_BEFORE = frozenset(
    {
        "about",
        "accessibility",
        "account_change_password",
        "account_inactive",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "privacy",
        "stay_signed_in",
    }
)
"""Addresses that open without the second step: signing in and out, setting it up, and pages that are the same for all."""


def is_privileged(user: User) -> bool:
    """Whether the person sees other people's work: by a role of the body, or in the fallback administration."""
    return user.is_staff or user.is_superuser or user.has_role(*PRIVILEGED)


def lacks_second_step(request: HttpRequest, user: User) -> bool:
    """Whether this session has yet to show a second step that the person's roles ask for."""
    if not settings.REQUIRE_TWO_STEP or not is_privileged(user):
        return False
    set_up = request.session.get(SECOND_STEP_AT)
    if set_up is not None:
        return not set_up
    return all(record["method"] != "mfa" for record in get_authentication_records(request, user))


def lately_confirmed(request: HttpRequest, user: User) -> bool:
    """Whether the person signed in, or confirmed that it is them, within `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds."""
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(record["at"] >= since for record in get_authentication_records(request, user))


def seconds_left_of_all(request: HttpRequest, user: User) -> int | None:
    """Seconds until a privileged session ends whatever is done in it; None where no such end is set."""
    if not settings.REQUIRE_TWO_STEP or not is_privileged(user):
        return None
    began = request.session.get(BEGAN_AT)
    if not isinstance(began, int):
        return 0
    return max(0, began + settings.PRIVILEGED_SESSION_SECONDS - int(time.time()))
