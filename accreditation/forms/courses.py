"""Forms of a course's own details: what its rules say, its numbers by region, its modules."""

from typing import Any

from django import forms

from accreditation.enums import TOPICS, Award, ExperienceJudged, Framework
from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.models import Course, Module
from accreditation.rules import regions

UNKNOWN = "unknown"
YES_NO_UNKNOWN = (("yes", "Yes"), ("no", "No"), (UNKNOWN, "Not decided yet"))
TRUTH = {"yes": True, "no": False, UNKNOWN: None}
WORD = {True: "yes", False: "no", None: UNKNOWN}


def _yes_no(label: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_NO_UNKNOWN,
        widget=forms.RadioSelect,
        initial=UNKNOWN,
        error_messages={"required": "Choose yes, no or not decided yet"},
    )


def _known(value: str) -> str | None:
    return None if value == UNKNOWN else value


class CourseForm(forms.Form):
    """What the course's own rules say about admission, employers and direct entry."""

    title = forms.CharField(
        label="Course title",
        max_length=200,
        help_text="As it stands on the award certificate.",
        error_messages={"required": "Enter the course title"},
    )
    award = forms.ChoiceField(label="Award", choices=Award.choices, widget=forms.RadioSelect)
    direct_entry = forms.ChoiceField(
        label="Can people without a health profession join the course directly?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether people without a health profession can join"},
    )
    requires_professional_body = _yes_no(
        "Do your admissions rules ask that applicants are aligned with a professional body?"
    )
    experience_judged = forms.ChoiceField(
        label="How do your admissions rules judge experience?",
        choices=(*ExperienceJudged.choices, (UNKNOWN, "Not decided yet")),
        error_messages={"required": "Say how experience is judged, or choose not decided yet"},
        widget=forms.RadioSelect,
    )
    tells_students = _yes_no(
        "Do you tell graduates to present their portfolio and their award to their employer or regulator?"
    )
    tells_employers = _yes_no("Do you tell employers what to ask for?")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    @staticmethod
    def initial_of(course: Course) -> dict[str, Any]:
        """What the form shows for a course."""
        return {
            "title": course.title,
            "award": course.award,
            "direct_entry": WORD[course.direct_entry],
            "requires_professional_body": WORD[course.requires_professional_body],
            "experience_judged": course.experience_judged or UNKNOWN,
            "tells_students": WORD[course.tells_students],
            "tells_employers": WORD[course.tells_employers],
            "version": course.version,
        }

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "award": data["award"],
            "direct_entry": data["direct_entry"] == "yes",
            "requires_professional_body": TRUTH[data["requires_professional_body"]],
            "experience_judged": _known(data["experience_judged"]),
            "tells_students": TRUTH[data["tells_students"]],
            "tells_employers": TRUTH[data["tells_employers"]],
        }


class MinimumsForm(forms.Form):
    """The course's own minimum number of scans for each region and extra; empty where it sets none."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        for code, label in regions.LABELS.items():
            self.fields[code] = forms.IntegerField(
                label=label[:1].upper() + label[1:],
                required=False,  # all are: the page says so once
                min_value=1,
                max_value=10_000,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 5}),
                error_messages={
                    "invalid": f"The number for {label} must be a whole number, for example 40",
                    "min_value": f"The number for {label} must be 1 or more, or empty",
                    "max_value": f"The number for {label} must be 10,000 or less",
                },
            )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = {code: self.cleaned_data[code] for code in regions.LABELS if self.cleaned_data.get(code)}
        return {"minimum_scans": given}


class ModuleForm(KeyedForm):
    """A module, as position statement 5 asks about it."""

    code = forms.CharField(
        label="Module code", max_length=20, error_messages={"required": "Enter the module code"}
    )
    title = forms.CharField(
        label="Title", max_length=200, error_messages={"required": "Enter the module’s title"}
    )
    framework = forms.ChoiceField(
        label="Qualifications framework",
        choices=(*Framework.choices, (UNKNOWN, "Not known")),
        initial=UNKNOWN,
        error_messages={"required": "Choose the framework, or not known"},
        widget=forms.RadioSelect,
        help_text="A level means different things in different frameworks: SCQF 11 is the same as FHEQ 7.",
    )
    level = forms.IntegerField(
        label="Level",
        required=False,
        min_value=1,
        max_value=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 3}),
        error_messages={
            "invalid": "The level must be a number, for example 7",
            "min_value": "The level must be a number from 1 to 12",
            "max_value": "The level must be a number from 1 to 12",
        },
    )
    topics = forms.MultipleChoiceField(
        label="Which of the four topics does it teach?",
        choices=[(code, label[:1].upper() + label[1:]) for code, label in TOPICS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    formal_assessment = forms.ChoiceField(
        label="Is it formally assessed?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the module is formally assessed"},
    )
    relevant_to_remit = _yes_no("Is its content relevant to MSK ultrasound practice?")
    relevance_judged_by = forms.CharField(
        label="Who judged that?",
        required=False,
        max_length=150,
        help_text="A person or board, for example the external examiner.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        framework = _known(data.get("framework", UNKNOWN))
        if data.get("level") and not framework and "framework" not in self.errors:
            self.add_error("framework", "Choose the framework that the level belongs to")
        if framework and not data.get("level") and "level" not in self.errors:
            self.add_error("level", "Enter the level, for example 7")
        if TRUTH.get(data.get("relevant_to_remit", UNKNOWN)) is not None and not data.get(
            "relevance_judged_by"
        ):
            self.add_error("relevance_judged_by", "Enter who judged whether the module is relevant")
        return data

    @staticmethod
    def initial_of(module: Module) -> dict[str, Any]:
        """What the form shows for a module."""
        return {
            "code": module.code,
            "title": module.title,
            "framework": module.framework or UNKNOWN,
            "level": module.level,
            "topics": sorted(module.topics),
            "formal_assessment": WORD[module.formal_assessment],
            "relevant_to_remit": WORD[module.relevant_to_remit],
            "relevance_judged_by": module.relevance_judged_by,
            "version": module.version,
        }

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "code": data["code"],
            "title": data["title"],
            "framework": _known(data["framework"]),
            "level": data["level"],
            "topics": frozenset(data["topics"]),
            "formal_assessment": data["formal_assessment"] == "yes",
            "relevant_to_remit": TRUTH[data["relevant_to_remit"]],
            "relevance_judged_by": data["relevance_judged_by"],
        }
