"""Forms for files of scans: the file, and what its columns hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.imports.keeping import ACCEPT
from portfolios.enums import ScanRole, Subject, Supervision
from portfolios.imports.columns import COLUMNS

LEAVE_OUT = ("", "Leave this column out")


class BringForm(KeyedForm):
    """A file of scans."""

    file = forms.FileField(
        label="File of scans", help_text="CSV or Excel (.xlsx), up to 25 MB and 250,000 lines.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": "Choose a file"},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class ColumnsForm(forms.Form):
    """What each column of a file holds, and what holds for lines that do not say it themselves."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        headings: Sequence[str],
        examples: Sequence[str],
        guessed: Sequence[str],
        fixed: Mapping[str, str],
        mentors: Mapping[str, str],
        course: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        names = [(name, label) for name, label in COLUMNS.items() if course or name != "student"]
        self.columns = [f"column-{place}" for place in range(len(headings))]
        for place, heading in enumerate(headings):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=heading or f"Column {place + 1}, without a heading", choices=[LEAVE_OUT, *names], required=False,
                initial=guessed[place] if place < len(guessed) else "",
                help_text=f"For example: {examples[place]}" if place < len(examples) and examples[place] else "",
            )  # fmt: skip
        for name, label, choices in (
            ("subject", "Who was scanned", Subject.choices), ("supervision", "Supervision", Supervision.choices),
            ("role", "Your part", ScanRole.choices), ("mentor", "Mentor", list(mentors.items())),
        ):  # fmt: skip
            nothing = [] if name == "role" else [("", "Not said")]
            self.fields[f"fixed-{name}"] = forms.ChoiceField(
                label=f"{label}, where a line does not say it", choices=[*nothing, *choices], required=False,
                initial=fixed.get(name, ScanRole.PERFORMED if name == "role" else ""),
            )  # fmt: skip

    def chosen(self) -> list[str]:
        """What each column holds, in order."""
        return [self.cleaned_data[name] for name in self.columns]

    def fixed(self) -> dict[str, str]:
        """What holds for lines that do not say it."""
        names = ("subject", "supervision", "role", "mentor")
        return {name: value for name in names if (value := self.cleaned_data[f"fixed-{name}"])}
