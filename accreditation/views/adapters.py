"""How allauth behaves here: accounts are made by invitation, guesses are counted by us, mails go through the outbox."""

import time
from typing import Any, ClassVar
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accreditation import mail
from accreditation.models import User
from accreditation.signing_in import guessing, signals
from accreditation.signing_in.account_mails import CHANGES
from accreditation.signing_in.second_step import BEGAN_AT, lately_confirmed

SIGNED_IN_AT = "signed_in_at"  # session key: the second of signing in, from which the time left is told


class ClosedAccountAdapter(DefaultAccountAdapter):
    """No sign-up: an officer or a course leader invites people."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "The e-mail address or the password is not right. Check both and try again."
        ),
        "incorrect_password": _("The password is not right. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the guess before the password is looked at. Raises `ValidationError` with the time to come back."""
        until, self._taken = guessing.try_password(request, str(credentials.get("email", "")))
        if until:
            raise ValidationError(
                gettext("Too many tries. Try again at %(clock)s, or set a new password.")
                % {"clock": guessing.clock(until)},
                code="too_many_login_attempts",
            )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """A right password does not count as a guess."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            guessing.right(self._taken)
        return user

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the person in and note when."""
        super().login(request, user)
        request.session[SIGNED_IN_AT] = request.session[BEGAN_AT] = int(time.time())

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever signed in some minutes ago is not asked again."""
        user = self.request.user
        return not (isinstance(user, User) and lately_confirmed(self.request, user))

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Promises the mail; its link is made when it is sent, and stands nowhere."""
        with transaction.atomic():
            mail.promise("password_reset", to=user, key=f"password_reset:{uuid4()}", about=user)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tells the person that something about their account was changed."""
        what = CHANGES.get(template_prefix)
        if what is None:
            return
        context = {"what": what, "at": f"{timezone.localtime():%-d %B %Y, %H:%M}"}
        with transaction.atomic():
            mail.promise(
                "account_changed", to=user, key=f"account_changed:{uuid4()}", about=user, context=context
            )


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Signing out everywhere else ends every other session, also one that is not on the list."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        """Ends all sessions of the person but this one."""
        super().end_sessions(sessions)
        signals.end_others(self.request, self.request.user)


class SecondStepAdapter(DefaultMFAAdapter):
    """The second step: our words and our name."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This did not fit. Try again: an app shows a new code every half minute."),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        """What a new passkey is called unless the person says otherwise: "Passkey 2"."""
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def _get_site_name(self) -> str:
        return "CASE Accreditation"
