"""Forms of an application: who it is, registrations, experience with its files, the judgement, enrolment."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from accreditation.forms.keys import KeyedForm
from accreditation.forms.widgets import DayMonthYearField
from accreditation.uploads import kinds
from accreditation.wording import join
from mentors.enums import Body, SeenStatus
from mentors.forms.register import HelpedForm
from portfolios.enums import ExperienceOutcome, Specialism

EXAMPLE = "For example, 14 3 2025."
BODIES = [("", "Choose …"), *Body.choices]


class ApplicantForm(HelpedForm, KeyedForm):
    """Somebody who applies."""

    full_name = forms.CharField(label="Full name", max_length=150)
    profession = forms.CharField(
        label="Profession",
        max_length=100,
        help_text="For example physiotherapist, radiographer, rheumatologist.",
    )
    applied_on = DayMonthYearField(label="Applied on", help_text=EXAMPLE, initial=timezone.localdate)


class DetailsForm(HelpedForm, KeyedForm):
    """Name, profession and cohort. Carries the version that the page saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    full_name = forms.CharField(label="Full name", max_length=150)
    profession = forms.CharField(label="Profession", max_length=100)
    cohort = forms.CharField(label="Cohort", required=False, max_length=20, help_text="For example 2026-27.")


class RegistrationForm(HelpedForm, KeyedForm):
    """An entry with a regulator or professional body, as it is given. What its register shows is a look-up of its own."""

    body = forms.ChoiceField(label="Regulator or professional body", choices=BODIES)
    other_body = forms.CharField(
        label="Name of the body", required=False, max_length=100, help_text="Only where it is another body."
    )
    number = forms.CharField(
        label="Registration number", max_length=20,
        help_text="For example PH123456 for HCPC, 7 digits for GMC, 71A2998E for NMC. Only its form is checked here.",
    )  # fmt: skip


class LookUpForm(HelpedForm, KeyedForm):
    """What the regulator's public register showed."""

    on = DayMonthYearField(label="Looked up on", help_text=EXAMPLE, initial=timezone.localdate)
    status = forms.ChoiceField(
        label="What the register showed", choices=SeenStatus.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what the register showed"},
    )  # fmt: skip
    since = DayMonthYearField(
        label="Registered since, if the register shows it", required=False, help_text=EXAMPLE
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=200,
        help_text="For example restrictions on practice that it showed.",
    )


class ExperienceForm(HelpedForm, KeyedForm):
    """Experience before the course."""

    specialism = forms.ChoiceField(
        label="Specialism", choices=Specialism.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose the specialism"},
    )  # fmt: skip
    description = forms.CharField(
        label="What was done, and where", max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Which patients and questions, which responsibility, which training. This is what is judged.",
    )  # fmt: skip
    months = forms.IntegerField(
        label="Months", required=False, min_value=0, max_value=720,
        help_text="For information. How long it was decides nothing (PS1).",
    )  # fmt: skip


class FileForm(HelpedForm, KeyedForm):
    """A file behind experience."""

    title = forms.CharField(
        label="What is it?", max_length=200, help_text="For example: referee’s letter, competency record."
    )
    file = forms.FileField(
        label="File", allow_empty_file=True, widget=forms.FileInput(attrs={"accept": kinds.ACCEPT}),
        help_text=f"{kinds.ALLOWED_WORDS}; up to 25 MB. No patient may be recognisable in it.",
        error_messages={"required": "Choose a file", "missing": "Choose a file", "invalid": "Choose a file"},
    )  # fmt: skip


class JudgeForm(HelpedForm, KeyedForm):
    """The course's judgement of the experience."""

    outcome = forms.ChoiceField(
        label="The experience is", choices=ExperienceOutcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose how you judge the experience"},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What the applicant knows and can do, and what shows it. Not for how long. The applicant reads this.",
        error_messages={"required": "Give the reason: what the applicant knows and can do, not for how long"},
    )  # fmt: skip


class EnrolForm(HelpedForm, KeyedForm):
    """Enrolment. The reason is asked for where the rules found something open."""

    on = DayMonthYearField(label="First day on the course", help_text=EXAMPLE, initial=timezone.localdate)
    cohort = forms.CharField(label="Cohort", max_length=20, help_text="For example 2026-27.")
    reason = forms.CharField(
        label="Why you enrol although something is open", required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, cohorts: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].needed = True  # type: ignore[attr-defined]
        if cohorts:
            cohort = self.fields["cohort"]
            cohort.help_text = f"For example 2026-27. On this course there are {join(cohorts)}."

    def hide_reason(self) -> None:
        """Where nothing is open, nothing is asked."""
        self.fields["reason"].widget = forms.HiddenInput()


class MoveForm(HelpedForm, KeyedForm):
    """A move: from which day on, and why."""

    on = DayMonthYearField(label="From", help_text=EXAMPLE, initial=timezone.localdate)
    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The course team and the person themselves read this. Leave health details out.",
        error_messages={"required": "Give the reason"},
    )  # fmt: skip
    expected_back = DayMonthYearField(label="Expected back on", required=False, help_text=EXAMPLE)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != "interrupt":
            del self.fields["expected_back"]


class TakeBackForm(HelpedForm, KeyedForm):
    """An entry that was wrong."""

    reason = forms.CharField(
        label="What was wrong?", max_length=300, help_text="The entry stays on record with this reason.",
        error_messages={"required": "Say what was wrong"},
    )  # fmt: skip
