"""Forms of results and awards."""

from typing import Any

from django import forms

from accreditation.forms.keys import KeyedForm
from accreditation.forms.widgets import DayMonthYearField
from mentors.forms.register import COLUMNS, REGIONS, HelpedForm
from portfolios.enums import AwardKind, ResultOutcome

EXAMPLE = "For example, 14 3 2025."
WRONG = "What stands until now stays on record with this reason."


class BoardForm(HelpedForm, KeyedForm):
    """What the results of a cohort have in common."""

    on = DayMonthYearField(label="Day of the board, if known", required=False, help_text=EXAMPLE)


class CorrectResultForm(HelpedForm, KeyedForm):
    """The right result in place of a wrong one."""

    outcome = forms.ChoiceField(
        label="The right result", choices=[("", "There is none yet"), *ResultOutcome.choices], required=False
    )
    on = DayMonthYearField(label="Day of the board, if known", required=False, help_text=EXAMPLE)
    reason = forms.CharField(
        label="What was wrong?", max_length=300, help_text=WRONG,
        error_messages={"required": "Say what was wrong"},
    )  # fmt: skip


class DatesForm(HelpedForm, KeyedForm):
    """The three dates of an award, as they come."""

    ratified_on = DayMonthYearField(
        label="Ratified by the examination board on", required=False,
        help_text="The board’s minute or letter. Only this date ends the duty of direct supervision, from the day after.",
    )  # fmt: skip
    published_on = DayMonthYearField(
        label="Published on",
        required=False,
        help_text="When results were made known. It ends no supervision.",
    )
    conferred_on = DayMonthYearField(
        label="Conferred on", required=False, help_text="Graduation or certificate. It ends no supervision."
    )


REGION_FIELD = {
    "label": "Regions that an interim award covers", "required": False, "choices": REGIONS,
    "help_text": "Only for an interim award. A final award covers the whole remit of the learning contract.",
}  # fmt: skip


class AwardForm(DatesForm):
    """An award."""

    kind = forms.ChoiceField(
        label="Which award?", choices=AwardKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose interim or final"},
    )  # fmt: skip
    regions = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple(attrs=COLUMNS),
        **REGION_FIELD,  # type: ignore[arg-type]
    )

    field_order = ("kind", "regions", "ratified_on", "published_on", "conferred_on")


class CorrectAwardForm(DatesForm):
    """The right award in place of a wrong one."""

    regions = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple(attrs=COLUMNS),
        **REGION_FIELD,  # type: ignore[arg-type]
    )
    withdrawn = forms.BooleanField(label="There is no such award", required=False)
    reason = forms.CharField(
        label="What was wrong?", max_length=300, help_text=WRONG,
        error_messages={"required": "Say what was wrong"},
    )  # fmt: skip

    field_order = ("regions", "ratified_on", "published_on", "conferred_on", "withdrawn", "reason")

    def __init__(self, *args: Any, interim: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not interim:
            del self.fields["regions"]
