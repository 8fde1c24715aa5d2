"""Forms on conditions: the assessor's view, and the steps of CASE. The course's answer: `forms.submissions.AnswerForm`."""

from typing import Any

from django import forms

from accreditation.enums import ConditionVerdict
from accreditation.forms.reviews import Crisp, words
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import ConditionView


class ViewForm(Crisp):
    """An assessor's view of an answer; the audience stands at each box."""

    verdict = forms.ChoiceField(
        label="Does this answer meet the condition?",
        choices=ConditionVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the condition is met"},
    )
    words_for_course = words(
        "Words for the course",
        rows=4,
        limit=5000,
        help_text="The course reads them once CASE has closed the condition or given it back. Needed unless it is met.",
    )
    private = words(
        "Words for CASE only",
        rows=3,
        limit=5000,
        help_text="The other assessor, the office and the Committee read them. The course never does.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, row: ConditionView | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {
                "verdict": row.verdict,
                "words_for_course": row.words,
                "private": row.private,
                "version": row.version,
            }
        super().__init__(*args, **kwargs)


class StepForm(Crisp):
    """A reason, for a step of CASE on a condition; carries the version that the page saw."""

    reason = words("Reason", rows=4, limit=5000)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, help_text


class ExtendForm(StepForm):
    """Another day for a condition, and why."""

    due_on = DayMonthYearField(
        label="Must now be met by",
        error_messages={"required": "Enter the new day, for example 28 2 2027"},
    )
    field_order = ("due_on", "reason")
