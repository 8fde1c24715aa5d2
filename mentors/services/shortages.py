"""Shortage exceptions (PS4's asterisk): claimed by a course, decided by a named officer for a period."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import Course, User
from mentors.enums import Area, ShortageStatus
from mentors.models import Mentor, Shortage
from mentors.permissions import check_claim_shortage, check_decide_shortage
from mentors.services.register import next_number


@transaction.atomic
def claim_shortage(
    *,
    by: User,
    course: Course,
    reason: str,
    search_made: str,
    since: date,
    until: date | None = None,
    relies_on: Collection[Mentor] = (),
    area: str = Area.ENGLAND,
) -> Shortage:
    """A course claims a significant shortage, with the search it made and the colleagues it relies on.

    Raises `NotAllowed`, `Invalid`.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    check_claim_shortage(by, course)
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = ["Say why mentors are short."]
    if not search_made.strip():
        problems["search_made"] = ["Say what was done to find mentors."]
    if until is not None and until < since:
        problems["until"] = ["The last day cannot lie before the first."]
    if area not in Area.values:
        problems["area"] = ["Choose where mentors are short."]
    if problems:
        raise Invalid(problems)
    shortage = Shortage.objects.create(
        course=course, number=next_number(course.shortages), reason=reason, search_made=search_made, since=since,
        until=until, claimed_by=by, area=area,
    )  # fmt: skip
    shortage.relies_on.set(relies_on)
    audit.record(
        "shortage.claimed",
        by=by,
        obj=shortage,
        payload={"since": since, "until": until, "mentors": [m.number for m in relies_on]},
    )
    return shortage


@transaction.atomic
def decide_shortage(
    *, by: User, shortage_id: UUID, accept: bool, reason: str, until: date | None = None
) -> Shortage:
    """An officer accepts a claim for a period that ends (`until`, else as claimed), or refuses it, with the reason.

    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    shortage = Shortage.objects.select_for_update().select_related("course").get(pk=shortage_id)
    check_decide_shortage(by, shortage.course)
    if shortage.status != ShortageStatus.CLAIMED:
        raise NotNow(f"This claim is “{shortage.get_status_display()}” already.")
    if not reason.strip():
        raise Invalid({"reason": ["Give the reason of the decision."]})
    last = until or shortage.until
    if accept and last is None:
        raise Invalid({"until": ["Give the last day: an exception without an end is no exception."]})
    if last is not None and last < shortage.since:
        raise Invalid({"until": ["The last day cannot lie before the first."]})
    shortage.status = ShortageStatus.ACCEPTED if accept else ShortageStatus.REFUSED
    shortage.until = until or shortage.until
    shortage.decided_by, shortage.decided_at, shortage.decision_reason = by, timezone.now(), reason
    shortage.version += 1
    shortage.save()
    audit.record(
        "shortage.decided", by=by, obj=shortage, payload={"status": shortage.status, "until": shortage.until}
    )
    return shortage


@transaction.atomic
def end_shortage(*, by: User, shortage_id: UUID, on: date, reason: str) -> Shortage:
    """An officer ends an accepted exception early: `on` is its last day. Scans until then keep it.

    Raises `NotAllowed`, `NotNow`, `Invalid`.
    """
    shortage = Shortage.objects.select_for_update().select_related("course").get(pk=shortage_id)
    check_decide_shortage(by, shortage.course)
    if shortage.status != ShortageStatus.ACCEPTED or shortage.ended_at is not None:
        raise NotNow("Only an exception that was accepted and has not been ended can be ended.")
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = ["Give the reason."]
    if on < shortage.since or (shortage.until is not None and on > shortage.until):
        problems["on"] = ["The day must lie within the period of the exception."]
    if problems:
        raise Invalid(problems)
    shortage.ended_on, shortage.ended_at, shortage.ended_by = on, timezone.now(), by
    shortage.end_reason = reason.strip()
    shortage.version += 1
    shortage.save()
    audit.record("shortage.ended", by=by, obj=shortage, payload={"on": on})
    return shortage
