"""What happens to a signed report before the Committee decides: conditions calibrated with the Committee, facts corrected by
the course.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import CalibrationVerdict, PanelPaperKind
from accreditation.models.base import Record, Versioned
from accreditation.models.reviews import PanelReport, ReportItem
from accreditation.models.submissions import Evidence, Submission


class CalibrationView(Record):
    """What the Committee thinks of one condition as the panel wrote it, and the panel's answer where it suggests a change.

    A draft until `sent_at`. The words looked at are kept, for the entry may be changed or removed afterwards.
    """

    report = models.ForeignKey(PanelReport, on_delete=models.CASCADE, related_name="calibrations")
    item = models.ForeignKey(
        ReportItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="calibrations"
    )
    item_version = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    clause = models.CharField(max_length=10)
    text = models.TextField("the condition as it was looked at", max_length=5000)
    due_on = models.DateField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=CalibrationVerdict)
    reason = models.TextField("what to change, and why", blank=True, max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField("the panel's answer", blank=True, max_length=5000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("report", "number", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=("item",), condition=Q(sent_at__isnull=True), name="calibration_one_draft_per_item"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=CalibrationVerdict.values), name="calibration_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(verdict=CalibrationVerdict.AGREE) | ~Q(reason=""),
                name="calibration_change_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="calibration_answered_whole",
            ),
        )

    def __str__(self) -> str:
        return f"Condition {self.number} of {self.report}: {self.get_verdict_display()}"


class FactReply(Versioned):
    """One correction of facts by the course, about one clause of the panel's report: a draft, then sent for good with its
    sum; then the panel says what it changed, or why not.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="fact_replies")
    report = models.ForeignKey(PanelReport, on_delete=models.PROTECT, related_name="replies")
    number = models.PositiveIntegerField()
    clause = models.CharField(max_length=10)
    text = models.TextField("what is not right, and what is", blank=True, max_length=20_000)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True)
    changed = models.BooleanField("the panel changed its report", null=True, blank=True)
    answer = models.TextField("what the panel changed, or why not", blank=True, max_length=5000)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("submission", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("submission", "number"), name="fact_reply_number_once_per_submission"
            ),
            models.UniqueConstraint(
                fields=("report", "clause"),
                condition=Q(sent_at__isnull=True),
                name="fact_reply_one_draft_per_clause",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True, sha256="")
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(sha256="") & ~Q(text="")),
                name="fact_reply_sent_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    changed__isnull=True, answered_at__isnull=True, answered_by__isnull=True, answer=""
                )
                | (
                    Q(changed__isnull=False, answered_at__isnull=False, answered_by__isnull=False)
                    & Q(sent_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="fact_reply_answered_whole",
            ),
        )

    def __str__(self) -> str:
        return f"Correction {self.number} on {self.submission}, {self.clause}"


class FactCitation(Record):
    """From a correction of facts to a file of the library, with the pages meant (as `Citation`)."""

    reply = models.ForeignKey(FactReply, on_delete=models.PROTECT, related_name="citations")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="fact_citations")
    pages = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("evidence__number", "pages")
        constraints = (
            models.UniqueConstraint(
                fields=("reply", "evidence", "pages"), name="fact_citation_once_per_reply"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evidence}, {self.pages}" if self.pages else str(self.evidence)


class PanelPaper(Versioned):
    """What the panel lets the course have before its report: the list of issues before the event, the headline report after
    it. A draft of the lead's until it is sent, once; then it stays as it is.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="panel_papers")
    snapshot = models.ForeignKey(
        "accreditation.Snapshot", on_delete=models.PROTECT, related_name="panel_papers"
    )
    kind = models.CharField(max_length=10, choices=PanelPaperKind)
    text = models.TextField(blank=True, max_length=20_000)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("submission", "-created_at")
        constraints = (
            models.UniqueConstraint(fields=("snapshot", "kind"), name="panel_paper_once_per_version"),
            models.CheckConstraint(
                condition=Q(kind__in=PanelPaperKind.values), name="panel_paper_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(text="")),
                name="panel_paper_sent_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.submission}"
