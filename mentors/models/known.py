"""Rows with two times: when something held, and when the register knew it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accreditation.models.base import Record


class Known(Record):
    """A row that is never overwritten: a correction closes `known_until` and adds a row that `corrects` it."""

    known_from = models.DateTimeField(default=timezone.now)
    known_until = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField("where this is known from", max_length=200, blank=True)

    class Meta:
        abstract = True


class Importable(Known):
    """A row that a file can bring: `imported` names the import that added it, `closed_by` the one that closed it.

    A row without `imported` was entered or corrected by a person; no import ever closes it.
    """

    imported = models.ForeignKey(
        "mentors.Import", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_by = models.ForeignKey(
        "mentors.Import", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


def known_check(name: str) -> Any:
    """The constraint that each `Known` table carries: nothing stops being known before it was known."""
    return models.CheckConstraint(
        condition=models.Q(known_until__isnull=True) | models.Q(known_until__gte=models.F("known_from")),
        name=f"{name}_known_until_after_from",
    )


def period_check(name: str) -> Any:
    """The constraint that each table with `since` and `until` carries."""
    return models.CheckConstraint(
        condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
        name=f"{name}_until_after_since",
    )


def open_once(name: str) -> Any:
    """The constraint of tables of which one row at most may be open for a mentor, by what is known now."""
    return models.UniqueConstraint(
        fields=("mentor",),
        condition=models.Q(known_until__isnull=True, until__isnull=True),
        name=f"{name}_open_once",
    )
