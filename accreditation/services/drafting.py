"""What a course writes to CASE about one clause, until it is sent: the draft's text and the files that it cites.

A question's answer and a correction of fact are drafted alike. Each gives its row, who may write it and its events; the
functions are then the module's own (`asked.cite`, `replies.cite`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction

from accreditation.exceptions import Stale
from accreditation.models import ClauseQuestion, Evidence, FactReply, User
from accreditation.services import evidence as library
from accreditation.services.cases import words
from accreditation.uploads.taken import Upload

LONGEST = 20_000
Row = TypeVar("Row", ClauseQuestion, FactReply)


@dataclass(frozen=True, slots=True)
class Drafting(Generic[Row]):
    """How one kind of draft is written. `hold` locks its case and fetches the row by the case's key and its own number;
    `check` raises `NotAllowed` or `NotNow`; `record` takes an event's verb, the person, the row and the payload.
    """

    model: type[Row]
    hold: Callable[[UUID | str, int], Row]
    check: Callable[[User, Row], object]
    record: Callable[..., None]
    saved: str
    cited: str
    uncited: str

    @transaction.atomic
    def save_answer(
        self, *, by: User, submission_id: UUID | str, number: int, text: str, version: int = 0
    ) -> Row:
        """Saves the text and returns the row with its new `version`; the same text again changes nothing.

        Raises `NotAllowed`, `NotNow`, `Invalid` (field `text`) where it is too long, `Stale` with the row where somebody
        else saved another text since `version`.
        """
        row = self.hold(submission_id, number)
        self.check(by, row)
        text = words("text", text.replace("\r\n", "\n").replace("\x00", ""), limit=LONGEST)
        if row.text == text:
            return row
        if row.version != version:
            who = row.updated_by.full_name if row.updated_by else "Somebody"
            raise Stale(f"{who} saved another text meanwhile. Yours was not saved over it.", row)
        row.text, row.version, row.updated_by = text, row.version + 1, by
        row.save(update_fields=["text", "version", "updated_by", "updated_at"])
        self.record(self.saved, by, row, characters=len(text))
        return row

    def add_file(
        self, *, by: User, submission_id: UUID | str, number: int, upload: Upload, title: str = ""
    ) -> tuple[Evidence, bool]:
        """Adds a file to the library, or finds the one with the same bytes; and whether it is new.

        The file is read before the case is locked: a slow upload holds up nobody.
        """
        rows = self.model._default_manager.select_related("submission__course")
        self.check(by, rows.get(submission__pk=submission_id, number=number))
        kept = library.keep_file(upload)
        with transaction.atomic():
            row = self.hold(submission_id, number)
            self.check(by, row)
            return library.found_or_added(row.submission, kept, by=by, title=title)

    @transaction.atomic
    def cite(
        self, *, by: User, submission_id: UUID | str, number: int, evidence_id: UUID | str, pages: str = ""
    ) -> Any:
        """Cites a file of the library and returns the citation; the same twice is one. Raises `Invalid` (`pages`,
        `evidence`).
        """
        row = self.hold(submission_id, number)
        self.check(by, row)
        evidence, stored = library.citable(row.submission, evidence_id, pages)
        made, created = row.citations.get_or_create(evidence=evidence, pages=stored)
        if created:
            self.record(self.cited, by, row, evidence=evidence.number, pages=stored)
        return made

    @transaction.atomic
    def uncite(self, *, by: User, submission_id: UUID | str, number: int, citation_id: UUID | str) -> None:
        """Takes a citation out; the file stays in the library. One that is gone already is no fault."""
        row = self.hold(submission_id, number)
        self.check(by, row)
        for citation in row.citations.filter(pk=citation_id).select_related("evidence"):
            self.record(self.uncited, by, row, evidence=citation.evidence.number)
            citation.delete()
