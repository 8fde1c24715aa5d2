"""A course's submission: its answers, its library of evidence, and what was frozen when it was submitted."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accreditation.enums import Paper, SubmissionKind, SubmissionState
from accreditation.models.base import Record, Versioned
from accreditation.models.courses import Course


class Submission(Versioned):
    """One application of a course to CASE, from draft to decision. States and moves: `accreditation.states`."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="submissions")
    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=SubmissionKind, default=SubmissionKind.NEW)
    state = models.CharField(max_length=20, choices=SubmissionState, default=SubmissionState.DRAFT)
    state_since = models.DateTimeField(auto_now_add=True)
    edition = models.CharField(max_length=20, default="msk-2023")
    clauses = models.JSONField("clauses it is asked about; none: all", default=list, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    event_on = models.DateField("date of the accreditation event", null=True, blank=True)
    due_on = models.DateField("documents due", null=True, blank=True)
    resubmits = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="resubmissions"
    )

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("course",),
                condition=~Q(state__in=(SubmissionState.DECIDED, SubmissionState.WITHDRAWN)),
                name="submission_one_open_per_course",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SubmissionState.values), name="submission_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=SubmissionKind.values), name="submission_kind_known"),
        )
        indexes = (models.Index(fields=("state", "state_since"), name="submission_queue"),)
        default_permissions = ()
        permissions = (
            ("view_submission", "May see the submission"),
            ("judge_submission", "May judge the submission"),
        )

    def __str__(self) -> str:
        return self.reference


class SubmissionUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Submission, on_delete=models.CASCADE)


class SubmissionGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Submission, on_delete=models.CASCADE)


class Section(models.Model):
    """Whether the course team called a section of the task list complete."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(max_length=20)
    complete = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("submission", "code"), name="section_once_per_submission"),
        )

    def __str__(self) -> str:
        return f"{self.submission} {self.code}"


class Answer(Versioned):
    """The course team's answer to one clause. The question's wording is frozen with it at submission."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="answers")
    clause = models.CharField(max_length=10)
    text = models.TextField(blank=True, max_length=20_000)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("clause",)
        constraints = (
            models.UniqueConstraint(fields=("submission", "clause"), name="answer_once_per_clause"),
        )

    def __str__(self) -> str:
        return f"{self.submission} {self.clause}"


class Evidence(Record):
    """One file in a submission's library. Its bytes lie in the store under their SHA-256; a row never changes its bytes.

    A newer version is a new row that `replaces` the old one; both stay.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField(help_text="E1, E2 … within the submission: its name in the facts.")
    title = models.CharField(max_length=200)
    name = models.CharField("file name", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("size in bytes", validators=[MinValueValidator(1)])
    media_type = models.CharField(max_length=100)
    pages = models.PositiveIntegerField("number of pages", null=True, blank=True)
    paper = models.CharField(
        "which document of the list this is", max_length=30, choices=Paper, blank=True, default=""
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("submission", "number"), name="evidence_number_once_per_submission"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
        )

    def __str__(self) -> str:
        return f"E{self.number} {self.title}"


class Citation(Record):
    """From a clause's answer to a file of the library, with the pages meant (`12`, `12-14`, `3, 7-9`; empty: all)."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="citations")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="citations")
    pages = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("evidence__number", "pages")
        constraints = (
            models.UniqueConstraint(fields=("answer", "evidence", "pages"), name="citation_once_per_answer"),
        )

    def __str__(self) -> str:
        return f"{self.evidence}, {self.pages}" if self.pages else str(self.evidence)


class Snapshot(Record):
    """What was submitted, frozen: the facts that the rules saw, their report, the answers with the wording of the
    questions, and the files with their sums. Assessors judge this, and a decision is replayed from it. Never changed.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    as_of = models.DateField()
    edition = models.CharField(max_length=20)
    clauses = models.JSONField("clauses it was asked about; none: all", default=list, blank=True)
    rules_version = models.CharField(max_length=40)
    facts = models.JSONField()
    facts_sha256 = models.CharField(max_length=64)
    report = models.JSONField()
    answers = models.JSONField(help_text="[{clause, question, words, text, citations: [{evidence, pages}]}]")
    files = models.JSONField(help_text="[{number, title, name, sha256, size, media_type, pages}]")
    sha256 = models.CharField(max_length=64, help_text="Of the canonical form of all of the above.")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_name = models.CharField("name as typed at the declaration", max_length=150)
    declared_role = models.CharField("role as typed at the declaration", max_length=150)

    class Meta:
        ordering = ("submission", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("submission", "number"), name="snapshot_number_once_per_submission"
            ),
        )

    def __str__(self) -> str:
        return f"{self.submission} version {self.number}"


class FormKey(models.Model):
    """One key per rendered form that creates something: a second press finds the key and does nothing again."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    used_at = models.DateTimeField(auto_now_add=True)
    result = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.key)
