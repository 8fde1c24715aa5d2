"""The form for one scan: made for a thumb, complete without script, and with no place for who the patient is."""

import uuid
from typing import Any

from django import forms

from accreditation.forms.layout import plain_helper
from accreditation.forms.widgets import DayMonthYearField
from accreditation.rules import regions
from mentors.models import Mentor
from portfolios import pathologies
from portfolios.enums import ScanRole, Side, Subject, Supervision
from portfolios.forms.plain_words import ReasonedForm
from portfolios.services.scans import ScanEntry

Grades = list[tuple[str, str]]

COLUMNS = {"data-look": "columns"}
PAIRS = {"data-look": "pairs"}
ROW = {"data-look": "row"}
CARDS = {"data-look": "cards"}


ALIKE = ("mentor", "supervision", "role", "subject", "reflection")
"""What a student who repeats a scan mostly leaves as it was."""


def _labelled(codes: Any, labels: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, labels[code][:1].upper() + labels[code][1:]) for code in codes]


class ScanForm(forms.Form):
    """One scan. The case number is given by itself; findings are offered for the regions of the remit.

    What differs from scan to scan comes first: whoever repeats one need not pass by what stays the same.
    """

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    on = DayMonthYearField(label="Date of the scan", help_text="For example, 14 3 2025.")
    regions = forms.MultipleChoiceField(
        label="Regions", widget=forms.CheckboxSelectMultiple(attrs=PAIRS),
        error_messages={"required": "Choose at least one region"},
    )  # fmt: skip
    side = forms.ChoiceField(
        label="Side", required=False, choices=Side.choices, widget=forms.RadioSelect(attrs=ROW)
    )
    pathologies = forms.MultipleChoiceField(
        label="Findings", required=False, widget=forms.CheckboxSelectMultiple(attrs=PAIRS)
    )
    other_finding = forms.CharField(label="Other finding", required=False, max_length=200)
    age = forms.IntegerField(
        label="Age in years", required=False, min_value=0, max_value=120,
        help_text="No name, date of birth, NHS or hospital number, anywhere on this page.",
    )  # fmt: skip
    indication = forms.CharField(label="Indication: what was asked", required=False, max_length=300)
    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=480,
        error_messages={"required": "Enter the minutes, for example 25"},
    )
    mentor = forms.ModelChoiceField(
        label="Your mentor for this scan", queryset=Mentor.objects.none(), empty_label="Choose …",
        error_messages={"required": "Choose the mentor who supervised this scan"},
    )  # fmt: skip
    supervision = forms.ChoiceField(
        label="How were you supervised?", choices=Supervision.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose how you were supervised"},
    )  # fmt: skip
    role = forms.ChoiceField(
        label="Your part", choices=ScanRole.choices, initial=ScanRole.PERFORMED,
        widget=forms.RadioSelect(attrs=PAIRS),
    )  # fmt: skip
    subject = forms.ChoiceField(
        label="Who was scanned?", choices=Subject.choices, initial=Subject.PATIENT,
        widget=forms.RadioSelect(attrs=PAIRS),
        help_text="Only patients count. Anything else is kept apart as learning.",
    )  # fmt: skip
    reflection = forms.CharField(
        label="Reflection", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    identifier_reason = forms.CharField(
        label="Why these words identify nobody", required=False, max_length=300, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, parts: tuple[str, ...], mentors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        offered = parts or regions.REGIONS
        codes = dict.fromkeys(code for part in offered for code in pathologies.offered_for(part))
        codes.pop("other", None)
        self.fields["regions"].choices = _labelled(offered, regions.LABELS)  # type: ignore[attr-defined]
        self.fields["pathologies"].choices = _labelled([*codes, "other"], pathologies.LABELS)  # type: ignore[attr-defined]
        self.fields["mentor"].queryset = mentors  # type: ignore[attr-defined]

    def ask_reason(self) -> None:
        """Shows the field for the reason, once some words look like a patient's identifier."""
        self.fields["identifier_reason"].widget = forms.TextInput()

    def varying(self) -> list[forms.BoundField]:
        """The fields that differ from scan to scan, and the reason where it is asked for."""
        return [field for field in self.visible_fields() if field.name not in ALIKE]

    def alike(self) -> list[forms.BoundField]:
        """The fields that mostly stay as they were in the scan before."""
        return [self[name] for name in ALIKE]

    def offered(self) -> str:
        """Region → findings, for the script that hides the others: "knee:effusion,synovitis;elbow:…"."""
        chosen = [code for code, _ in self.fields["regions"].choices]  # type: ignore[attr-defined]
        return ";".join(f"{part}:{','.join(pathologies.offered_for(part))}" for part in chosen)

    def entry(self) -> ScanEntry:
        """What was typed, for the service."""
        values = dict(self.cleaned_data)
        values["regions"] = frozenset(values["regions"])
        values["pathologies"] = frozenset(values["pathologies"])
        return ScanEntry(**values)


class CorrectForm(ScanForm):
    """A scan that is corrected: the same fields, with the version that the student saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def entry(self) -> ScanEntry:
        self.cleaned_data.pop("version", None)
        return super().entry()


class AppraiseForm(ReasonedForm):
    """A mentor's appraisal of one scan, on the scale of the course. Nothing is chosen beforehand."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    technique = forms.ChoiceField(label="Technique", widget=forms.RadioSelect(attrs=CARDS), required=False)
    image = forms.ChoiceField(label="Images", widget=forms.RadioSelect(attrs=CARDS), required=False)
    report = forms.ChoiceField(label="Report", widget=forms.RadioSelect(attrs=CARDS), required=False)
    patient_care = forms.ChoiceField(
        label="Patient care", widget=forms.RadioSelect(attrs=CARDS), required=False
    )
    grade = forms.ChoiceField(
        label="Overall grade",
        widget=forms.RadioSelect(attrs=CARDS),
        required=False,
        help_text="Needed where you sign the appraisal.",
    )
    comment = forms.CharField(
        label="Comment", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000,
        help_text="One sentence that helps. Needed for a query, and where you were not the mentor.",
    )  # fmt: skip

    def __init__(self, *args: Any, grades: Grades, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        for name in ("technique", "image", "report", "patient_care", "grade"):
            self.fields[name].choices = grades  # type: ignore[attr-defined]
        self.fields["grade"].needed = True  # type: ignore[attr-defined]  # for whoever signs; a query needs none


class SeveralForm(ReasonedForm):
    """One grade and one comment for several scans. Nothing is chosen beforehand."""

    grade = forms.ChoiceField(
        label="Overall grade of each", widget=forms.RadioSelect(attrs=COLUMNS),
        error_messages={"required": "Choose a grade"},
    )  # fmt: skip
    comment = forms.CharField(
        label="Comment for each", widget=forms.Textarea(attrs={"rows": 3}), max_length=5000,
        error_messages={"required": "Write one sentence that helps"},
    )  # fmt: skip

    def __init__(self, *args: Any, grades: Grades, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["grade"].choices = grades  # type: ignore[attr-defined]
