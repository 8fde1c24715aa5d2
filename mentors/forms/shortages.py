"""Forms of shortage exceptions. They check what was typed; the services decide."""

from typing import Any

from django import forms

from accreditation.forms.keys import KeyedForm
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import Course
from mentors.enums import Area
from mentors.forms.register import HelpedForm
from mentors.models import Mentor
from mentors.selectors import placed_mentors

WORDS = forms.Textarea(attrs={"rows": 5})


class ClaimForm(HelpedForm, KeyedForm):
    """A course says that mentors are short."""

    reason = forms.CharField(
        label="Why are mentors short?", max_length=5000, widget=WORDS,
        help_text="Who left, where, and what that means for your students.",
    )  # fmt: skip
    search_made = forms.CharField(
        label="What was done to find mentors?", max_length=5000, widget=WORDS,
        help_text="Whom you asked, where you advertised, and what came of it.",
    )  # fmt: skip
    area = forms.ChoiceField(
        label="In which region of the country?", choices=Area.choices, initial=Area.ENGLAND
    )
    since = DayMonthYearField(label="From which day on?", help_text="For example, 14 3 2025.")
    until = DayMonthYearField(label="Until which day?", help_text="An exception ends. You can claim again.")
    relies_on = forms.ModelMultipleChoiceField(
        label="Which team members with two years does this rely on?",
        queryset=Mentor.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="At least one other member of each student’s team must have reached two years.",
        error_messages={"required": "Choose at least one team member that this relies on"},
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relies_on"].queryset = placed_mentors(course.pk).order_by("full_name")  # type: ignore[attr-defined]


class DecideForm(HelpedForm, KeyedForm):
    """An officer accepts or refuses, under their own name."""

    accept = forms.TypedChoiceField(
        label="Your decision",
        choices=[("yes", "Accept: there is a significant shortage of mentors"), ("no", "Refuse")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you accept the claim"},
    )
    until = DayMonthYearField(
        label="Until which day?", required=False, help_text="Leave empty for the last day that was claimed."
    )
    reason = forms.CharField(label="Reason", max_length=5000, widget=WORDS)


class EndForm(HelpedForm, KeyedForm):
    """An officer ends an exception early."""

    on = DayMonthYearField(label="Last day of the exception", help_text="For example, 14 3 2025.")
    reason = forms.CharField(label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
