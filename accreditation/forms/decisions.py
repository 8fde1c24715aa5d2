"""The form in which the chair records the Committee's decision."""

from datetime import date
from typing import Any

from django import forms

from accreditation.enums import DecisionOutcome
from accreditation.forms.reviews import Crisp, words
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import Meeting
from accreditation.rules.dates import spoken


class DecisionForm(Crisp):
    """Outcome, meeting, period, reasons, typed name. Whether it holds together: `decisions.propose`."""

    outcome = forms.ChoiceField(
        label="What the Committee decided",
        choices=DecisionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the Committee decided"},
    )
    meeting_id = forms.ChoiceField(
        label="Decided at",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the meeting at which this was decided",
            "invalid_choice": "Choose a meeting on whose agenda the case stands",
        },
    )
    period_from = DayMonthYearField(
        label="Accredited from",
        required=False,
        help_text="Only for “Accredited” and “Accredited with conditions”; it counts for nothing else.",
    )
    period_to = DayMonthYearField(
        label="Accredited until",
        required=False,
        help_text="The last day. Needed where the course is accredited.",
    )
    reasons = words(
        "The Committee’s reasons",
        rows=6,
        limit=10_000,
        needed="Give the Committee’s reasons: they stand in the letter",
        help_text="They stand in the letter to the course.",
    )
    signed_name = forms.CharField(
        label="Your full name",
        max_length=150,
        help_text="Typed as your signature under the decision letter.",
        error_messages={"required": "Type your name: it is your signature"},
    )
    seen_state = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, meetings: list[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["meeting_id"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [
            (str(one.pk), f"{one.get_kind_display()}, {spoken(one.held_on)}") for one in meetings
        ]
        if meetings:
            field.initial = str(meetings[0].pk)

    def values(self) -> dict[str, Any]:
        """What the service takes. The period, which the form shows filled in, is dropped where the outcome has none."""
        cleaned = self.cleaned_data
        dates: dict[str, date | None] = {name: cleaned[name] for name in ("period_from", "period_to")}
        if cleaned["outcome"] in (DecisionOutcome.DEFER, DecisionOutcome.REFUSE):
            dates = dict.fromkeys(dates)
        kept = ("outcome", "meeting_id", "reasons", "signed_name")
        return {**{name: cleaned[name] for name in kept}, **dates}
