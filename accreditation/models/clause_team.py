"""Within the course's team: who looks after which clause, and notes beside it that nobody else sees."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record
from accreditation.models.submissions import Submission


class ClauseCarer(models.Model):
    """Who of the team looks after a clause of a submission. It gives no right and takes none away."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="clause_carers")
    clause = models.CharField(max_length=10)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "clause looked after"
        verbose_name_plural = "clauses looked after"
        constraints = (
            models.UniqueConstraint(fields=("submission", "clause"), name="carer_once_per_clause"),
        )

    def __str__(self) -> str:
        return f"{self.submission} {self.clause}"


class TeamNote(Record):
    """A note of the course's team beside a clause: never submitted, frozen, printed or sent, and gone once it is removed."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="team_notes")
    clause = models.CharField(max_length=10)
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("created_at",)
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="team_note_says_something"),)

    def __str__(self) -> str:
        return f"{self.submission} {self.clause}"
