"""Who is on the register, and who agreed to be: from when to when, and since when the register knows it.

`Mentor.state` says the same of today, for lists and constraints: `follow` sets it after every change of a row.
"""

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from accreditation.rules.dates import spoken
from mentors.enums import MentorState
from mentors.models import Consent, Listing, Mentor, Placement
from mentors.permissions import check_edit_register
from mentors.services.periods import end_known
from mentors.services.register import locked

Row = TypeVar("Row", Listing, Consent)


@transaction.atomic
def accept_mentor(*, by: User, mentor_id: UUID) -> Mentor:
    """Takes a proposed person on the register, and places them on the course that proposed them, from today.

    Raises `NotAllowed`, `NotNow`.
    """
    mentor = _in_state(by, mentor_id, MentorState.PROPOSED)
    today, moment = timezone.localdate(), timezone.now()
    Listing.objects.create(
        mentor=mentor, since=today, known_from=moment, recorded_by=by, source="Proposed by a course"
    )
    follow(mentor)
    audit.record("mentor.accepted", by=by, obj=mentor)
    if mentor.proposed_for is not None:
        Placement.objects.create(
            mentor=mentor, course=mentor.proposed_for, since=today, recorded_by=by, source="Proposed by the course",
            known_from=moment,
        )  # fmt: skip
        payload = {"course": mentor.proposed_for.reference, "since": today}
        audit.record("mentor.placed", by=by, obj=mentor, payload=payload)
    return mentor


@transaction.atomic
def remove_mentor(*, by: User, mentor_id: UUID, on: date | None = None, reason: str = "") -> Mentor:
    """Notes that a person has left the register, with the last day; their rows stay.

    Raises `NotAllowed`, `NotNow` for somebody who is not on the register, `Invalid` for a day to come or before the first.
    """
    mentor = _in_state(by, mentor_id, MentorState.ACTIVE)
    last = on or timezone.localdate()
    end_known(_open(mentor.listings, last), until=last, by=by, reason=reason)
    follow(mentor)
    audit.record("mentor.left", by=by, obj=mentor, payload={"until": last})
    return mentor


@transaction.atomic
def take_back(*, by: User, mentor_id: UUID, since: date, source: str) -> Mentor:
    """Somebody who had left is on the register again, from a day on. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    mentor = _in_state(by, mentor_id, MentorState.LEFT)
    last = mentor.listings.filter(known_until__isnull=True).order_by("-until").first()
    _not_ahead("since", since)
    if last is not None and last.until is not None and since <= last.until:
        raise Invalid({"since": [f"The person was on the register until {spoken(last.until)} already."]})
    Listing.objects.create(
        mentor=mentor, since=since, known_from=timezone.now(), recorded_by=by, source=source
    )
    follow(mentor)
    audit.record("mentor.taken_back_on", by=by, obj=mentor, payload={"since": since})
    return mentor


@transaction.atomic
def give_consent(*, by: User, mentor_id: UUID, on: date, source: str) -> Consent:
    """Notes that a mentor agreed to be on the register. Raises `NotAllowed`, `NotNow`, `Invalid`."""
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    _not_ahead("on", on)
    if mentor.consents.filter(known_until__isnull=True, until__isnull=True).exists():
        raise NotNow("A consent is recorded already. Correct it, or note that it was withdrawn.")
    row = Consent.objects.create(
        mentor=mentor, since=on, known_from=timezone.now(), recorded_by=by, source=source
    )
    audit.record("mentor.consent_given", by=by, obj=mentor, payload={"on": on})
    return row


@transaction.atomic
def withdraw_consent(*, by: User, mentor_id: UUID, on: date, reason: str = "") -> Consent:
    """Notes that a mentor no longer agrees; whether they leave the register is a decision of its own.

    Raises `NotAllowed`, `NotNow` where no consent is open, `Invalid`.
    """
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    row = end_known(_open(mentor.consents, on), until=on, by=by, reason=reason)
    audit.record("mentor.consent_withdrawn", by=by, obj=mentor, payload={"on": on})
    return row


def follow(mentor: Mentor) -> None:
    """Sets `Mentor.state` to what the rows say of today; the caller has locked the entry."""
    is_on = mentor.listings.filter(known_until__isnull=True, until__isnull=True).exists()
    mentor.state = MentorState.ACTIVE if is_on else MentorState.LEFT
    mentor.version += 1
    mentor.save(update_fields=["state", "version", "updated_at"])


def _in_state(by: User, mentor_id: UUID, wanted: MentorState) -> Mentor:
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    if mentor.state != wanted:
        raise NotNow(f"{mentor} is “{mentor.get_state_display()}” now. Nothing was changed.")
    return mentor


def _open(rows: models.Manager[Row], last: date) -> Row:
    row = rows.select_for_update().filter(known_until__isnull=True, until__isnull=True).first()
    if row is None:
        raise NotNow("Nothing is recorded that could end. Nothing was changed.")
    _not_ahead("on", last)
    if last < row.since:
        raise Invalid({"on": [f"The day lies before the first, {spoken(row.since)}."]})
    return row


def _not_ahead(name: str, day: date) -> None:
    if day > timezone.localdate():
        raise Invalid({name: ["The day lies in the future."]})
