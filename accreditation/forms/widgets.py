"""Widgets of the house: a date in three boxes, as people read it from a certificate."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

PARTS = ("day", "month", "year")
SEAM = "\x1f"  # between parts that are no date; nobody types it into a box
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}


class DayMonthYearWidget(forms.Widget):
    """Three text boxes, day, month and year. Names: `<field>_day`, `<field>_month`, `<field>_year`.

    Gives the field the ISO text of a full date, or, where a box is empty or no number, the typed parts
    joined by SEAM, so that the field can say what is wrong and the boxes keep what was typed. A month may be a word.
    """

    template_name = "components/widgets/date_boxes.html"
    use_fieldset = True

    def __init__(self, attrs: Mapping[str, Any] | None = None, *, birthday: bool = False) -> None:
        super().__init__(dict(attrs or {}))
        self.birthday = birthday

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> str | None:
        """ISO date, the parts as typed, or None where all three boxes are empty or absent."""
        typed = [str(data.get(f"{name}_{part}") or "").strip() for part in PARTS]
        if not any(typed):
            return None
        day, month, year = typed
        month_number = MONTHS.get(month.lower().rstrip("."), month)
        if day.isdecimal() and str(month_number).isdecimal() and year.isdecimal() and len(year) == 4:
            return f"{int(year):04d}-{int(month_number):02d}-{int(day):02d}"
        return SEAM.join(typed)

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> bool:
        return all(f"{name}_{part}" not in data for part in PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_day" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        base = context["widget"]["attrs"].get("id", f"id_{name}")
        invalid = "is-invalid" in str(context["widget"]["attrs"].get("class", self.attrs.get("class", "")))
        context["widget"]["boxes"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{base}_{part}",
                "label": part.capitalize(),
                "part": part,
                "value": typed,
                "invalid": invalid,
                "size": 4 if part == "year" else 2,
                "autocomplete": f"bday-{part}" if self.birthday else "off",
            }
            for part, typed in zip(PARTS, _parts(value), strict=True)
        ]
        return context


def _parts(value: object) -> tuple[str, str, str]:
    if isinstance(value, dt.date):
        return str(value.day), str(value.month), str(value.year)
    text = str(value or "")
    if text.count(SEAM) == 2:
        day, month, year = text.split(SEAM)
        return day, month, year
    if text.count("-") == 2:
        year, month, day = text.split("-")
        return day.lstrip("0"), month.lstrip("0"), year
    return "", "", ""


class DayMonthYearField(forms.DateField):
    """A date typed as day, month and year; its errors name the part that is missing or wrong."""

    widget = DayMonthYearWidget
    default_error_messages = {
        "required": "Enter the date, for example 14 3 2025",
        "incomplete": "The date must include a %(missing)s",
        "invalid": "The date must be a real date, for example 14 3 2025",
    }

    def to_python(self, value: Any) -> dt.date | None:
        """The date; ValidationError `incomplete` where a box is empty, `invalid` where the parts are no date."""
        if isinstance(value, str) and value.count(SEAM) == 2:
            missing = [part for part, typed in zip(PARTS, value.split(SEAM), strict=True) if not typed]
            if missing:
                raise ValidationError(
                    self.error_messages["incomplete"],
                    code="incomplete",
                    params={"missing": " and ".join(missing)},
                )
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
