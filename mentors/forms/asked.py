"""What a page of the register is asked: for which day, as known on which day, for which region. All in the address."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accreditation.forms.layout import plain_helper
from accreditation.forms.widgets import DayMonthYearField, DayMonthYearWidget
from accreditation.rules import regions

REGIONS = [(code, label[:1].upper() + label[1:]) for code, label in regions.LABELS.items()]
STANDINGS = [
    ("", "Any"),
    ("met", "Eligible"),
    ("judge", "For an assessor"),
    ("missing", "Cannot be decided"),
    ("not_met", "Not eligible"),
]
EXAMPLE = "For example, 14 3 2025."


class AddressDayWidget(DayMonthYearWidget):
    """Three boxes that also read one value from an address: `?known=2025-03-14`."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> str | None:
        return super().value_from_datadict(data, files, name) or str(data.get(name) or "").strip() or None


def day_field(label: str, help_text: str = EXAMPLE) -> DayMonthYearField:
    """A day that may stay empty."""
    return DayMonthYearField(label=label, help_text=help_text, required=False, widget=AddressDayWidget())


class AskForm(forms.Form):
    """The day asked about and the day whose knowledge is asked for; either may stay empty and means today."""

    on = day_field("On which day?")
    known = day_field("As known on", "Leave empty for what is known today.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_known(self) -> date | None:
        known: date | None = self.cleaned_data["known"]
        if known and known > timezone.localdate():
            raise forms.ValidationError("Nobody knows yet what will be known on a day to come")
        return known

    @property
    def asked(self) -> dict[str, Any]:
        """What could be read, field by field; the rest is as if it had not been asked."""
        self.is_valid()
        return self.cleaned_data

    @property
    def problem(self) -> str:
        """What could not be read, in one line."""
        return " ".join(str(one) for some in self.errors.values() for one in some)

    @property
    def day(self) -> date:
        """The day asked about."""
        return self.asked.get("on") or timezone.localdate()

    @property
    def known_on(self) -> date:
        """The day whose knowledge is asked for."""
        return self.asked.get("known") or timezone.localdate()

    @property
    def looks_back(self) -> bool:
        """Whether the page shows what was known on a day before today."""
        return self.known_on < timezone.localdate()

    @property
    def tail(self) -> str:
        """The query string that keeps day and knowledge on the way to the next page; empty for today."""
        kept = {name: self.asked[name].isoformat() for name in ("on", "known") if self.asked.get(name)}
        return f"?{urlencode(kept)}" if kept else ""


class MentorAskForm(AskForm):
    """A mentor's page: also for one region."""

    region = forms.ChoiceField(
        label="Which region?", required=False, choices=[("", "All of the remit"), *REGIONS]
    )


class FilterForm(AskForm):
    """What the list of mentors is narrowed to. Anything it cannot read is left out."""

    q = forms.CharField(label="Name, number or site", required=False, max_length=100)
    region = forms.ChoiceField(label="Region", required=False, choices=[("", "Any region"), *REGIONS])
    standing = forms.ChoiceField(label="Eligible on the day", required=False, choices=STANDINGS)
    weeks = forms.IntegerField(
        label="Eligibility ends within (weeks)", required=False, min_value=1, max_value=104
    )

    @property
    def narrows(self) -> bool:
        """Whether anything at all is asked."""
        return any(self.asked.values())

    @property
    def query(self) -> str:
        """What is asked, as the query string of an address, in a fixed order."""
        values = {
            name: value.isoformat() if isinstance(value, date) else str(value)
            for name, value in sorted(self.asked.items())
            if value
        }
        return urlencode(values)

    @property
    def horizon(self) -> date | None:
        """The last day of the weeks asked for."""
        weeks = self.asked.get("weeks")
        return timezone.localdate() + timedelta(weeks=weeks) if weeks else None
