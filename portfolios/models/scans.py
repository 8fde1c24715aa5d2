"""The scan log, the mentor's appraisals, and the competency assessments."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record
from accreditation.models.fields import RegionSetField
from mentors.models import Mentor
from portfolios.enums import (
    AppraisalState,
    AssessmentKind,
    AssessmentOutcome,
    Grade,
    ScanRole,
    Side,
    Subject,
    Supervision,
)
from portfolios.fields import PathologySetField
from portfolios.models.entries import Entry, taken_back_check
from portfolios.models.portfolios import Portfolio


class Scan(models.Model):
    """One scan of a portfolio. Holds nothing that identifies a patient: age in years and the student's own case number.

    `logged` is false for what is kept apart as learning (simulators, volunteers): it is never counted (PS4.5).
    """

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="scans")
    number = models.PositiveIntegerField(help_text="X1, X2 … within the portfolio: its name in the facts.")
    on = models.DateField("date of the scan")
    regions = RegionSetField("regions")
    side = models.CharField(max_length=5, choices=Side, blank=True)
    subject = models.CharField("who was scanned", max_length=20, choices=Subject, null=True, blank=True)
    supervision = models.CharField(max_length=10, choices=Supervision, null=True, blank=True)
    role = models.CharField("your part", max_length=20, choices=ScanRole, default=ScanRole.PERFORMED)
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, null=True, blank=True, related_name="scans")
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    pathologies = PathologySetField("findings", blank=True)
    other_finding = models.CharField("other finding", max_length=200, blank=True)
    age = models.PositiveSmallIntegerField(
        "age in years", null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    indication = models.CharField(max_length=300, blank=True)
    case = models.CharField("own case number", max_length=20, blank=True)
    reflection = models.TextField(blank=True, max_length=5000)
    identifier_reason = models.CharField(
        "why words that look like a patient's identifier were kept",
        max_length=300,
        blank=True,
        default="",
        db_default="",
    )
    logged = models.BooleanField("in the log", default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    client_key = models.UUIDField("key given by the device", null=True, blank=True)

    class Meta:
        ordering = ("portfolio", "on", "number")
        constraints = (
            models.UniqueConstraint(fields=("portfolio", "number"), name="scan_number_once_per_portfolio"),
            models.UniqueConstraint(
                fields=("portfolio", "client_key"),
                condition=Q(client_key__isnull=False),
                name="scan_received_once_from_a_device",
            ),
            models.CheckConstraint(condition=Q(regions__gt=0), name="scan_has_a_region"),
            models.CheckConstraint(
                condition=Q(subject__isnull=True) | Q(subject__in=Subject.values), name="scan_subject_known"
            ),
            models.CheckConstraint(
                condition=Q(supervision__isnull=True) | Q(supervision__in=Supervision.values),
                name="scan_supervision_known",
            ),
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age__lte=120), name="scan_age_at_most_120"
            ),
        )
        indexes = (models.Index(fields=("portfolio", "on"), name="scan_by_day"),)

    def __str__(self) -> str:
        return f"scan {self.number}"


class Appraisal(Record):
    """The mentor's appraisal of a scan (PS2): what was looked at, a grade, a comment. Binds the scan by its sum."""

    scan = models.OneToOneField(Scan, on_delete=models.CASCADE, related_name="appraisal")
    state = models.CharField(max_length=10, choices=AppraisalState, default=AppraisalState.AGREED)
    mentor = models.ForeignKey(
        Mentor, on_delete=models.PROTECT, null=True, blank=True, related_name="appraisals"
    )
    by_student = models.BooleanField("appraised by the student", default=False)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField()
    grade = models.CharField(max_length=30, blank=True)
    technique = models.CharField(max_length=30, blank=True)
    image = models.CharField(max_length=30, blank=True)
    report = models.CharField(max_length=30, blank=True)
    patient_care = models.CharField(max_length=30, blank=True)
    comment = models.TextField(blank=True, max_length=5000)
    identifier_reason = models.CharField(
        "why words that look like a patient's identifier were kept",
        max_length=300,
        blank=True,
        default="",
        db_default="",
    )
    scan_sha256 = models.CharField("sum of what was appraised", max_length=64, blank=True)
    seen = models.JSONField("what the mentor saw", default=dict, db_default={}, blank=True)
    session = models.ForeignKey(
        "portfolios.SigningSession",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appraisals",
        help_text="Set where a mentor without an account signed behind a link.",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=AppraisalState.values), name="appraisal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(by_student=True, mentor__isnull=True) | Q(by_student=False, mentor__isnull=False),
                name="appraisal_by_a_mentor_or_the_student",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scan}: {self.grade}"

    @property
    def grade_words(self) -> str:
        """The grade in words: a label of the suggested scale, or the course's own words as they stand."""
        return str(dict(Grade.choices).get(self.grade, self.grade))


class CompetencyAssessment(Entry):
    """One attempt at a competency assessment (PS2.6). Only an unseen patient examination covers the remit."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="assessments")
    number = models.PositiveIntegerField(help_text="A1, A2 … within the portfolio: its name in the facts.")
    kind = models.CharField(max_length=20, choices=AssessmentKind)
    on = models.DateField()
    regions = RegionSetField("regions")
    first_region = models.CharField("region named first", max_length=20, blank=True)
    outcome = models.CharField(max_length=5, choices=AssessmentOutcome)
    assessor_mentor = models.ForeignKey(
        Mentor, on_delete=models.PROTECT, null=True, blank=True, related_name="competency_assessments"
    )
    assessor_name = models.CharField(
        "assessor, where not a mentor of the register", max_length=150, blank=True
    )
    signed_on = models.DateField("signed off on", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.CharField("case number", max_length=20, blank=True)
    comment = models.TextField(blank=True, max_length=5000)
    identifier_reason = models.CharField(
        "why words that look like a patient's identifier were kept",
        max_length=300,
        blank=True,
        default="",
        db_default="",
    )

    class Meta:
        ordering = ("portfolio", "on", "number")
        constraints = (
            taken_back_check("assessment"),
            models.UniqueConstraint(
                fields=("portfolio", "number"), name="assessment_number_once_per_portfolio"
            ),
            models.CheckConstraint(condition=Q(kind__in=AssessmentKind.values), name="assessment_kind_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=AssessmentOutcome.values), name="assessment_outcome_known"
            ),
        )

    def __str__(self) -> str:
        return f"A{self.number}"
