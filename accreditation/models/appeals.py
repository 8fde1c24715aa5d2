"""An appeal against a decision: its grounds, what CASE did about it step by step, and how it ended."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import AppealState
from accreditation.models.base import Record, Versioned
from accreditation.models.decisions import Decision

ENDED = (AppealState.UPHELD, AppealState.DISMISSED, AppealState.WITHDRAWN)


class Appeal(Versioned):
    """One appeal of a course against one decision. An appeal that is upheld changes nothing by itself: the chair then
    records a decision that supersedes the old one.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    grounds = models.TextField(max_length=20_000)
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.LODGED)
    outcome = models.TextField("what was decided about it, and why", blank=True, max_length=10_000)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_known"),
            models.CheckConstraint(condition=~Q(grounds=""), name="appeal_has_grounds"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False, ended_by__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True, ended_by__isnull=True)),
                name="appeal_ended_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"Appeal on {self.decision.submission}"


class AppealStep(Record):
    """Something that was done about an appeal, as an officer put it on record; the course reads it."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="steps")
    on = models.DateField()
    text = models.TextField(max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("on", "created_at")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="appeal_step_says_something"),)

    def __str__(self) -> str:
        return f"{self.appeal}, {self.on}"
