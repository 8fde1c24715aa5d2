"""The event of a case: a visit or an online meeting, with the days that were proposed and who can come on which."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accreditation.enums import Availability, EventKind, EventState
from accreditation.models.base import Record, Versioned
from accreditation.models.submissions import Submission


class CaseEvent(Versioned):
    """One event of a case. `version` counts its changes, and is what calendars call its sequence.

    `starts_at` is the day that was agreed, empty before.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind)
    state = models.CharField(max_length=10, choices=EventState, default=EventState.PROPOSED)
    minutes = models.PositiveSmallIntegerField(
        "how long, in minutes", validators=[MinValueValidator(15), MaxValueValidator(24 * 60)]
    )
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField("link to join", max_length=500, blank=True)
    agenda = models.TextField(max_length=10_000, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField("why it was called off", max_length=2000, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("submission",),
                condition=~Q(state=EventState.CANCELLED),
                name="event_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="event_state_known"),
            models.CheckConstraint(
                condition=~Q(state=EventState.AGREED) | Q(starts_at__isnull=False),
                name="event_agreed_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.submission}"


class EventDate(Record):
    """One moment that was proposed for an event."""

    event = models.ForeignKey(CaseEvent, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ("starts_at",)
        constraints = (models.UniqueConstraint(fields=("event", "starts_at"), name="event_date_once"),)

    def __str__(self) -> str:
        return f"{self.event}: {self.starts_at}"


class DateAnswer(models.Model):
    """Whether one person can come at one proposed moment."""

    date = models.ForeignKey(EventDate, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="event_answers"
    )
    answer = models.CharField(max_length=10, choices=Availability)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("date", "person"), name="date_answer_once"),
            models.CheckConstraint(condition=Q(answer__in=Availability.values), name="date_answer_known"),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.answer}"
