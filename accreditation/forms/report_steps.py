"""Forms of the steps between a report's signatures and the decision."""

from typing import Any

from django import forms

from accreditation.enums import CalibrationVerdict
from accreditation.forms.reviews import Crisp, words
from accreditation.models import User


class LookForm(Crisp):
    """Whether a condition can stand."""

    verdict = forms.ChoiceField(
        label="Can this condition stand?",
        choices=CalibrationVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the condition can stand"},
    )
    reason = words(
        "What to change, and why",
        rows=4,
        limit=5000,
        help_text="The panel reads it and answers. The course never does.",
    )


class NameForm(Crisp):
    """Which member looks at the conditions."""

    person = forms.ChoiceField(
        label="Which member looks at the conditions?", error_messages={"required": "Choose a member"}
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", "Choose a member"), *((str(one.pk), one.full_name) for one in people)]


class StaysForm(Crisp):
    """Why a condition stays as it is."""

    answer = words(
        "Why does the condition stay as it is?",
        rows=4,
        limit=5000,
        needed="Say why the condition stays as it is",
        help_text="The Committee reads it and looks at the condition again.",
    )


class SettleForm(Crisp):
    """What the panel does after a correction."""

    changed = forms.TypedChoiceField(
        label="Is the report changed?",
        choices=(("yes", "Yes, the report is changed"), ("no", "No, it stays as it is")),
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the report is changed"},
    )
    answer = words(
        "What is changed, or why not",
        rows=5,
        limit=5000,
        needed="Say what is changed, or why nothing is",
        help_text="The course and the Committee read it.",
    )


class PaperForm(Crisp):
    """A list of issues, or a headline report."""

    text = words("What the course should read", rows=14, limit=20_000)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
