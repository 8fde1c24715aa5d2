"""Forms with free text: once some words look like a patient's identifier, they ask why the words are kept."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accreditation.exceptions import Invalid

REASON = "identifier_reason"


class ReasonedForm(forms.Form):
    """Carries the reason in a hidden field, which shows when it is needed."""

    identifier_reason = forms.CharField(
        label="Why these words identify nobody", required=False, max_length=300, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != REASON] + [REASON])

    def ask_reason(self) -> None:
        """Shows the field."""
        self.fields[REASON].widget = forms.TextInput()

    def ask_again(self, given: Mapping[str, str]) -> None:
        """Shows the field where a reason was given before."""
        if given.get(REASON):
            self.ask_reason()

    def ask_if_needed(self, refused: Invalid) -> None:
        """Shows the field where a service asked for the reason."""
        if REASON in refused.problems:
            self.ask_reason()
