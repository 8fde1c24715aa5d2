"""How the register is kept true: yearly confirmations, what mentors say is wrong, and reminders."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accreditation.models.base import Record
from mentors.enums import ReminderState, Step, Way
from mentors.models.register import Mentor


class Confirmation(Record):
    """A mentor said that their entry is right. Each year's is a row of its own."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="confirmations")
    on = models.DateField("confirmed on")
    way = models.CharField(max_length=10, choices=Way)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-on", "-created_at")
        constraints = (
            models.CheckConstraint(condition=Q(way__in=Way.values), name="confirmation_way_known"),
        )

    def __str__(self) -> str:
        return f"{self.mentor}: {self.on}"


class Remark(Record):
    """A mentor said that something in their entry is not right; an officer looks at it and says what was done."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField(max_length=2000)
    way = models.CharField(max_length=10, choices=Way)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField("what was done", max_length=500, blank=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="remark_settled_by_whom_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.mentor}: {self.text[:60]}"


class Reminder(Record):
    """One reminder of one confirmation: for which due day, which step, on which day it was owed, what became of it."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="reminders")
    due = models.DateField("confirmation due on")
    step = models.CharField(max_length=10, choices=Step)
    owed_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReminderState)
    to = models.EmailField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("mentor", "due", "owed_on")
        constraints = (
            models.UniqueConstraint(fields=("mentor", "due", "step"), name="reminder_each_step_once"),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="reminder_step_known"),
            models.CheckConstraint(condition=Q(state__in=ReminderState.values), name="reminder_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReminderState.SENT, sent_at__isnull=False)
                | (~Q(state=ReminderState.SENT) & Q(sent_at__isnull=True)),
                name="reminder_sent_has_its_moment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.mentor}: {self.get_step_display()} {self.due}"


class AddressCheck(Record):
    """Somebody of the office or a course made sure that a work address is the mentor's own; holds for that address only."""

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="address_checks")
    address = models.EmailField()
    on = models.DateField("made sure on")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("mentor", "-on", "-created_at")

    def __str__(self) -> str:
        return f"{self.mentor}: {self.address}"
