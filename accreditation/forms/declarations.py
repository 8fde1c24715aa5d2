"""The forms of declarations: a course about an assessor, and what assessors say about themselves."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accreditation.enums import ConflictKind
from accreditation.forms.keys import KeyedForm
from accreditation.forms.reviews import Crisp, InvitationForm, words
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import AssessorProfile, Institution, MemberBody


class CourseDeclarationForm(InvitationForm):
    """None, or which; an officer who answers in the course's place says how they know."""

    note = words("How do you know what the course declares?", rows=2, limit=500)
    field_order = ("interest", "conflicts", "description", "note")

    def __init__(self, *args: Any, outside: bool, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["interest"].label = f"Does your institution have a conflict of interest with {name}?"
        field = self.fields["interest"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [
            ("none", "No: neither the institution nor the course team has one"),
            ("some", "Yes, there is something to declare"),
        ]
        if outside:
            self.fields["note"].required = True
            self.fields["note"].error_messages["required"] = "Say how you know, for example by whose e-mail"
        else:
            del self.fields["note"]


class ProfileForm(Crisp, KeyedForm):
    """Member body and expertise, as officers see them when they look for a panel."""

    member_body = forms.ModelChoiceField(
        MemberBody.objects.none(), label="Member body of CASE", required=False, empty_label="None"
    )
    expertise = forms.CharField(
        label="Expertise",
        required=False,
        max_length=300,
        help_text="A few words, for example: shoulder and hand; interventional; portfolio assessment.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, profile: AssessorProfile | None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "member_body": profile.member_body_id if profile else None,
            "expertise": profile.expertise if profile else "",
            "version": profile.version if profile else 0,
        }
        super().__init__(*args, **kwargs)
        field = self.fields["member_body"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = MemberBody.objects.exclude(until__lt=timezone.localdate())


class AbsenceForm(Crisp, KeyedForm):
    """Days on which an assessor is away."""

    since = DayMonthYearField(label="First day away", help_text="For example, 20 12 2026.")
    until = DayMonthYearField(label="Last day away", help_text="For example, 4 1 2027.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", "The last day cannot be before the first")
        return cleaned


class InterestForm(Crisp, KeyedForm):
    """A standing interest in an institution."""

    institution = forms.ModelChoiceField(
        Institution.objects.all(),
        label="Institution",
        empty_label="Choose an institution",
        error_messages={"required": "Choose the institution"},
    )
    kind = forms.ChoiceField(
        label="What is it?",
        choices=ConflictKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )
    words = forms.CharField(label="In a few words", required=False, max_length=300)
    since = DayMonthYearField(label="From", required=False, help_text="For example, 1 9 2023.")
    until = DayMonthYearField(label="Until", required=False, help_text="Empty while it lasts.")

    field_order = ("institution", "kind", "words", "since", "until")
