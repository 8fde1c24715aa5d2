"""How allauth behaves here: accounts are made by CASE's officers, never by signing up."""

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

SIGNED_IN_AT = "signed_in_at"  # session key: the second of signing in, from which the time left is told


class ClosedAccountAdapter(DefaultAccountAdapter):
    """No sign-up: an officer or a course leader invites people."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again, or set a new password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the person in and note when."""
        super().login(request, user)
        request.session[SIGNED_IN_AT] = int(time.time())

    def format_email_subject(self, subject: str) -> str:
        """The action first, without a site's name in brackets."""
        return subject
