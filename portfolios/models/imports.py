"""A file of scans: looked at first, taken over by a second press, and taken back as a whole while nobody built on it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Versioned
from accreditation.models.courses import Course
from portfolios.enums import ScanFileState
from portfolios.models.portfolios import Portfolio

S = ScanFileState
HELD = (S.NAMING, S.READING, S.CHECKED, S.STORING)
TAKEN = (S.APPLIED, S.UNDONE)


class ScanFile(Versioned):
    """One file for one log, or without `portfolio` for several logs of a course.

    The file's bytes lie in the store while `sha256` names them: until it is taken over or left, at the longest a day.
    Afterwards this row says what came in, from whom and when; `ranges` says which scans.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="scan_files")
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.CASCADE, null=True, blank=True, related_name="scan_files"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    form_key = models.UUIDField("key of the form that brought it", null=True, blank=True)
    name = models.CharField("file name", max_length=200)
    sha256 = models.CharField("sum of the kept bytes", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("size of the kept bytes", default=0)
    file_sha256 = models.CharField("sum of the file", max_length=64)
    state = models.CharField(max_length=10, choices=ScanFileState, default=ScanFileState.NAMING)
    headings = models.JSONField("headings of the file", default=list)
    headings_sha256 = models.CharField("sum of the headings", max_length=64)
    columns = models.JSONField("what each column holds", default=list)
    fixed = models.JSONField("what holds for lines that do not say it", default=dict)
    by_hand = models.BooleanField("somebody named the columns", default=False)
    about = models.CharField("how the file was read", max_length=120, blank=True)
    total = models.PositiveIntegerField("lines there may be", default=0)
    done = models.PositiveIntegerField("lines looked at so far", default=0)
    plan = models.CharField("sum of the dry run", max_length=64, blank=True)
    counts = models.JSONField("lines by what becomes of them", default=dict)
    readings = models.JSONField("what names of examinations were taken for", default=dict)
    failure = models.CharField("why it could not be read", max_length=500, blank=True)
    good_only = models.BooleanField("good lines only", default=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(fields=("by", "form_key"), name="scan_file_brought_once_by_a_form"),
            models.CheckConstraint(condition=Q(state__in=S.values), name="scan_file_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=TAKEN, applied_at__isnull=False)
                | (~Q(state__in=TAKEN) & Q(applied_at__isnull=True)),
                name="scan_file_applied_when",
            ),
            models.CheckConstraint(
                condition=Q(state=S.UNDONE, undone_at__isnull=False, undone_by__isnull=False)
                | (~Q(state=S.UNDONE) & Q(undone_at__isnull=True, undone_by__isnull=True)),
                name="scan_file_undone_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=HELD) & ~Q(sha256="")) | (~Q(state__in=HELD) & Q(sha256="")),
                name="scan_file_kept_no_longer_than_needed",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ScanFileLine(models.Model):
    """A line of a file that does not come in, and why. Gone with the file."""

    file = models.ForeignKey(ScanFile, on_delete=models.CASCADE, related_name="lines")
    refused = models.BooleanField(help_text="False: left out, because it is known or comes twice.")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=80)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ("file", "line", "pk")

    def __str__(self) -> str:
        return f"Line {self.line}, {self.column}: {self.reason}"


class ScanFileRange(models.Model):
    """The scans of one log that came with a file: their numbers from `first` to `last`."""

    file = models.ForeignKey(ScanFile, on_delete=models.CASCADE, related_name="ranges")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="+")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        ordering = ("portfolio", "first")
        constraints = (
            models.UniqueConstraint(fields=("file", "portfolio"), name="scan_file_one_range_a_log"),
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")), name="scan_file_range_not_empty"
            ),
        )

    def __str__(self) -> str:
        return f"{self.portfolio}: scans {self.first} to {self.last}"
