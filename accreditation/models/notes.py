"""What CASE wrote beside a move of a case: why it was returned or sent back. The audit trail holds no free text."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import NoteKind
from accreditation.models.base import Record
from accreditation.models.submissions import Submission


class CaseNote(Record):
    """One reason, in words, kept with its case. A reason for returning a submission is for the course team to read."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=20, choices=NoteKind)
    text = models.TextField(max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="case_note_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="case_note_says_something"),
        )

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_kind_display()}"
