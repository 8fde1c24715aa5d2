"""The forms of annual monitoring: the return itself, a document, a flag."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from accreditation import monitoring as rules
from accreditation.forms.reviews import Crisp, words
from accreditation.rules.standards import EDITIONS


class ReturnForm(forms.Form):
    """Every line of the return, and beside each line of words whether it is as last year."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, entered: Mapping[str, Any], same: list[str], version: int, **kwargs: Any
    ) -> None:
        kwargs["initial"] = dict(entered) | {"version": version} | {f"same_{code}": True for code in same}
        super().__init__(*args, **kwargs)
        for line in rules.NUMBERS:
            self.fields[line.code] = forms.IntegerField(
                label=line.label,
                required=False,
                min_value=0,
                max_value=1_000_000,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "form-control number-box"}),
                error_messages={"invalid": "Enter a whole number, 0 or more"},
            )
        for line in rules.WORDS:
            self.fields[line.code] = forms.CharField(
                label=line.label,
                required=False,
                max_length=5000,
                help_text=line.help,
                widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
            )
            self.fields[f"same_{line.code}"] = forms.BooleanField(
                label="Unchanged since last year", required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Line → what was entered."""
        return {code: self.cleaned_data.get(code) for code in rules.LINES}

    def same(self) -> list[str]:
        """The lines that were confirmed as unchanged."""
        return [line.code for line in rules.WORDS if self.cleaned_data.get(f"same_{line.code}")]


class FlagForm(Crisp):
    """What the next review should look at."""

    clause = forms.ChoiceField(
        label="Clause", error_messages={"required": "Choose the clause that it belongs to"}
    )
    words = words("What should the next review look at?", rows=3, limit=2000, needed="Say what to look at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["clause"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        clauses = EDITIONS[settings.STANDARD].clauses
        field.choices = [("", "Choose a clause"), *((one.id, f"{one.id} {one.label}") for one in clauses)]
