"""Forms of the office's page of people and of a course's team."""

from typing import Any

from django import forms

from accreditation.enums import CourseTeamRole
from accreditation.forms.keys import KeyedForm
from accreditation.forms.reviews import Crisp, words
from accreditation.models import Institution
from accreditation.roles import BODY_ROLES

ROLE_CHOICES = [(role.code, f"{role.title}: {role.description}") for role in BODY_ROLES]


class _Address(Crisp):
    full_name = forms.CharField(
        label="Full name",
        max_length=150,
        help_text="As it stands on letters.",
        error_messages={"required": "Enter the person's name"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="E-mail address",
        help_text="At work. The link goes there, and to no other address.",
        error_messages={
            "required": "Enter the e-mail address",
            "invalid": "Enter an e-mail address, for example name@university.ac.uk",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class InviteForm(KeyedForm, _Address):
    """An invitation by the office: an account, with roles of the body or without."""

    institution = forms.ModelChoiceField(
        Institution.objects.all(), label="University or provider", required=False, empty_label="None"
    )
    roles = forms.MultipleChoiceField(
        label="Roles of CASE",
        choices=ROLE_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None for a course leader: they are invited to their course, from its page.",
    )
    field_order = ("full_name", "email", "institution", "roles")


class TeamInviteForm(KeyedForm, _Address):
    """An invitation to a course's team."""

    role = forms.ChoiceField(
        label="What will they do?",
        choices=(
            (CourseTeamRole.MEMBER, "Course team: answers clauses, adds evidence, keeps students"),
            (CourseTeamRole.LEADER, "Course leader: also submits, and invites colleagues"),
        ),
        initial=CourseTeamRole.MEMBER,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they will do"},
    )
    field_order = ("full_name", "email", "role")


class RolesForm(Crisp):
    """The roles of the body that a person holds."""

    roles = forms.MultipleChoiceField(
        label="Roles", choices=ROLE_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class DetailsForm(_Address):
    """A person's name, address and institution."""

    institution = forms.ModelChoiceField(
        Institution.objects.all(), label="University or provider", required=False, empty_label="None"
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "They sign in with it. The old and the new address are told."


class CloseForm(Crisp):
    """Why an account is closed."""

    reason = words(
        "Why is this account closed?",
        rows=3,
        limit=300,
        needed="Give the reason",
        help_text="Officers read it on this person’s page. For example: left CASE on 1 September.",
    )


class FindForm(forms.Form):
    """Narrowing the list of people."""

    q = forms.CharField(required=False, max_length=100)
    role = forms.CharField(required=False, max_length=30)
    closed = forms.BooleanField(required=False)
