"""Forms of a submission: opening it, answering a clause, declaring, withdrawing."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from accreditation.enums import CourseKind, SubmissionKind
from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.models import Course, Evidence, Submission
from accreditation.rules.standards import EDITIONS
from accreditation.services.clause_team import LONGEST_NOTE
from accreditation.services.submissions import LONGEST_ANSWER
from accreditation.uploads import kinds

KIND_HINTS = {
    SubmissionKind.NEW: "The course was never accredited by CASE.",
    SubmissionKind.REACCREDITATION: "The course is accredited, and its period ends.",
    SubmissionKind.FOCUSED: "A short course with a clearly defined scope.",
    SubmissionKind.MODULE: "One module for people who practise already.",
    SubmissionKind.MAJOR_CHANGE: "An accredited course changes in what it teaches, assesses or awards. You name the "
    "clauses it touches.",
    SubmissionKind.MINOR_CHANGE: "An accredited course changes in a detail. You name the clauses it touches.",
    SubmissionKind.INTERIM: "About two years after a new accreditation.",
}


class OpenForm(KeyedForm):
    """What a course applies for."""

    kind = forms.ChoiceField(
        label="What are you applying for?",
        choices=SubmissionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you are applying for"},
    )

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        choices = [(kind, f"{kind.label}. {KIND_HINTS[kind]}") for kind in SubmissionKind]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        if course.kind == CourseKind.FOCUSED:
            self.initial.setdefault("kind", SubmissionKind.FOCUSED)


class ScopeForm(forms.Form):
    """Which clauses a change touches."""

    clauses = forms.MultipleChoiceField(
        label="Clauses that the change touches",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one clause"},
    )

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"clauses": submission.clauses})
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        choices = [(one.id, f"{one.id} {one.label}") for one in EDITIONS[submission.edition].clauses]
        self.fields["clauses"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """A clause's answer, with a file to cite or to upload beside it: one form, so that no button loses what is typed."""

    text = forms.CharField(
        label="Your answer",
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"max_length": f"The answer must have {LONGEST_ANSWER:,} characters or fewer"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    evidence = forms.ChoiceField(label="File in the library", required=False)
    pages = forms.CharField(label="Pages", required=False, max_length=60)
    file = forms.FileField(
        label="New file",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": kinds.ACCEPT}),
        help_text=f"{kinds.ALLOWED_WORDS}; up to 25 MB.",
    )
    title = forms.CharField(label="Its title", required=False, max_length=200)
    file_pages = forms.CharField(label="Pages to cite", required=False, max_length=60)
    carer = forms.ChoiceField(
        label="Looked after by",
        required=False,
        error_messages={"invalid_choice": "Choose somebody who is on the course’s team today"},
    )
    note = forms.CharField(
        label="Add a note",
        required=False,
        max_length=LONGEST_NOTE,
        error_messages={"max_length": f"The note must have {LONGEST_NOTE:,} characters or fewer"},
    )

    def __init__(
        self,
        *args: Any,
        library: list[Evidence],
        team: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.offer(library)
        self.fields["carer"].choices = list(team)  # type: ignore[attr-defined]

    def offer(self, library: Iterable[Evidence]) -> None:
        """Sets the files that can be chosen."""
        self.fields["evidence"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a file"),
            *((str(file.pk), label_of(file)) for file in library),
        ]

    @property
    def evidence_id(self) -> UUID | None:
        chosen = self.cleaned_data.get("evidence")
        return UUID(chosen) if chosen else None


def label_of(file: Evidence) -> str:
    """A file as a line of a list: "E3 Student handbook (48 pages)"."""
    pages = "" if not file.pages else " (1 page)" if file.pages == 1 else f" ({file.pages} pages)"
    return f"E{file.number} {file.title}{pages}"


class SectionForm(forms.Form):
    """The question on leaving a section."""

    complete = forms.TypedChoiceField(
        label="Have you completed this section?",
        choices=(("yes", "Yes, this section is complete"), ("no", "No, I will come back to it later")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you have completed this section"},
        help_text="Your work is saved either way.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class DeclarationForm(forms.Form):
    """The declaration with which a leader of the course submits. Carries what the page saw."""

    declared_name = forms.CharField(
        label="Your full name",
        max_length=150,
        help_text="Typing your name here stands for your signature.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your full name"},
    )
    declared_role = forms.CharField(
        label="Your role",
        max_length=150,
        help_text="For example Course leader.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": "Enter your role, for example Course leader"},
    )
    declared = forms.BooleanField(
        label="I declare that the answers and the evidence are complete and true to the best of my knowledge, and that "
        "they name no patient.",
        error_messages={"required": "Tick the declaration to submit"},
    )
    seen_state = forms.CharField(widget=forms.HiddenInput)
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class SeenForm(forms.Form):
    """A change of state without more words: what the page saw."""

    seen_state = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
