"""How letters come to be sent: the texts that the office publishes, and who approved what."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import ApprovalPart, TemplateState
from accreditation.models.base import Record, Versioned
from accreditation.models.decisions import Letter


class LetterTemplate(Versioned):
    """One version of the text that letters of a kind are written with: a draft that officers edit, then published, never
    to change again. Version 1 is the one that the system was shipped with, and no row.
    """

    slug = models.CharField(max_length=40)
    number = models.PositiveIntegerField("version")
    text = models.TextField(max_length=12_000)
    note = models.CharField("what is new in it", max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=TemplateState, default=TemplateState.DRAFT)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("slug", "-number")
        constraints = (
            models.UniqueConstraint(fields=("slug", "number"), name="letter_template_number_once"),
            models.UniqueConstraint(
                fields=("slug",), condition=Q(state=TemplateState.DRAFT), name="letter_template_one_draft"
            ),
            models.CheckConstraint(condition=Q(number__gt=1), name="letter_template_after_the_shipped_one"),
            models.CheckConstraint(
                condition=Q(state=TemplateState.DRAFT, published_by__isnull=True, published_at__isnull=True)
                | Q(state=TemplateState.PUBLISHED, published_by__isnull=False, published_at__isnull=False),
                name="letter_template_published_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slug}, version {self.number}"


class LetterApproval(Record):
    """What one person said about a letter that waits: approved, or refused with a sentence. It counts for the content whose
    sum it names, and for no other.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="approvals")
    part = models.CharField(max_length=10, choices=ApprovalPart)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("name at that time", max_length=150)
    approved = models.BooleanField()
    reason = models.TextField(blank=True, max_length=2000)
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("letter", "part", "content_sha256"),
                condition=Q(approved=True),
                name="letter_approval_once_a_part",
            ),
            models.CheckConstraint(
                condition=Q(part__in=ApprovalPart.values), name="letter_approval_part_known"
            ),
            models.CheckConstraint(
                condition=Q(approved=True) | ~Q(reason=""), name="letter_approval_refused_with_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter}: {self.get_part_display()}"
