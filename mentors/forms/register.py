"""Forms of the mentor register. They check what was typed; the services decide."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.forms.widgets import DayMonthYearField
from accreditation.models import Course
from accreditation.rules import regions
from mentors.enums import Area, Body, Country, Msk, Precision, QualificationKind, SeenStatus

REGIONS = [(code, label[:1].upper() + label[1:]) for code, label in regions.LABELS.items()]
COLUMNS = {"data-look": "columns"}
BLANK = [("", "Choose …")]


class HelpedForm(forms.Form):
    """A form that crispy draws without its own form tag."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class MentorForm(HelpedForm, KeyedForm):
    """A new entry on the register."""

    full_name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="Work e-mail address", required=False)
    body = forms.ChoiceField(label="Regulator", required=False, choices=[*BLANK, *Body.choices])
    registration_number = forms.CharField(
        label="Registration number", required=False, max_length=20, help_text="For example PH123456 for HCPC."
    )
    consent_on = DayMonthYearField(
        label="Consent to be on the register given on", help_text="For example, 14 3 2025.", required=False
    )


class QualificationForm(HelpedForm, KeyedForm):
    """An award or level; also used to correct one, where the source is asked for."""

    kind = forms.ChoiceField(label="Qualification", choices=[*BLANK, *QualificationKind.choices])
    title = forms.CharField(label="Title as on the certificate", required=False, max_length=200)
    awarding_body = forms.CharField(label="Awarding university or body", required=False, max_length=200)
    msk = forms.ChoiceField(label="In MSK ultrasound?", choices=Msk.choices, initial=Msk.UNKNOWN)
    level = forms.TypedChoiceField(
        label="Level",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "No level"), (1, "1"), (2, "2"), (3, "3")],
        help_text="Of a radiology level of practice only.",
    )
    country = forms.ChoiceField(label="Awarded in", choices=Country.choices, initial=Country.UK)
    ratified_on = DayMonthYearField(
        label="Ratified by the examination board on",
        required=False,
        help_text="Not the day of graduation. If only the month or year is known, enter any day in it and say so below.",
    )
    precision = forms.ChoiceField(
        label="How much of the date is known?", choices=Precision.choices, initial=Precision.DAY
    )
    source = forms.CharField(
        label="Where is this known from?", max_length=200, help_text="For example: transcript seen."
    )


class RemitForm(HelpedForm, KeyedForm):
    """A mentor's remit from a day on."""

    regions = forms.MultipleChoiceField(
        label="Regions and extras",
        choices=REGIONS,
        widget=forms.CheckboxSelectMultiple(attrs=COLUMNS),
        error_messages={"required": "Choose at least one region"},
    )
    since = DayMonthYearField(
        label="From which day on?",
        required=False,
        help_text="Leave empty where it has always been so. An earlier remit ends the day before.",
    )
    source = forms.CharField(label="Where is this known from?", required=False, max_length=200)


class BreakForm(HelpedForm, KeyedForm):
    """A time without MSK ultrasound practice."""

    since = DayMonthYearField(label="First day of the break", help_text="For example, 14 3 2025.")
    until = DayMonthYearField(
        label="Last day of the break", required=False, help_text="Leave empty if it is not over."
    )
    reason = forms.CharField(label="Reason", required=False, max_length=200)


class CheckForm(HelpedForm, KeyedForm):
    """What the regulator's register showed."""

    on = DayMonthYearField(label="Looked up on", help_text="For example, 14 3 2025.")
    status = forms.ChoiceField(
        label="Status that was shown", choices=SeenStatus.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note", required=False, max_length=200)


class ProposeForm(HelpedForm, KeyedForm):
    """A course proposes a mentor of its own."""

    full_name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="Work address", help_text="CASE writes to the mentor there.")
    body = forms.ChoiceField(label="Regulator", choices=[*BLANK, *Body.choices])
    registration_number = forms.CharField(
        label="Registration number", max_length=20, help_text="For example PH123456 for HCPC."
    )


class EntryForm(HelpedForm, KeyedForm):
    """Name, address, regulator and number, corrected. Carries the version that the page saw."""

    full_name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="Work e-mail address", required=False)
    body = forms.ChoiceField(label="Regulator", required=False, choices=[*BLANK, *Body.choices])
    registration_number = forms.CharField(label="Registration number", required=False, max_length=20)
    version = forms.IntegerField(widget=forms.HiddenInput)


class EmploymentForm(HelpedForm, KeyedForm):
    """Where a mentor works, from when to when."""

    employer = forms.CharField(label="Employer", max_length=200)
    site = forms.CharField(label="Site", required=False, max_length=200)
    area = forms.ChoiceField(label="Region of the country", choices=Area.choices, initial=Area.ENGLAND)
    job = forms.CharField(label="Role", required=False, max_length=150)
    since = DayMonthYearField(label="From which day on?", help_text="For example, 14 3 2025.")
    until = DayMonthYearField(label="Last day", required=False, help_text="Leave empty if it goes on.")


