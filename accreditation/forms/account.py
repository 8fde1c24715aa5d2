"""allauth's forms with our words: labels above the boxes, no words inside them that vanish while typing."""

from typing import Any

from allauth.account import forms as allauth_forms
from django.forms import Field

LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Your password now",
    "password1": "New password",
    "password2": "New password, once more",
}


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
