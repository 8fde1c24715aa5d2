"""Qualifications and their documents. A correction closes what was known and adds a row; nothing is overwritten."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accreditation import audit, files
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import User
from accreditation.services.evidence import Kept
from mentors.enums import Precision
from mentors.models import Document, Mentor, Qualification
from mentors.permissions import check_edit_register
from mentors.services.register import locked, next_number

FIELDS = ("kind", "msk", "level", "country", "title", "awarding_body", "ratified_on", "precision")


@transaction.atomic
def add_qualification(
    *, by: User, mentor_id: UUID, kind: str, source: str = "", **details: Any
) -> Qualification:
    """Adds an award or level, known from now on. `details` are other fields of `Qualification`.

    Of a date known to the month or year, `ratified_on` is any day within it. Raises `NotAllowed`, `Invalid`.
    """
    mentor = locked(mentor_id)
    check_edit_register(by, mentor)
    row = _store(
        Qualification(
            mentor=mentor, kind=kind, source=source, recorded_by=by, known_from=timezone.now(), **details
        )
    )
    audit.record("qualification.added", by=by, obj=mentor, payload=_payload(row))
    return row


@transaction.atomic
def correct_qualification(*, by: User, qualification_id: UUID, source: str, **changes: Any) -> Qualification:
    """Replaces what is known of a qualification from now on; the old row stays, for what was known until now.

    Its documents go with the correction. Raises `NotAllowed`, `Invalid`, `NotNow` where somebody corrected it already.
    """
    old = Qualification.objects.select_for_update().select_related("mentor").get(pk=qualification_id)
    check_edit_register(by, old.mentor)
    if old.known_until is not None:
        raise NotNow("This row was corrected already. Open the entry again to see what is known now.")
    if not source.strip():
        raise Invalid({"source": ["Say where this is known from."]})
    moment = timezone.now()
    values = {name: getattr(old, name) for name in FIELDS} | changes
    old.known_until = moment
    old.save(update_fields=["known_until"])
    new = _store(
        Qualification(
            mentor=old.mentor, corrects=old, source=source, recorded_by=by, known_from=moment, **values
        )
    )
    for document in old.documents.all():
        document.qualification = new
        document.save(update_fields=["qualification"])
    audit.record("qualification.corrected", by=by, obj=old.mentor, payload={"old": old.pk, **_payload(new)})
    return new


@transaction.atomic
def add_document(
    *, by: User, qualification_id: UUID, title: str, name: str, data: bytes, media_type: str
) -> Document:
    """Keeps a file behind a qualification (certificate, transcript). Raises `NotAllowed`, `Invalid`."""
    if not data:
        raise Invalid({"file": ["The file is empty."]})
    stored = files.store_bytes(data)
    kept = Kept(name, stored.sha256, stored.size, media_type, None)
    return add_kept_document(by=by, qualification_id=qualification_id, title=title, kept=kept)


@transaction.atomic
def add_kept_document(*, by: User, qualification_id: UUID, title: str, kept: Kept) -> Document:
    """The same for a file that was checked and lies in the store (`accreditation.services.evidence.keep_file`)."""
    row = Qualification.objects.select_related("mentor").get(pk=qualification_id)
    mentor = locked(row.mentor_id)
    check_edit_register(by, mentor)
    document = Document.objects.create(
        mentor=mentor, qualification=row, number=next_number(mentor.documents), title=title, name=kept.name,
        sha256=kept.sha256, size=kept.size, media_type=kept.media_type, uploaded_by=by,
    )  # fmt: skip
    audit.record(
        "document.added", by=by, obj=mentor, payload={"number": document.number, "sha256": kept.sha256}
    )
    return document


def first_day(known: date, precision: str) -> date:
    """The first day of what is known: of the month, or of the year."""
    if precision == Precision.DAY:
        return known
    return known.replace(day=1) if precision == Precision.MONTH else known.replace(month=1, day=1)


def _store(row: Qualification) -> Qualification:
    if row.ratified_on is not None:
        row.ratified_on = first_day(row.ratified_on, row.precision)
        if row.ratified_on > timezone.localdate():
            raise Invalid(
                {"ratified_on": ["The day lies in the future: an award counts when it has been ratified."]}
            )
    try:
        row.full_clean(exclude=("corrects", "recorded_by"))
    except ValidationError as error:
        raise Invalid(dict(error.message_dict)) from None
    row.save(force_insert=True)
    return row


def _payload(row: Qualification) -> dict[str, Any]:
    return {"qualification": row.pk, "kind": row.kind, "msk": row.msk, "ratified_on": row.ratified}


def current(mentor: Mentor) -> list[Qualification]:
    """What is known of a mentor's qualifications now, oldest first."""
    return list(mentor.qualifications.filter(known_until__isnull=True).order_by("ratified_on", "created_at"))
