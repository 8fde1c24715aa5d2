"""Forms of officers: inviting an assessor, declaring a conflict for somebody, deciding about one."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from accreditation.enums import PanelRole
from accreditation.forms.reviews import ConflictForm, Crisp, words
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import User


class AssignForm(Crisp):
    """Who is asked to be what, and by when. The people are chosen in the page's own table."""

    role = forms.ChoiceField(
        label="Place on the panel",
        choices=PanelRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the place on the panel"},
    )
    due_on = DayMonthYearField(
        label="Judgement wanted by",
        help_text="For example, 15 1 2027. The assessor sees it with the invitation.",
    )
    user = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "Choose an assessor"})

    def clean_due_on(self) -> date:
        due: date = self.cleaned_data["due_on"]
        if due < timezone.localdate():
            raise forms.ValidationError("This day has passed: enter today or a later day")
        return due

    def chosen(self) -> str:
        """The id of the person chosen so far, for the table's radio buttons."""
        value = self.data.get("user") if self.is_bound else ""
        try:
            return str(UUID(str(value)))
        except ValueError:
            return ""


class ConflictForForm(ConflictForm):
    """A conflict that the office notes for somebody, for example because the institution named it."""

    person = forms.ChoiceField(label="Whose conflict is it?", error_messages={"required": "Choose a person"})

    field_order = ("person", "conflicts", "description")

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [
            ("", "Choose a person"),
            *((str(person.pk), person.full_name) for person in people),
        ]


class ConflictDecisionForm(Crisp):
    """Whether a conflict keeps a person away, and why."""

    blocks = forms.ChoiceField(
        label="Does this conflict keep the person from the case?",
        choices=(
            ("yes", "Yes: they leave the panel and see nothing of the case"),
            ("no", "No: they may assess it"),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no"},
    )
    reason = words(
        "Reason", rows=3, limit=2000, needed="Give the reason", help_text="It stays on record with the case."
    )
