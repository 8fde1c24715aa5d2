"""The forms of a passport: made by the graduate, recorded as presented by whoever it was shown to."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accreditation.forms.keys import KeyedForm
from accreditation.forms.layout import plain_helper
from accreditation.rules.dates import spoken
from accreditation.rules.regions import PARTS
from accreditation.wording import region_headed
from portfolios.enums import PassportSection, PresentedTo

DAYS = (7, 30, 90, 180, 365)


class PassportForm(KeyedForm):
    """How long the link opens, and what stands on the passport beside award and remit."""

    purpose = forms.CharField(
        label="For whom?", required=False, max_length=100,
        help_text="A note for yourself, for example the employer’s name. It does not stand on the passport.",
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label="How long does the link open?", coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "Choose how long the link opens"},
    )  # fmt: skip
    sections = forms.MultipleChoiceField(
        label="What stands on it beside your award and your remit?", required=False,
        choices=PassportSection.choices, widget=forms.CheckboxSelectMultiple,
        help_text="Award and remit always do. Reflections, comments and indications never do.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        offered = sorted(
            {day for day in DAYS if day <= settings.PASSPORT_MAX_DAYS} | {settings.PASSPORT_DAYS}
        )
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (day, f"{day} days, until {spoken(today + timedelta(days=day))}") for day in offered
        ]
        self.fields["days"].initial = settings.PASSPORT_DAYS
        self.fields["sections"].initial = PassportSection.values
        self.helper = plain_helper()


class ListForm(forms.Form):
    """The regions of a planned scan list. Sent by GET: nothing is kept of it."""

    list = forms.MultipleChoiceField(
        label=_("What will be on the scan list?"), required=False,
        choices=[(part, lazy(region_headed, str)(part)) for part in PARTS],
        widget=forms.CheckboxSelectMultiple(attrs={"data-look": "columns"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class PresentedForm(forms.Form):
    """Whoever the passport was shown to says so (PS3.2)."""

    to = forms.ChoiceField(
        label=_("For whom do you record it?"), widget=forms.RadioSelect,
        choices=[(code, _(label)) for code, label in PresentedTo.choices],
        error_messages={"required": _("Choose for whom you record it")},
    )  # fmt: skip
    recipient = forms.CharField(
        label=_("Name of the employer or body"), max_length=200,
        help_text=_("The organisation, for example an NHS trust; no person’s name is needed."),
        error_messages={"required": _("Enter the name of the employer or body")},
    )  # fmt: skip
    shown = forms.MultipleChoiceField(
        label=_("What was presented to you?"),
        choices=[("award", _("Evidence of the award")), ("portfolio", _("The portfolio with its remit"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what was presented to you")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
