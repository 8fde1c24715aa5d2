"""Forms that start national runs: which edition is tried; which letters are written again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from accreditation.enums import LetterKind, LetterTask
from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.rules.clauses import Edition
from accreditation.rules.dates import spoken


class ImpactForm(KeyedForm):
    """The edition that is tried on every case."""

    edition = forms.ChoiceField(
        label="Edition",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the edition to try"},
    )

    def __init__(self, *args: Any, editions: Iterable[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        found = [(one.name, f"{one.title}, {one.published} ({one.name})") for one in editions]
        field = self.fields["edition"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = found
        if len(found) == 1:
            field.initial = found[0][0]


class LettersForm(KeyedForm):
    """Which letters, and what becomes of them."""

    task = forms.ChoiceField(
        label="What is to be done",
        choices=LetterTask.choices,
        widget=forms.RadioSelect,
        initial=LetterTask.REBUILD,
        error_messages={"required": "Choose what is to be done"},
    )
    decided_on = forms.TypedChoiceField(
        label="Meeting of the Committee",
        help_text="Needed where letters are replaced.",
        required=False,
        coerce=date.fromisoformat,
        empty_value=None,
    )
    kind = forms.ChoiceField(
        label="Kind of letter",
        choices=[("", "All kinds"), *LetterKind.choices],
        required=False,
    )
    reason = forms.CharField(
        label="Why they are replaced",
        help_text="Each new letter quotes it. Needed where letters are replaced.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, meetings: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        field = self.fields["decided_on"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", "All meetings"), *((day.isoformat(), spoken(day)) for day in meetings)]
