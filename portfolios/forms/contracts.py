"""The forms of a learning contract: a proposed version, and a signature."""

from typing import Any

from django import forms

from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.models import User
from accreditation.rules.regions import EXTRAS, LABELS, REGIONS
from portfolios.forms.plain_words import ReasonedForm

COLUMNS = {"data-look": "columns"}


def _labelled(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, LABELS[code].capitalize()) for code in codes]


class ContractForm(ReasonedForm, KeyedForm):
    """One version of a contract. The list of regions is the form; the body map beside it ticks the same boxes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    regions = forms.MultipleChoiceField(
        label="Regions of the remit", required=False, choices=_labelled(REGIONS),
        widget=forms.CheckboxSelectMultiple, help_text="Tick here or press a place on the body: both are the same.",
    )  # fmt: skip
    extras = forms.MultipleChoiceField(
        label="Beyond the regions", required=False, choices=_labelled(EXTRAS),
        widget=forms.CheckboxSelectMultiple(attrs=COLUMNS),
        help_text="No region contains these: each is agreed by its name, or it is outside the remit.",
    )  # fmt: skip
    terms = forms.CharField(
        label="What else is agreed", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="For example sessions a week, how images are reviewed, who stands in for the mentor.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["regions"].needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not (given["regions"] or given["extras"]):
            self.add_error("regions", "Choose at least one region.")
        return given


class SignForm(forms.Form):
    """A signature: the full name, the password once more, and the sum of the text that was shown."""

    text_sha256 = forms.CharField(widget=forms.HiddenInput)
    party = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="Your full name, as your signature", max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Type your full name"},
    )  # fmt: skip
    password = forms.CharField(
        label="Your password, to confirm that it is you", strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter the password with which you sign in"},
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.helper = plain_helper()

    def clean_password(self) -> str:
        """Raises where it is not the password of the person signed in."""
        given: str = self.cleaned_data["password"]
        if not self.by.check_password(given):
            raise forms.ValidationError("This is not your password. Nothing was signed.")
        return given
