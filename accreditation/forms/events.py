"""Forms of the event of a case: proposing it, changing it, saying when one can come."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accreditation.calendar import spoken_moment
from accreditation.enums import Availability, EventKind
from accreditation.forms.keys import KeyedForm
from accreditation.forms.reviews import Crisp, words
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import CaseEvent, EventDate

ROWS = 4
CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")


class ClockField(forms.Field):
    """A time of day as people write it: 9:30, 09.30 or 0930; gives a `datetime.time`, None where it is empty."""

    widget = forms.TextInput(attrs={"maxlength": 5, "class": "clock"})

    def to_python(self, value: Any) -> time | None:
        text = str(value or "").strip()
        if not text:
            return None
        found = CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError("Enter a time of day, for example 10:00")
        return time(int(found[1]), int(found[2]))


class DetailsForm(Crisp):
    """Where, how long, and what about."""

    minutes = forms.IntegerField(
        label="How long, in minutes",
        min_value=15,
        max_value=24 * 60,
        error_messages={
            "required": "Enter how long it takes, for example 180",
            "invalid": "Enter a whole number of minutes, for example 180",
        },
    )
    place = forms.CharField(label="Place", max_length=300, required=False)
    link = forms.CharField(
        label="Link to join online", max_length=500, required=False, help_text="Beginning with https://"
    )
    agenda = words("Agenda", rows=6, limit=10_000, help_text="Everybody who is asked reads it.")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError("Enter a whole link, beginning with https://")
        return link


def details_of(event: CaseEvent) -> dict[str, Any]:
    """What `DetailsForm` shows of an event at first."""
    return {name: getattr(event, name) for name in ("minutes", "place", "link", "agenda", "version")}


class ProposeForm(DetailsForm, KeyedForm):
    """A new event with up to four moments, of which one is needed."""

    kind = forms.ChoiceField(
        label="What kind of event is it?",
        choices=EventKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a visit or an online event"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(1, ROWS + 1):
            hint = "For example, 14 3 2027." if row == 1 else ""
            self.fields[f"date_{row}"] = DayMonthYearField(
                label=f"Day {row}",
                required=row == 1,
                help_text=hint,
                error_messages={"required": "Propose at least one day, for example 14 3 2027"},
            )
            self.fields[f"time_{row}"] = ClockField(
                label=f"Time on day {row}",
                required=row == 1,
                help_text="For example, 10:00." if row == 1 else "",
                error_messages={"required": "Enter the time on day 1, for example 10:00"},
            )
        rows = [(f"date_{row}", f"time_{row}") for row in range(1, ROWS + 1)]
        self.order_fields(["kind", *(name for row in rows for name in row)])
        moments = [name for row in rows for name in row]
        others = [name for name in self.fields if name not in ("kind", *moments)]
        self.helper.layout = Layout("kind", *(Div(*row, css_class="day-and-time") for row in rows), *others)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in range(1, ROWS + 1):
            day, clock = cleaned.get(f"date_{row}"), cleaned.get(f"time_{row}")
            if day and clock is None and f"time_{row}" not in self.errors and row > 1:
                self.add_error(f"time_{row}", f"Enter the time on day {row}, for example 10:00")
            if clock is not None and not day and f"date_{row}" not in self.errors:
                self.add_error(f"date_{row}", f"Enter day {row}, or take its time away")
        return cleaned

    def moments(self) -> list[datetime]:
        """The proposed moments, in London."""
        rows = (
            (self.cleaned_data.get(f"date_{n}"), self.cleaned_data.get(f"time_{n}"))
            for n in range(1, ROWS + 1)
        )
        return [
            timezone.make_aware(datetime.combine(day, clock))
            for day, clock in rows
            if isinstance(day, date) and isinstance(clock, time)
        ]


class AnswerForm(Crisp):
    """For each proposed moment, whether the person can come."""

    def __init__(self, *args: Any, dates: Iterable[EventDate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in dates:
            self.fields[f"date_{one.pk}"] = forms.ChoiceField(
                label=spoken_moment(one.starts_at),
                choices=Availability.choices,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose whether you can come on {spoken_moment(one.starts_at)}"},
            )
