"""What must happen after a commit, as rows of the same transaction. Celery is only the bell (accreditation.queue)."""

from django.db import models
from django.db.models import Q

from accreditation.enums import JobState


class Job(models.Model):
    """One promise: run `task` for `subject_id`. `key` makes it unique, so that asking twice promises once."""

    key = models.CharField(max_length=120, unique=True)
    task = models.CharField(max_length=120)
    subject_id = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    cut = models.PositiveIntegerField("attempts that the clock ended", default=0, db_default=0)
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    rung_at = models.DateTimeField("when the relay last rang for it", null=True, blank=True)
    failure = models.TextField(blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        indexes = (
            models.Index(
                fields=("not_before",),
                condition=Q(state__in=(JobState.WAITING, JobState.RUNNING)),
                name="job_open_by_time",
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
        )

    def __str__(self) -> str:
        return self.key
