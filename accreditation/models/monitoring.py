"""Annual monitoring: each accredited course's yearly return, its documents, and the flags that an officer raises from it."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record, Versioned
from accreditation.models.courses import Course


class AnnualReturn(Versioned):
    """One course's return for one academic year; `year` is the one in which it began. Sent once, then kept as it is.

    `entered` holds each line's number or text by its code (`accreditation.monitoring`), `unchanged` the codes of the lines
    that the course confirmed as those of last year, `counted` what the system itself counted when the return was sent.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="returns")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2000)])
    entered = models.JSONField(default=dict, blank=True)
    unchanged = models.JSONField(default=list, blank=True)
    counted = models.JSONField(default=dict, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("course", "-year")
        constraints = (
            models.UniqueConstraint(fields=("course", "year"), name="annual_return_once_a_year"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="annual_return_sent_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.course}, {self.year}-{(self.year + 1) % 100:02}"


class ReturnFile(Record):
    """A document that goes with a return. Its bytes lie in the store under their sum."""

    annual_return = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="files")
    name = models.CharField("file name", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("size in bytes", validators=[MinValueValidator(1)])
    media_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(fields=("annual_return", "sha256"), name="return_file_once_per_return"),
        )

    def __str__(self) -> str:
        return self.name


class MonitoringFlag(Record):
    """What an officer read in a return that the course's next review should look at, with the clause it belongs to."""

    annual_return = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="flags")
    clause = models.CharField(max_length=10)
    words = models.TextField("what to look at", max_length=2000)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("clause", "created_at")
        constraints = (
            models.CheckConstraint(condition=~Q(words="") & ~Q(clause=""), name="flag_says_what_and_where"),
        )

    def __str__(self) -> str:
        return f"{self.clause}: {self.annual_return}"
