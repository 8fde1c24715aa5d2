"""What a person is told by e-mail."""

from django import forms

from accreditation.enums import InformationMail
from accreditation.forms.reviews import Crisp


class MailChoiceForm(Crisp):
    """How information is to come; duties always come by e-mail."""

    information = forms.ChoiceField(
        label="E-mail about things that need nothing from you",
        choices=InformationMail.choices,
        widget=forms.RadioSelect,
        help_text="For example that a case went to the Committee. It stands on the page Notices, whatever you choose.",
        error_messages={"required": "Choose how you want to be informed"},
    )
