"""Forms of the Committee's meetings: planning one, and who takes no part in a case."""

from typing import Any

from django import forms

from accreditation.enums import ConflictKind, MeetingKind
from accreditation.forms.events import ClockField
from accreditation.forms.keys import KeyedForm
from accreditation.forms.reviews import Crisp, words
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import Meeting, User


class MeetingForm(Crisp, KeyedForm):
    """When and how the Committee decides; a second press of the same form plans nothing again."""

    kind = forms.ChoiceField(
        label="How does the Committee decide?",
        choices=MeetingKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the Committee decides"},
    )
    held_on = DayMonthYearField(
        label="Day", help_text="Of the meeting; by circulation, the last day on which members answer."
    )
    starts_at = ClockField(label="Begins at", required=False, help_text="For example, 10:00.")
    place = forms.CharField(label="Place", max_length=300, required=False)
    link = forms.CharField(
        label="Link to join online", max_length=500, required=False, help_text="Beginning with https://"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)


def details_of(meeting: Meeting) -> dict[str, Any]:
    """What `MeetingForm` shows of a meeting at first."""
    names = ("kind", "held_on", "place", "link", "version")
    shown = {name: getattr(meeting, name) for name in names}
    return shown | {"starts_at": f"{meeting.starts_at:%H:%M}" if meeting.starts_at else ""}


class RecuseForm(Crisp):
    """Why a member takes no part in a case; for an officer, also who."""

    person = forms.ChoiceField(
        label="Which member?", error_messages={"required": "Choose a member of the Committee"}
    )
    kind = forms.ChoiceField(
        label="Why?",
        choices=ConflictKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why this member takes no part"},
    )
    reason = words(
        "In a sentence",
        rows=3,
        limit=2000,
        needed="Say in a sentence why",
        help_text="Officers read it. The minutes name only the kind that you chose.",
    )

    def __init__(self, *args: Any, people: list[User] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["person"]
            return
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", "Choose a member"), *((str(one.pk), one.full_name) for one in people)]


class TakesPartForm(Crisp):
    """Why a member may take part after all."""

    reason = words(
        "Why may this member take part?",
        rows=3,
        limit=2000,
        needed="Say why this member may take part",
        help_text="It is kept with the case.",
    )
