"""When a yearly confirmation is due, and on which days its reminders are owed. Data and dates only; nothing is sent here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accreditation.rules.dates import LeapRule, years_after
from mentors.enums import Step
from mentors.models import Mentor

DAYS: dict[Step, int] = {
    Step.BEFORE_30: -30,
    Step.BEFORE_7: -7,
    Step.ON_DAY: 0,
    Step.AFTER_7: 7,
    Step.AFTER_28: 28,
}
"""Each reminder's distance from the due day, in days; in the order in which they are owed."""

FIRST = timedelta(days=30)
"""A new entry is to be confirmed within this time."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One reminder and the day from which it is owed."""

    step: Step
    on: date


def due_day(mentor: Mentor) -> date:
    """The day by which the mentor is to confirm: a year after the last time, or a month after the entry was made."""
    if mentor.confirmed_on is not None:
        return years_after(mentor.confirmed_on, 1, LeapRule.FEBRUARY_28)
    return timezone.localtime(mentor.created_at).date() + FIRST


def plan(due: date) -> Iterator[Owed]:
    """All reminders of one due day, in order."""
    for step, days in DAYS.items():
        yield Owed(step, due + timedelta(days=days))
