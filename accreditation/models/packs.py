"""A submission as one file to take away: asked for by one person, made by a worker, kept for a while."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import BuildState, PackPart
from accreditation.models.base import Record
from accreditation.models.submissions import Snapshot, Submission


class Pack(Record):
    """One submission as one file, for the person who asked: of a frozen version, or of the draft as it stood (without).

    It can be thrown away at any time: nothing is in it that does not stand elsewhere.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="packs")
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.CASCADE, null=True, blank=True, related_name="packs"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="packs")
    state = models.CharField(max_length=10, choices=BuildState, default=BuildState.QUEUED)
    step = models.PositiveSmallIntegerField("steps that are done", default=0)
    steps = models.PositiveSmallIntegerField("steps in all", default=1)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField("why it could not be made", blank=True, max_length=2000)
    notes = models.JSONField(
        "documents whose pages are not in the PDF: [[number, why]]", default=list, blank=True
    )
    too_large = models.BooleanField("the documents were left beside the PDF for their size", default=False)
    built_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("submission", "asked_by", "-created_at"), name="pack_newest_of_one"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=BuildState.values), name="pack_state_known"),
            models.CheckConstraint(
                condition=Q(state=BuildState.BUILT, built_at__isnull=False)
                | (~Q(state=BuildState.BUILT) & Q(built_at__isnull=True)),
                name="pack_built_and_when",
            ),
            models.UniqueConstraint(
                fields=("submission", "asked_by"),
                condition=Q(state__in=(BuildState.QUEUED, BuildState.BUILDING)),
                name="pack_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.submission} as one file"


class PackFile(Record):
    """One file of a pack that was made: the PDF, or the zip of the PDF with the documents that are not in it."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="files")
    part = models.CharField(max_length=5, choices=PackPart)
    sha256 = models.CharField("sum of the file", max_length=64)
    size = models.PositiveBigIntegerField("size in bytes")

    class Meta:
        ordering = ("pack", "part")
        constraints = (
            models.UniqueConstraint(fields=("pack", "part"), name="pack_file_once_a_part"),
            models.CheckConstraint(condition=Q(part__in=PackPart.values), name="pack_file_part_known"),
        )

    def __str__(self) -> str:
        return f"{self.pack}: {self.get_part_display()}"
