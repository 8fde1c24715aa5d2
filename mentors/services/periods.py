"""What held of a mentor from when to when: remit, breaks, employment, and placements on courses."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import Course, User
from accreditation.rules import regions as parts
from mentors.enums import Area, MentorState
from mentors.models import Break, Employment, Placement, RemitPeriod
from mentors.models.known import Known
from mentors.permissions import check_edit_register, check_place
from mentors.services.register import locked

Row = TypeVar("Row", bound=Known)
ONE_DAY = timedelta(days=1)


@transaction.atomic
def set_remit(
    *, by: User, mentor_id: UUID, regions: Collection[str], since: date | None, source: str = ""
) -> RemitPeriod:
    """From `since` on the mentor scans these regions and extras; the remit before it ends the day before.

    The row before is not overwritten: what was known is closed, and the same period with its end is added.
    Raises `NotAllowed`, `Invalid`.
    """
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    unknown = sorted(set(regions) - set(parts.PARTS))
    if not regions or unknown:
        raise Invalid(
            {"regions": ["Choose at least one region."] + [f"{name} is not a region." for name in unknown]}
        )
    moment = timezone.now()
    open_rows = mentor.remit_periods.select_for_update().filter(known_until__isnull=True, until__isnull=True)
    for row in open_rows:
        row.known_until = moment
        row.save(update_fields=["known_until"])
        if since is not None and (row.since is None or row.since < since):
            RemitPeriod.objects.create(
                mentor=mentor, regions=row.regions, since=row.since, until=since - ONE_DAY, known_from=moment,
                recorded_by=by, source=row.source,
            )  # fmt: skip
    period = RemitPeriod.objects.create(
        mentor=mentor,
        regions=frozenset(regions),
        since=since,
        known_from=moment,
        recorded_by=by,
        source=source,
    )
    audit.record("mentor.remit_set", by=by, obj=mentor, payload={"regions": sorted(regions), "since": since})
    return period


@transaction.atomic
def add_break(
    *, by: User, mentor_id: UUID, since: date, until: date | None, reason: str = "", source: str = ""
) -> Break:
    """Notes a time without MSK ultrasound practice. Raises `NotAllowed`, `Invalid`."""
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    _check_period(since, until)
    away = Break.objects.create(
        known_from=timezone.now(),
        mentor=mentor,
        since=since,
        until=until,
        reason=reason,
        source=source,
        recorded_by=by,
    )
    audit.record("mentor.break_added", by=by, obj=mentor, payload={"since": since, "until": until})
    return away


@transaction.atomic
def add_employment(
    *,
    by: User,
    mentor_id: UUID,
    employer: str,
    since: date,
    site: str = "",
    area: str = Area.ENGLAND,
    job: str = "",
    until: date | None = None,
) -> Employment:
    """Notes where a mentor works. Raises `NotAllowed`, `Invalid`."""
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    _check_period(since, until)
    if not employer.strip():
        raise Invalid({"employer": ["Enter the employer."]})
    post = Employment.objects.create(
        known_from=timezone.now(),
        mentor=mentor,
        employer=employer,
        site=site,
        area=area,
        job=job,
        since=since,
        until=until,
        recorded_by=by,
    )
    audit.record("mentor.employment_added", by=by, obj=mentor, payload={"since": since, "until": until})
    return post


@transaction.atomic
def place(
    *, by: User, mentor_id: UUID, course: Course, since: date, site: str = "", until: date | None = None
) -> Placement:
    """The mentor takes students of a course from a day on. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    mentor = locked(mentor_id)
    check_place(by, course, mentor)
    _check_period(since, until)
    if mentor.state != MentorState.ACTIVE:
        raise NotNow(
            f"{mentor} is “{mentor.get_state_display()}”: only mentors on the register can be placed."
        )
    if mentor.placements.filter(course=course, known_until__isnull=True, until__isnull=True).exists():
        raise NotNow(f"{mentor} takes students of this course already.")
    row = Placement.objects.create(
        known_from=timezone.now(),
        mentor=mentor,
        course=course,
        site=site,
        since=since,
        until=until,
        recorded_by=by,
    )
    audit.record("mentor.placed", by=by, obj=mentor, payload={"course": course.reference, "since": since})
    return row


@transaction.atomic
def end_placement(*, by: User, placement_id: UUID, until: date) -> Placement:
    """Ends a placement on its last day; the open row is closed and one with the end is added. Raises as `place`."""
    old = Placement.objects.select_for_update().select_related("mentor", "course").get(pk=placement_id)
    check_place(by, old.course, old.mentor)
    if old.known_until is not None or old.until is not None:
        raise NotNow("This placement has ended already.")
    _check_period(old.since, until)
    new = end_known(old, until=until, by=by)
    audit.record(
        "mentor.placement_ended",
        by=by,
        obj=old.mentor,
        payload={"course": old.course.reference, "until": until},
    )
    return new


def end_known(row: Row, *, until: date, by: User, **more: str) -> Row:
    """Closes a `Known` row with an open end and adds the same with its end, known from now on; returns the new row.

    `more` are other values that the end brings, such as its reason.
    """
    moment = timezone.now()
    row.known_until = moment
    row.save(update_fields=["known_until"])
    kept = {field.attname for field in row._meta.concrete_fields} - {
        "id",
        "created_at",
        "known_from",
        "known_until",
    }
    values = {name: getattr(row, name) for name in kept} | {"until": until, "recorded_by_id": by.pk, **more}
    new = type(row)(known_from=moment, **values)
    new.save(force_insert=True)
    return new


def _check_period(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise Invalid({"until": ["The last day cannot lie before the first."]})
