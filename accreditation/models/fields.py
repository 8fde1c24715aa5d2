"""A closed set of words as one typed column: stored as a bit mask, shown and given as a frozenset of codes."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from accreditation.rules import regions


class SetField(models.PositiveIntegerField):
    """Base of the set fields. `bits` maps each code to its bit, `labels` each code to the word that pages show.

    The column is never NULL: the empty set is 0. Assigning an unknown code raises `ValidationError`.
    """

    bits: Mapping[str, int] = {}
    labels: Mapping[str, str] = {}

    if TYPE_CHECKING:
        _pyi_private_set_type: Collection[str] | models.expressions.Combinable  # type: ignore[assignment]
        _pyi_private_get_type: frozenset[str]  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", 0)
        super().__init__(*args, **kwargs)

    def to_mask(self, value: object) -> int:
        if value is None:
            return 0
        if isinstance(value, int):
            return value
        if isinstance(value, Collection) and not isinstance(value, str):
            unknown = sorted(str(code) for code in value if code not in self.bits)
            if unknown:
                raise ValidationError(f"Unknown: {', '.join(unknown)}.", code="unknown")
            return sum(self.bits[code] for code in set(value))
        raise ValidationError("A set of codes is needed.", code="invalid")

    def to_set(self, mask: int) -> frozenset[str]:
        return frozenset(code for code, bit in self.bits.items() if mask & bit)

    def from_db_value(self, value: int | None, expression: object, connection: object) -> frozenset[str]:
        return self.to_set(value or 0)

    def to_python(self, value: Any) -> frozenset[str]:
        return self.to_set(self.to_mask(int(value) if isinstance(value, str) and value.isdigit() else value))

    def get_prep_value(self, value: object) -> int:
        return self.to_mask(value)

    def get_default(self) -> Any:
        return frozenset()

    def validate(self, value: Any, model_instance: Any) -> None:
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def run_validators(self, value: Any) -> None:
        return None

    def value_to_string(self, obj: Any) -> str:
        return str(self.to_mask(self.value_from_object(obj)))

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)

        def words(instance: Any) -> str:
            held = getattr(instance, self.attname)
            return ", ".join(label for code, label in self.labels.items() if code in held)

        setattr(cls, f"get_{name}_words", words)

    def formfield(self, **kwargs: Any) -> Any:
        choices = [(code, label[:1].upper() + label[1:]) for code, label in self.labels.items()]
        allowed = {
            k: v for k, v in kwargs.items() if k in {"label", "help_text", "required", "initial", "widget"}
        }
        return forms.TypedMultipleChoiceField(
            **{
                "choices": choices,
                "coerce": str,
                "widget": forms.CheckboxSelectMultiple,
                "required": not self.blank,
                "label": self.verbose_name[:1].upper() + self.verbose_name[1:],
                "help_text": self.help_text,
                **allowed,
            }
        )


class RegionSetField(SetField):
    """Regions and extras of MSK ultrasound (clauses.md, "The remit"), as in `accreditation.rules.regions`."""

    bits = regions.BITS
    labels = regions.LABELS


class TopicSetField(SetField):
    """The four topics of position statement 5."""

    bits = {"professional_issues": 1, "science": 2, "physics": 4, "technology": 8}
    labels = {
        "professional_issues": "professional issues",
        "science": "science",
        "physics": "physics",
        "technology": "technology",
    }
