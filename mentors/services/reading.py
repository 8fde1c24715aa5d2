"""Reads that are on the audit trail: an officer or an assessor opens a person's file."""

from django.db import transaction

from accreditation import audit
from accreditation.models import User
from mentors.models import Document, Mentor


@transaction.atomic
def note_read(*, by: User, mentor: Mentor) -> None:
    """Records that somebody opened a mentor's page."""
    audit.record("mentor.read", by=by, obj=mentor, payload={"number": mentor.number})


@transaction.atomic
def note_document(*, by: User, document: Document) -> None:
    """Records that somebody downloaded a file of a mentor's entry."""
    payload = {"number": document.number, "sha256": document.sha256}
    audit.record("mentor.document_read", by=by, obj=document.mentor, payload=payload)
