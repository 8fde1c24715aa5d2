"""Corrections of what holds from when to when: the row is closed and one that replaces it is added, never overwritten."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accreditation import audit
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from mentors.models import Break, Consent, Employment, Listing, RemitPeriod
from mentors.models.known import Known
from mentors.permissions import check_edit_register
from mentors.services.listing import follow
from mentors.services.register import locked

Period = RemitPeriod | Break | Employment | Listing | Consent
TABLES: dict[str, type[Period]] = {
    "remit": RemitPeriod, "break": Break, "employment": Employment,
    "listing": Listing, "consent": Consent,
}  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    "remit": ("regions", "since", "until"),
    "break": ("since", "until", "reason"),
    "employment": ("employer", "site", "area", "job", "since", "until"),
    "listing": ("since", "until", "reason"),
    "consent": ("since", "until", "reason"),
}


@transaction.atomic
def correct_period(
    *, by: User, kind: str, row_id: UUID, source: str, withdrawn: bool = False, **values: Any
) -> Known | None:
    """Replaces what is known of a row from now on. `withdrawn`: it never held; nothing replaces it.

    `kind` is a key of `TABLES`, `values` are those of `FIELDS`. The old row stays for what was known until
    now. Raises `NotAllowed`, `Invalid`, `NotNow` where it was corrected already.
    """
    old = TABLES[kind]._default_manager.select_for_update().get(pk=row_id)
    mentor = locked(old.mentor_id)
    check_edit_register(by, mentor)
    if old.known_until is not None:
        raise NotNow("This row was corrected already. Open the entry again to see what is known now.")
    if not source.strip():
        raise Invalid({"source": ["Say where this is known from."]})
    since, until = values.get("since", old.since), values.get("until", old.until)
    _check_days(kind, since, until, withdrawn)
    _check_open(kind, old, until, withdrawn)
    moment = timezone.now()
    old.known_until = moment
    old.save(update_fields=["known_until"])
    payload: dict[str, Any] = {"kind": kind, "old": old.pk, "since": since, "until": until}
    if withdrawn:
        audit.record("mentor.row_withdrawn", by=by, obj=mentor, payload=payload)
        if kind == "listing":
            follow(mentor)
        return None
    kept = {name: values.get(name, getattr(old, name)) for name in FIELDS[kind]}
    new = TABLES[kind](mentor=mentor, known_from=moment, recorded_by=by, source=source, **kept)
    try:
        new.full_clean(exclude=("recorded_by", "imported", "closed_by"))
    except ValidationError as error:
        raise Invalid(dict(error.message_dict)) from None
    new.save(force_insert=True)
    if kind == "listing":
        follow(mentor)
    audit.record("mentor.row_corrected", by=by, obj=mentor, payload={**payload, "new": new.pk})
    return new


def _check_open(kind: str, old: Period, until: date | None, withdrawn: bool) -> None:
    """A listing or consent may be open once: two would say the same twice."""
    if kind in ("listing", "consent") and until is None and not withdrawn:
        others = TABLES[kind]._default_manager.filter(mentor=old.mentor_id, known_until__isnull=True)
        if others.filter(until__isnull=True).exclude(pk=old.pk).exists():
            raise Invalid({"until": ["Another row is open already: this one needs a last day."]})


def _check_days(kind: str, since: date | None, until: date | None, withdrawn: bool) -> None:
    if withdrawn:
        return
    if since is None and kind != "remit":
        raise Invalid({"since": ["Enter the first day."]})
    if kind in ("listing", "consent") and max(since or date.min, until or date.min) > timezone.localdate():
        raise Invalid({"until": ["A day lies in the future."]})
    if since is not None and until is not None and until < since:
        raise Invalid({"until": ["The last day cannot lie before the first."]})
