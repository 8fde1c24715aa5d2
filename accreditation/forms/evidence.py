"""Forms of the library of evidence."""

from typing import Any

from django import forms

from accreditation.enums import Paper
from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.uploads import kinds


def _paper_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Which document is it?",
        required=False,
        choices=(("", "None of the list"), *Paper.choices),
        help_text="The library then shows which documents of your kind of application are there.",
    )


def _file_field(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        allow_empty_file=True,  # the service says it in better words
        widget=forms.FileInput(attrs={"accept": kinds.ACCEPT}),
        help_text=f"{kinds.ALLOWED_WORDS}; up to 25 MB.",
        error_messages={"required": "Choose a file", "missing": "Choose a file", "invalid": "Choose a file"},
    )


class UploadForm(KeyedForm):
    """A file for the library."""

    file = _file_field("File")
    title = forms.CharField(
        label="Title",
        required=False,
        max_length=200,
        help_text="What assessors see, for example Student handbook 2026. Empty: the file’s own name.",
    )
    paper = _paper_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class ReplaceForm(KeyedForm):
    """A newer version of a file."""

    file = _file_field("Newer version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class TitleForm(forms.Form):
    """A file's title."""

    title = forms.CharField(label="Title", max_length=200, error_messages={"required": "Enter a title"})
    paper = _paper_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
