"""The form in which the chair records the Committee's decision."""

from datetime import date
from typing import Any

from django import forms

from accreditation.enums import DecisionOutcome
from accreditation.forms.reviews import Crisp, words
from accreditation.forms.widgets import DayMonthYearField


class DecisionForm(Crisp):
    """Outcome, period, reasons, day of the meeting, typed name. Whether it holds together: `decisions.propose`."""

    outcome = forms.ChoiceField(
        label="What the Committee decided",
        choices=DecisionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the Committee decided"},
    )
    decided_on = DayMonthYearField(label="Date of the Committee’s meeting")
    period_from = DayMonthYearField(
        label="Accredited from",
        required=False,
        help_text="Only for “Accredited” and “Accredited with conditions”; it counts for nothing else.",
    )
    period_to = DayMonthYearField(
        label="Accredited until", required=False, help_text="The last day of the accreditation."
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

    def values(self) -> dict[str, Any]:
        """What the service takes. The period, which the form shows filled in, is dropped where the outcome has none."""
        cleaned = self.cleaned_data
        dates: dict[str, date | None] = {name: cleaned[name] for name in ("period_from", "period_to")}
        if cleaned["outcome"] in (DecisionOutcome.DEFER, DecisionOutcome.REFUSE):
            dates = dict.fromkeys(dates)
        kept = ("outcome", "decided_on", "reasons", "signed_name")
        return {**{name: cleaned[name] for name in kept}, **dates}
