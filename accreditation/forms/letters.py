"""Forms about letters: their texts, why one is refused or withdrawn, and which reminder is made."""

from django import forms

from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.letters.language import MAX_CHARACTERS


class TextForm(KeyedForm):
    """A draft of a text. `version` is that of the draft which was shown, 0 where there was none."""

    text = forms.CharField(
        label="The text",
        max_length=MAX_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "class": "letter-text", "spellcheck": "true"}),
        error_messages={"required": "Write the text of the letter"},
    )
    note = forms.CharField(
        label="What is new in it",
        max_length=300,
        required=False,
        help_text="One sentence for the list of versions.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    helper = plain_helper()


class ReasonForm(KeyedForm):
    """Why a letter is not approved, or withdrawn."""

    reason = forms.CharField(
        label="Why?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why, in a sentence"},
    )
    helper = plain_helper()


class MakeForm(KeyedForm):
    """Which letter is made about a decision, of those that have a place now."""

    kind = forms.ChoiceField(
        label="Which letter?", widget=forms.RadioSelect, error_messages={"required": "Choose the letter"}
    )
    helper = plain_helper()

    def __init__(self, *args: object, kinds: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
