"""allauth's forms with our words: labels above the boxes, no words inside them that vanish while typing."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import gettext, gettext_noop, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from accreditation.signing_in.guessing import clock, right, try_code

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Your password now"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "code": _("Code"),
    "name": _("What to call it"),
}


# Words of allauth, and newer ones of Django, for which neither has Welsh: named here for our own catalogue.
COLLECTED = (
    gettext_noop("Forgot your password?"),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("This password is too common."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)


def put_words(fields: dict[str, Field]) -> None:
    """Set our labels and take the placeholders away."""
    for name, field in fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in LABELS:
            field.label = LABELS[name]


class LoginForm(allauth_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The password now, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """The address that the link goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """The new password twice, after following the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    """The password once more, before a step that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)


class _Counted:
    """Codes that were tried count under the account, or under a browser it is known on; a right one does not count."""

    user: Any

    def clean_code(self) -> str:
        until, taken = try_code(context.request, self.user.email)
        if until:
            raise ValidationError(
                gettext("Too many tries. Try again at %(clock)s.") % {"clock": clock(until)}
            )
        code: str = super().clean_code()  # type: ignore[misc]
        right(taken)
        return code


class CodeForm(_Counted, mfa_forms.AuthenticateForm):
    """A code of the authenticator app or a recovery code, at signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)
        self.fields["code"].help_text = _("Six digits from your app, or one of your recovery codes.")


class CodeAgainForm(_Counted, mfa_forms.ReauthenticateForm):
    """The same, before a step that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)


class ActivateAppForm(_Counted, ActivateTOTPForm):
    """The first code of an app that was just set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)
        self.fields["code"].label = "The six digits that the app shows now"


class AddPasskeyForm(AddWebAuthnForm):
    """A name for the passkey; the browser makes the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)
        self.fields["name"].help_text = "So that you know it again, for example “Work laptop”."
        self.fields["passwordless"].label = "Sign in with it alone, without a password"
        self.fields["passwordless"].help_text = "Your device then checks your finger, face or PIN each time."


class EditPasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_words(self.fields)


class AcceptForm(forms.Form):
    """Accepting an invitation without an account: name and password."""

    full_name = forms.CharField(
        label="Your name",
        max_length=150,
        help_text="As it stands on letters and beside your signature.",
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label="Choose a password",
        help_text="At least 12 characters. Three or four words that nobody else would put together are best.",
        strip=False,
        error_messages={"required": "Choose a password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="The password once more",
        strip=False,
        error_messages={"required": "Enter the password once more"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, second = found.get("password1"), found.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords are not the same")
        elif first:
            try:
                password_validation.validate_password(first)
            except ValidationError as error:
                self.add_error("password1", error)
        return found
