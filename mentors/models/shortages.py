"""Shortage exceptions (PS4's asterisk) as things of their own."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Versioned
from accreditation.models.courses import Course
from mentors.enums import Area, ShortageStatus
from mentors.models.known import period_check
from mentors.models.register import Mentor


class Shortage(Versioned):
    """A course says that mentors are short; a named person accepts or refuses it for a period."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="shortages")
    number = models.PositiveIntegerField(help_text="H1, H2 … within the course: its name in the facts.")
    status = models.CharField(max_length=10, choices=ShortageStatus, default=ShortageStatus.CLAIMED)
    reason = models.TextField("why mentors are short", max_length=5000)
    search_made = models.TextField("what was done to find mentors", blank=True, max_length=5000)
    relies_on = models.ManyToManyField(
        Mentor,
        blank=True,
        related_name="relied_on_by",
        verbose_name="team members with two years that this relies on",
    )
    area = models.CharField("region of the country", max_length=20, choices=Area, default=Area.ENGLAND)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField("reason of the decision", blank=True, max_length=5000)
    ended_on = models.DateField("ended early, last day", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.TextField("why it ended early", blank=True, max_length=2000)

    class Meta:
        ordering = ("course", "number")
        constraints = (
            period_check("shortage"),
            models.CheckConstraint(condition=Q(area__in=Area.values), name="shortage_area_known"),
            models.UniqueConstraint(fields=("course", "number"), name="shortage_number_once_per_course"),
            models.CheckConstraint(
                condition=Q(status__in=ShortageStatus.values), name="shortage_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ShortageStatus.CLAIMED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status=ShortageStatus.CLAIMED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="shortage_decided_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_at__isnull=False, ended_by__isnull=False),
                name="shortage_ended_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"Shortage {self.number} of {self.course}"

    def last_day(self, at: datetime | None = None) -> date | None:
        """The last day of its period, as known at a moment (None: now). An early end counts from when it was recorded."""
        ended = self.ended_at is not None and (at is None or self.ended_at <= at)
        return self.ended_on if ended else self.until

    @property
    def name(self) -> str:
        """Its name in the facts and in findings: "H1"."""
        return f"H{self.number}"
