"""The register's entries: who is on it, what was looked up, and the mentor's own yearly confirmation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, Stale
from accreditation.models import Course, User
from mentors import registration
from mentors.enums import MentorState, SeenStatus, Way
from mentors.models import Confirmation, Consent, FormerEntry, Listing, Mentor, RegisterCheck
from mentors.permissions import check_confirm, check_edit_register, check_propose

CONTACT = ("full_name", "email", "body", "registration_number")


@transaction.atomic
def add_mentor(
    *, by: User, full_name: str, user: User | None = None, consent_on: date | None = None, **details: Any
) -> Mentor:
    """Adds a person to the register with the next number ("M0001"), from today. `details` are other fields of `Mentor`.

    Raises `NotAllowed`, `Invalid`: no name, an unknown body, a number of the regulator that another entry has.
    """
    check_edit_register(by)
    mentor = _add(by=by, full_name=full_name, user=user, state=MentorState.ACTIVE, **details)
    known = {"mentor": mentor, "known_from": mentor.created_at, "recorded_by": by}
    Listing.objects.create(since=timezone.localdate(), **known)
    if consent_on is not None:
        Consent.objects.create(since=consent_on, **known)
    return mentor


@transaction.atomic
def propose_mentor(*, by: User, course: Course, full_name: str, **details: Any) -> Mentor:
    """A course proposes somebody; an officer accepts them with `accept_mentor`. Raises `NotAllowed`, `Invalid`."""
    check_propose(by, course)
    return _add(
        by=by, full_name=full_name, state=MentorState.PROPOSED, proposed_by=by, proposed_for=course, **details
    )


def _add(*, by: User, full_name: str, **details: Any) -> Mentor:
    last = Mentor.objects.select_for_update().order_by("-number").first()  # one number after the other
    mentor = Mentor(number=number_after(last), full_name=" ".join(full_name.split()), **details)
    check_entry(mentor)
    mentor.save(force_insert=True)
    audit.record("mentor.added", by=by, obj=mentor, payload={"number": mentor.number, "state": mentor.state})
    return mentor


def number_after(last: Mentor | None, steps: int = 1) -> str:
    """The register number that follows the last one's: "M0001" for the first entry."""
    number = int(last.number[1:]) if last and last.number[1:].isdecimal() else 0
    return f"M{number + steps:04}"


def check_entry(mentor: Mentor) -> None:
    """Raises `Invalid` for a name that is missing, for what the model refuses, for a number that the regulator does not
    write so, and for a registration given twice (PH95159 is PH095159).
    """
    problems: dict[str, list[str]] = {}
    try:
        mentor.full_clean(exclude=("user", "proposed_by", "proposed_for", "imported"))
    except ValidationError as error:
        problems = dict(error.message_dict)
    number = mentor.registration_number = registration.written(mentor.registration_number)
    if words := registration.problem(mentor.body, number):
        problems["registration_number"] = [words]
    elif other := same_registration(mentor):
        problems["registration_number"] = [f"{other.full_name} ({other.number}) has this number already."]
    if problems:
        raise Invalid(problems)


def same_registration(mentor: Mentor) -> Mentor | None:
    """Another entry with the same number of the same regulator, however it is spelt."""
    key = registration.key(mentor.body, mentor.registration_number)
    others = Mentor.objects.filter(body=mentor.body).exclude(pk=mentor.pk).exclude(registration_number="")
    if key is None:
        return None
    same = (one for one in others if registration.key(one.body, one.registration_number) == key)
    return next(same, None)


@transaction.atomic
def correct_entry(*, by: User, mentor_id: UUID, version: int, **values: str) -> Mentor:
    """Corrects name, address, regulator or number; how the entry read until now is kept.

    Raises `NotAllowed`, `Invalid`, `Stale` with the entry as it stands.
    """
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    if mentor.version != version:
        now = ", ".join(filter(None, (getattr(mentor, name) for name in CONTACT)))
        raise Stale(
            f"Somebody changed this entry since you opened it. It now reads: {now}. Nothing was saved.",
            mentor,
        )
    changed = {
        name: getattr(mentor, name)
        for name in CONTACT
        if values.get(name, getattr(mentor, name)) != getattr(mentor, name)
    }
    if changed:
        keep_former(mentor, timezone.now(), by)
    for name in changed:
        setattr(mentor, name, values[name])
    check_entry(mentor)
    mentor.imported = None  # a person's own entry from now on: no import changes it
    mentor.version += 1
    mentor.save()
    audit.record("mentor.corrected", by=by, obj=mentor, payload={"fields": sorted(changed)})
    return mentor


def keep_former(mentor: Mentor, moment: datetime, by: User | None) -> FormerEntry:
    """Keeps how an entry reads before it is changed: known since the last change (or since it was made) until `moment`."""
    last = mentor.former_entries.order_by("-known_until").first()
    return FormerEntry.objects.create(
        mentor=mentor,
        known_from=last.known_until if last and last.known_until else mentor.created_at,
        known_until=moment,
        recorded_by=by,
        **{name: getattr(mentor, name) for name in CONTACT},
    )


@transaction.atomic
def record_check(*, by: User, mentor_id: UUID, on: date, status: str, note: str = "") -> RegisterCheck:
    """Notes that an officer looked the mentor up in the regulator's register. Raises `NotAllowed`, `Invalid`."""
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    if status not in SeenStatus.values:
        raise Invalid({"status": ["Choose what the register showed."]})
    if on > timezone.localdate():
        raise Invalid({"on": ["The day lies in the future."]})
    if not mentor.registration_number:
        raise Invalid({"status": ["Enter the registration number first: there is nothing to look up."]})
    check = RegisterCheck.objects.create(mentor=mentor, by=by, on=on, status=status, note=note)
    audit.record("mentor.looked_up", by=by, obj=mentor, payload={"on": on, "status": status})
    return check


@transaction.atomic
def confirm_entry(*, by: User, mentor_id: UUID) -> Mentor:
    """The mentor confirms that their entry is right, as of today. Raises `NotAllowed`."""
    mentor = locked(mentor_id)
    check_confirm(by, mentor)
    return confirmed(mentor, Way.ACCOUNT, by)


def confirmed(mentor: Mentor, way: Way, by: User | None) -> Mentor:
    """Notes a confirmation of today; the caller has locked the entry and knows that it is the mentor who confirms."""
    mentor.confirmed_on = timezone.localdate()
    mentor.version += 1
    mentor.save(update_fields=["confirmed_on", "version", "updated_at"])
    Confirmation.objects.create(mentor=mentor, on=mentor.confirmed_on, way=way, by=by)
    audit.record("mentor.confirmed", by=by, obj=mentor, payload={"way": way.value})
    return mentor


def locked(mentor_id: UUID) -> Mentor:
    """The entry, locked until the caller's transaction ends. Raises `Mentor.DoesNotExist`."""
    return Mentor.objects.select_for_update().get(pk=mentor_id)


def next_number(rows: Any) -> int:
    """One more than the highest `number` among rows that the caller has locked the parent of."""
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1
