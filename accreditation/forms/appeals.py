"""Forms of an appeal and of a decision that supersedes another."""

from typing import Any

from django import forms

from accreditation.forms.decisions import DecisionForm
from accreditation.forms.reviews import Crisp, words
from accreditation.forms.widgets import DayMonthYearField


class GroundsForm(Crisp):
    """The grounds of an appeal."""

    grounds = words(
        "Your grounds",
        rows=10,
        limit=20_000,
        needed="Say on which grounds you appeal",
        help_text="What was wrong with the decision or with how it came about, and where that can be seen.",
    )


class AppealStepForm(Crisp):
    """Something that was done about an appeal."""

    on = DayMonthYearField(label="Done on")
    text = words(
        "What was done", rows=4, limit=5000, needed="Say what was done", help_text="The course reads this."
    )


class AppealEndForm(Crisp):
    """How an appeal ended."""

    upheld = forms.TypedChoiceField(
        label="What was decided about the appeal?",
        choices=(
            ("yes", "Upheld: the chair records a new decision"),
            ("no", "Dismissed: the decision stands"),
        ),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what was decided"},
    )
    outcome = words(
        "By whom, and why",
        rows=5,
        limit=10_000,
        needed="Say by whom it was decided, and why",
        help_text="The course reads this.",
    )


class SupersedeDecisionForm(DecisionForm):
    """A decision in the place of another, with the reason."""

    reason = words(
        "Why the decision is superseded",
        rows=4,
        limit=2000,
        needed="Say why the decision is superseded",
        help_text="The new letter quotes it.",
    )
    seen_decision = forms.CharField(widget=forms.HiddenInput, max_length=40)
    field_order = ("reason",)

    def values(self) -> dict[str, Any]:
        kept = ("reason", "seen_decision")
        return {**super().values(), **{name: self.cleaned_data[name] for name in kept}}


class RecallForm(Crisp):
    """Why a decision is recalled."""

    reason = words(
        "Why is the decision recalled?", rows=4, limit=2000, needed="Say why the decision is recalled"
    )
    seen_decision = forms.CharField(widget=forms.HiddenInput, max_length=40)
