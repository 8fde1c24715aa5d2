"""The forms of a mentor without an account, and of whoever settles a dispute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accreditation.forms.layout import plain_helper


class CodeForm(forms.Form):
    """The eight digits of the second e-mail; spaces do not matter, and pasting works."""

    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("Eight digits, from the e-mail that was just sent."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Enter the code from the e-mail")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class LinkSignForm(forms.Form):
    """A signature behind a link: the code has already said who signs."""

    text_sha256 = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="Your full name, as your signature", max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Type your full name"},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class SettleForm(forms.Form):
    """How a dispute ends."""

    stands = forms.TypedChoiceField(
        label="What was found?",
        choices=[
            ("no", "The mentor did not sign it: take it out, and let the scans wait again"),
            ("yes", "The mentor signed it after all: it stands"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was found"},
    )
    reason = forms.CharField(
        label="How was it settled?", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example with whom you spoke, and when. The student can read it.",
        error_messages={"required": "Say how it was settled"},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
