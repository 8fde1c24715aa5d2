"""Which scans of a portfolio rely on a shortage of mentors that was accepted for the course (PS4's asterisk)."""

from collections.abc import Iterable

from django.utils import timezone

from accreditation.rules.findings import Outcome
from mentors.services.standing import Knowledge
from portfolios.models import Portfolio, Scan


def by_exception(portfolio: Portfolio, scans: Iterable[Scan]) -> frozenset[int]:
    """The numbers of those scans whose mentor may supervise them by exception only. A constant number of queries."""
    shown = [scan for scan in scans if scan.mentor_id and scan.logged]
    if not shown:
        return frozenset()
    today = timezone.localdate()
    knowledge = Knowledge.load(
        {scan.mentor_id for scan in shown if scan.mentor_id},
        as_of=today,
        course_ids={portfolio.student.course_id},
    )
    return frozenset(
        scan.number
        for scan in shown
        if scan.mentor_id
        and (found := knowledge.award(scan.mentor_id, scan.on, portfolio.pk)).by_exception
        and found.outcome is Outcome.MET
    )
