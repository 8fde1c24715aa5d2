"""A file of mentors: looked at first, taken over by a second press, and taken back as a whole."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Versioned
from mentors.enums import ImportState


class Import(Versioned):
    """One upload. Its bytes lie in the store under their sum; `plan` is the sum of what the dry run showed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("file name", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("size in bytes")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.CHECKED)
    plan = models.CharField("sum of the dry run", max_length=64)
    counts = models.JSONField("rows by what becomes of them", default=dict)
    good_only = models.BooleanField("good rows only", default=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(
                condition=Q(state=ImportState.CHECKED, applied_at__isnull=True)
                | (~Q(state=ImportState.CHECKED) & Q(applied_at__isnull=False)),
                name="import_applied_when",
            ),
            models.CheckConstraint(
                condition=Q(state=ImportState.UNDONE, undone_at__isnull=False, undone_by__isnull=False)
                | (~Q(state=ImportState.UNDONE) & Q(undone_at__isnull=True, undone_by__isnull=True)),
                name="import_undone_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return self.name
