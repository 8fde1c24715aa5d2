"""Entries that may have been made by mistake: taken back with a reason, kept for ever, and never overwritten."""

from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record

Row = TypeVar("Row", bound=models.Model)


class StandingManager(models.Manager[Row]):
    """Entries that stand. What was taken back is asked for by name (`whole`), so that no count ever takes it for true."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(taken_back_at__isnull=True)


class Entry(Record):
    """A row that somebody entered about a student. A wrong one is taken back, and a right one entered beside it."""

    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_reason = models.CharField(
        "why it was wrong", max_length=300, blank=True, default="", db_default=""
    )

    objects = StandingManager()
    whole = models.Manager()

    class Meta:
        abstract = True


STANDS = Q(taken_back_at__isnull=True)


def taken_back_check(name: str) -> models.CheckConstraint:
    """The constraint that each table of entries carries: when and why together, or neither."""
    return models.CheckConstraint(
        condition=Q(taken_back_at__isnull=True, taken_back_reason="")
        | (Q(taken_back_at__isnull=False) & ~Q(taken_back_reason="")),
        name=f"{name}_taken_back_with_its_reason",
    )


def stood(at: datetime) -> Q:
    """Entries that were held for true at a moment: those that stand, and those that were taken back only later."""
    return STANDS | Q(taken_back_at__gt=at, created_at__lte=at)
