"""The form of a competency assessment."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accreditation.forms.keys import KeyedForm
from accreditation.forms.widgets import DayMonthYearField
from accreditation.rules.regions import EXTRAS, LABELS, REGIONS
from mentors.forms.register import COLUMNS, HelpedForm
from mentors.models import Mentor
from portfolios.enums import AssessmentKind, AssessmentOutcome
from portfolios.forms.plain_words import ReasonedForm

EXAMPLE = "For example, 14 3 2025."


def _labelled(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, LABELS[code].capitalize()) for code in codes]


class AssessmentForm(ReasonedForm, HelpedForm, KeyedForm):
    """One attempt. The list of regions is the form; the body map beside it ticks the same boxes."""

    kind = forms.ChoiceField(
        label="Kind", choices=AssessmentKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose the kind of assessment"},
    )  # fmt: skip
    on = DayMonthYearField(label="Date of the assessment", help_text=EXAMPLE)
    regions = forms.MultipleChoiceField(
        label="Regions examined", required=False, choices=_labelled(REGIONS), widget=forms.CheckboxSelectMultiple,
        help_text="Tick here or press a place on the body: both are the same.",
    )  # fmt: skip
    extras = forms.MultipleChoiceField(
        label="Beyond the regions", required=False, choices=_labelled(EXTRAS),
        widget=forms.CheckboxSelectMultiple(attrs=COLUMNS),
    )  # fmt: skip
    first_region = forms.ChoiceField(
        label="Counts for", required=False, choices=[("", "The only region"), *_labelled((*REGIONS, *EXTRAS))],
        help_text="Where several were examined: an examination counts for one region; for others CASE’s assessors decide.",
    )  # fmt: skip
    case = forms.CharField(
        label="Case number of the patient", required=False, max_length=20,
        help_text="Needed for an unseen patient. The assessor’s own number, never a hospital number: it is compared with"
        " the student’s log, because a patient who stands there was not unseen.",
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label="Outcome", choices=AssessmentOutcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose passed or failed"},
    )  # fmt: skip
    assessor_mentor = forms.ModelChoiceField(
        label="Assessor from the mentor register",
        queryset=Mentor.objects.none(),
        required=False,
        empty_label="Choose …",
    )
    assessor_name = forms.CharField(
        label="Or the assessor’s name",
        required=False,
        max_length=150,
        help_text="Where it is no mentor of the register.",
    )
    signed_on = DayMonthYearField(
        label="Signed off by the assessor on", required=False,
        help_text="As on the assessor’s form. Empty: not signed off yet, and it does not count until it is.",
    )  # fmt: skip
    comment = forms.CharField(
        label="Comment", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was good, what was missing. Never who the patient is.",
    )  # fmt: skip

    def __init__(self, *args: Any, mentors: QuerySet[Mentor], own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("regions", "assessor_mentor", "assessor_name"):  # one of several, which `clean` asks for
            self.fields[name].needed = True  # type: ignore[attr-defined]
        if own:  # a mentor enters what they themselves assessed, and signs it off by sending the form
            for name in ("assessor_mentor", "assessor_name", "signed_on"):
                del self.fields[name]
        else:
            self.fields["assessor_mentor"].queryset = mentors  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        parts = [*given.get("regions", ()), *given.get("extras", ())]
        first = given.get("first_region") or (parts[0] if len(parts) == 1 else "")
        if not parts:
            self.add_error("regions", "Choose at least one region.")
        elif not first:
            self.add_error("first_region", "Say for which of the regions the examination counts.")
        elif first not in parts:
            self.add_error("first_region", "This region is not among those examined.")
        if given.get("kind") == AssessmentKind.UNSEEN_PATIENT and not given.get("case"):
            self.add_error(
                "case", "Enter the case number: without it nobody can see that the patient was unseen."
            )
        if given.get("assessor_mentor") and given.get("assessor_name"):
            self.add_error("assessor_name", "Choose the mentor or type a name, not both.")
        given["parts"] = [first, *(part for part in parts if part != first)]
        return given

    def entry(self) -> dict[str, Any]:
        """What was typed, for the service."""
        names = ("kind", "on", "outcome", "case", "comment", "identifier_reason", "signed_on")
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return values | {"regions": self.cleaned_data["parts"]}


class SignOffForm(HelpedForm, KeyedForm):
    """A sign-off: by the assessor, today; by the course's team, with the day on the assessor's form."""

    signed_on = DayMonthYearField(label="Signed off by the assessor on", help_text=EXAMPLE)

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            del self.fields["signed_on"]