class DocumentForm(HelpedForm, KeyedForm):
    """A file behind a qualification."""

    title = forms.CharField(label="What is it?", max_length=200, help_text="For example: transcript.")
    file = forms.FileField(label="File", help_text="PDF, picture or Word, up to 25 MB.")


class RemarkForm(HelpedForm, KeyedForm):
    """A mentor says what is not right."""

    text = forms.CharField(
        label=_("What is not right?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class SettleForm(HelpedForm, KeyedForm):
    """An officer says what was done."""

    answer = forms.CharField(label="What was done?", max_length=500)


class CorrectionMixin(forms.Form):
    """What every correction of a row with a period asks."""

    source = forms.CharField(
        label="Where is this known from?", max_length=200, help_text="For example: told by the mentor."
    )
    withdrawn = forms.BooleanField(
        label="It never held: take the row out", required=False,
        help_text="It stays on record, with the day until which it was believed.",
    )  # fmt: skip


class RemitCorrection(HelpedForm, KeyedForm, CorrectionMixin):
    """A remit that was recorded wrongly."""

    field_order = ("regions", "since", "until", "source", "withdrawn")
    regions = forms.MultipleChoiceField(
        label="Regions and extras", choices=REGIONS, widget=forms.CheckboxSelectMultiple(attrs=COLUMNS)
    )
    since = DayMonthYearField(label="From which day on?", required=False)
    until = DayMonthYearField(label="Last day", required=False)


class BreakCorrection(HelpedForm, KeyedForm, CorrectionMixin):
    """A break that was recorded wrongly."""

    field_order = ("since", "until", "reason", "source", "withdrawn")
    since = DayMonthYearField(label="First day of the break")
    until = DayMonthYearField(label="Last day of the break", required=False)
    reason = forms.CharField(label="Reason", required=False, max_length=200)


class EmploymentCorrection(EmploymentForm, CorrectionMixin):
    """A place of work that was recorded wrongly, or that has ended."""


class LeaveForm(HelpedForm, KeyedForm):
    """Somebody leaves the register."""

    on = DayMonthYearField(label="Last day on the register", help_text="For example, 14 3 2025.")
    reason = forms.CharField(
        label="Why?", max_length=200, help_text="For example: retired; moved abroad; asked to be taken off."
    )


class ReturnForm(HelpedForm, KeyedForm):
    """Somebody is on the register again."""

    since = DayMonthYearField(label="From which day on?", help_text="For example, 14 3 2025.")
    source = forms.CharField(
        label="Where is this known from?", max_length=200, help_text="For example: told by the mentor."
    )


class ConsentForm(HelpedForm, KeyedForm):
    """A mentor agreed to be on the register."""

    on = DayMonthYearField(label="Consent given on", help_text="For example, 14 3 2025.")
    source = forms.CharField(
        label="Where is this known from?", max_length=200, help_text="For example: e-mail of that day."
    )


class WithdrawForm(HelpedForm, KeyedForm):
    """A mentor no longer agrees."""

    on = DayMonthYearField(label="Consent withdrawn on", help_text="For example, 14 3 2025.")
    reason = forms.CharField(label="What was said?", required=False, max_length=200)


class ListingCorrection(HelpedForm, KeyedForm, CorrectionMixin):
    """Days on the register that were recorded wrongly."""

    field_order = ("since", "until", "reason", "source", "withdrawn")
    since = DayMonthYearField(label="On the register from")
    until = DayMonthYearField(
        label="Last day on the register",
        required=False,
        help_text="Leave empty for somebody who is on it now.",
    )
    reason = forms.CharField(label="Why it ended", required=False, max_length=200)


class ConsentCorrection(HelpedForm, KeyedForm, CorrectionMixin):
    """A consent that was recorded wrongly."""

    field_order = ("since", "until", "reason", "source", "withdrawn")
    since = DayMonthYearField(label="Given on")
    until = DayMonthYearField(label="Withdrawn on", required=False, help_text="Leave empty while it holds.")
    reason = forms.CharField(label="What was said", required=False, max_length=200)


class ImportForm(HelpedForm, KeyedForm):
    """A file of mentors."""

    file = forms.FileField(
        label="File of mentors", help_text="CSV or Excel (.xlsx), up to 5 MB and 10,000 lines."
    )


class PlaceForm(HelpedForm, KeyedForm):
    """A mentor takes students of a course, from a day on."""

    course = forms.ModelChoiceField(
        label="Which course?", queryset=Course.objects.none(), empty_label="Choose …"
    )
    site = forms.CharField(label="At which site?", required=False, max_length=200)
    since = DayMonthYearField(
        label="From which day on?", help_text="For example, 14 3 2025.", initial=timezone.localdate
    )
    until = DayMonthYearField(label="Last day", required=False, help_text="Leave empty if it goes on.")

    def __init__(self, *args: Any, courses: QuerySet[Course], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]


class EndPlacementForm(HelpedForm, KeyedForm):
    """A mentor no longer takes students of a course."""

    until = DayMonthYearField(label="Last day", help_text="For example, 14 3 2025.")
