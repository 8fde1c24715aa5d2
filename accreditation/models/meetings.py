"""Meetings of the Committee: when and where, which cases are up, and who was there."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.enums import MeetingKind
from accreditation.models.base import Record, Versioned
from accreditation.models.submissions import Submission


class Meeting(Versioned):
    """One meeting of the Committee, or one round in which it decides by circulation. `version` counts its changes;
    `announced_version` is the one that the members were last told of.
    """

    kind = models.CharField(max_length=12, choices=MeetingKind)
    held_on = models.DateField("day of the meeting, or the last day of the round")
    starts_at = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField("link to join", max_length=500, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    announced_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-held_on", "-created_at")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=MeetingKind.values), name="meeting_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.held_on}"


class Attendance(Record):
    """That a member of the Committee was present, or answered in the round."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="committee_attendances"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("meeting", "person"), name="attendance_once_per_meeting"),
        )

    def __str__(self) -> str:
        return f"{self.person}, {self.meeting}"


class AgendaItem(Record):
    """One case on the agenda of a meeting. What is up follows from where the case stands."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="agenda_items")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(fields=("meeting", "submission"), name="agenda_case_once_per_meeting"),
        )

    def __str__(self) -> str:
        return f"{self.submission}, {self.meeting}"
