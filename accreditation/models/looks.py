"""What an assessor has looked at, so that pages can mark what is unread and what changed since."""

from django.db import models

from accreditation.models.reviews import Assignment


class ClauseLook(models.Model):
    """When one assessor last looked at one clause, and the sums of what stood there then (`accreditation.looks`)."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="looks")
    clause = models.CharField(max_length=10)
    seen = models.JSONField("what stood there, by its sums", default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("assignment", "clause"), name="look_once_per_clause"),)

    def __str__(self) -> str:
        return f"{self.assignment} at {self.clause}"
