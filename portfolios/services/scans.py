"""The scan log: entries checked one by one, whether one comes from a phone or a hundred from a batch."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accreditation import audit
from accreditation.exceptions import Invalid, Stale
from accreditation.models import User
from mentors.models import Placement
from portfolios.enums import AppraisalState, Subject
from portfolios.models import Appraisal, Portfolio, Scan
from portfolios.permissions import check_course_team, check_log
from portfolios.policies import ScanEntry, problems_of
from portfolios.services.appraisals import LABELS, seen_of, sum_of_scan
from portfolios.services.portfolios import locked

__all__ = [
    "ScanEntry",
    "bulk_log_scans",
    "correct_scan",
    "log_scan",
    "mentors_on_course",
    "next_number",
    "problems_of",
]


@transaction.atomic
def log_scan(*, by: User, portfolio_id: UUID, entry: ScanEntry) -> Scan:
    """Adds one scan to the student's own log. What is not a patient is kept apart as learning and never counted (PS4.5).

    The same `client_key` again returns the scan that the first press made. Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    portfolio = locked(portfolio_id)
    check_log(by, portfolio)
    if entry.client_key and (first := portfolio.scans.filter(client_key=entry.client_key).first()):
        return first
    if problems := problems_of(entry, portfolio, mentors_on_course(portfolio)):
        raise Invalid(problems)
    scan = make_scan(entry, portfolio, next_number(portfolio))
    scan.save(force_insert=True)
    audit.record("scan.logged", by=by, obj=scan, payload={"portfolio": portfolio.pk, "number": scan.number})
    return scan


@transaction.atomic
def bulk_log_scans(*, by: User, portfolio_id: UUID, entries: Sequence[ScanEntry]) -> list[Scan]:
    """Adds a batch to a log, all or none, as one event; the student does, or the course's team that takes over a log.

    Raises `NotAllowed`, `NotNow`; `Invalid` with "entry 3" as the name of what is wrong with the third.
    """
    portfolio = locked(portfolio_id)
    if portfolio.student.user_id == by.pk:
        check_log(by, portfolio)
    else:
        check_course_team(by, portfolio.student.course)
    allowed = mentors_on_course(portfolio)
    problems = {
        f"entry {place}": [sentence for sentences in wrong.values() for sentence in sentences]
        for place, entry in enumerate(entries, start=1)
        if (wrong := problems_of(entry, portfolio, allowed))
    }
    if problems:
        raise Invalid(problems)
    first = next_number(portfolio)
    made = [make_scan(entry, portfolio, first + place) for place, entry in enumerate(entries)]
    Scan.objects.bulk_create(made, batch_size=400)
    audit.record(
        "scan.batch_logged", by=by, obj=portfolio,
        payload={"first": first, "count": len(made), "apart": sum(not scan.logged for scan in made)},
    )  # fmt: skip
    return made


@transaction.atomic
def correct_scan(*, by: User, scan_id: int, version: int, entry: ScanEntry) -> Scan:
    """The student corrects a scan. What a mentor wrote goes stale where it covers what changed; the scan waits again.

    Raises `NotAllowed`, `NotNow`, `Invalid`, `Stale`.
    """
    scan = Scan.objects.select_for_update(of=("self",)).select_related("portfolio__student").get(pk=scan_id)
    portfolio = locked(scan.portfolio_id)
    check_log(by, portfolio)
    if scan.version != version:
        raise Stale("This scan was changed since you opened it. Nothing was saved.", scan)
    if problems := problems_of(entry, portfolio, mentors_on_course(portfolio)):
        raise Invalid(problems)
    new = make_scan(replace(entry, case=entry.case or scan.case), portfolio, scan.number)
    new.pk, new.version, new.client_key = scan.pk, scan.version + 1, scan.client_key
    new.created_at = scan.created_at
    new.save(force_update=True)
    old, now = seen_of(scan), seen_of(new)
    covered = (
        Appraisal.objects.filter(scan=scan)
        .exclude(scan_sha256=sum_of_scan(new))
        .exclude(state=AppraisalState.REFUTED)  # a dispute is ended by its settlement alone
    )
    audit.record(
        "scan.corrected", by=by, obj=new,
        payload={
            "portfolio": portfolio.pk, "number": new.number, "stale": covered.update(state=AppraisalState.STALE),
            "changed": [words for name, words in LABELS.items() if old[name] != now[name]],
        },
    )  # fmt: skip
    return new


def next_number(portfolio: Portfolio) -> int:
    """One more than the highest number in a log that the caller has locked."""
    return int(portfolio.scans.aggregate(last=Max("number"))["last"] or 0) + 1


def mentors_on_course(portfolio: Portfolio) -> frozenset[UUID]:
    """Mentors who have ever taken students of the course, as known now."""
    placed = Placement.objects.filter(course=portfolio.student.course_id, known_until__isnull=True)
    return frozenset(placed.values_list("mentor_id", flat=True))


def make_scan(entry: ScanEntry, portfolio: Portfolio, number: int) -> Scan:
    """The row of an entry, not yet saved. Its case number follows its own number where none is given."""
    return Scan(
        portfolio=portfolio, number=number, on=entry.on, regions=entry.regions, side=entry.side, subject=entry.subject,
        supervision=entry.supervision, role=entry.role, mentor=entry.mentor, minutes=entry.minutes,
        pathologies=entry.pathologies, other_finding=entry.other_finding, age=entry.age, indication=entry.indication,
        case=entry.case or f"K{number}", reflection=entry.reflection, client_key=entry.client_key,
        identifier_reason=entry.identifier_reason.strip(),
        logged=entry.subject in (None, Subject.PATIENT),
    )  # fmt: skip
