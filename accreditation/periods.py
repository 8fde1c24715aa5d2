"""Calendar arithmetic for conditions and periods of accreditation: months and years as people count them."""

from calendar import monthrange
from datetime import date, timedelta

from django.conf import settings

from accreditation.rules.dates import LeapRule, years_after


def months_after(day: date, months: int) -> date:
    """The same day `months` later; where that month is too short, its last day. 30 November plus three: 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def default_period(start: date) -> tuple[date, date]:
    """From a first day to the day before its anniversary, `settings.ACCREDITATION_YEARS` later, both included.

    1 September 2026 gives 31 August 2031; 29 February 2028 gives 27 February 2033, whose anniversary is the 28th.
    """
    end = years_after(start, settings.ACCREDITATION_YEARS, LeapRule.FEBRUARY_28)
    return start, end - timedelta(days=1)
