"""Writes to a submission's library of evidence, and to the citations that lead from clauses to it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone

from accreditation import audit, files, page_references
from accreditation.enums import Paper
from accreditation.exceptions import Invalid, NotNow
from accreditation.models import Answer, AuditEvent, Citation, Evidence, Submission, User
from accreditation.permissions import check_edit
from accreditation.services.submissions import check_clause, editable
from accreditation.uploads import kinds, names, taken
from accreditation.uploads.taken import Upload

READING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was checked and lies in the store, before it has a row."""

    name: str
    sha256: str
    size: int
    media_type: str
    pages: int | None


def keep_file(upload: Upload, *, limit: int | None = None) -> Kept:
    """Checks an uploaded file by its content and keeps its bytes; the caller then writes the row that names them.

    For any app that takes files. Raises `Invalid` (field `file`) with the sentence for the person, and
    `files.StoreUnavailable`; then nothing was kept.
    """
    limit = limit or settings.EVIDENCE_MAX_BYTES
    given = upload.name or ""
    try:
        with taken.checked(upload, limit) as (path, found), path.open("rb") as stream:
            stored = files.store(stream, limit=limit)
    except (kinds.Refused, files.TooLarge) as no:
        raise Invalid({"file": [str(no)]}) from no
    name = names.clean_name(given, kinds.extension_of(given))
    return Kept(name, stored.sha256, stored.size, found.media_type, found.pages)


def add_evidence(
    *, by: User, submission_id: UUID, upload: Upload, title: str = "", paper: str = ""
) -> Evidence:
    """Adds a file to a draft's library and returns its row, the next number (E1, E2 …) in line.

    The same bytes twice are one file: adding what is in the library already raises `Invalid` naming it. Raises `NotAllowed`,
    `NotNow`, `Invalid` (fields `file`, `title`) and `files.StoreUnavailable`; then nothing was changed.
    """
    kept = keep_for(by=by, submission_id=submission_id, upload=upload)
    return add_kept_file(by=by, submission_id=submission_id, kept=kept, title=title, paper=paper)


def keep_for(*, by: User, submission_id: UUID, upload: Upload) -> Kept:
    """`keep_file` for a draft that the person may change: the long part of an upload, before any transaction begins."""
    check_edit(by, Submission.objects.select_related("course").get(pk=submission_id))
    return keep_file(upload)


@transaction.atomic
def add_kept_file(*, by: User, submission_id: UUID, kept: Kept, title: str = "", paper: str = "") -> Evidence:
    """The short part of `add_evidence`: the row of a file that was kept, which may stand in one transaction with the key of
    the form that brought it.
    """
    submission = editable(by, submission_id)
    if same := current(submission).filter(sha256=kept.sha256).first():
        raise Invalid(
            {"file": [f"This file is in the library already: E{same.number} “{same.title}”. Cite that one."]}
        )
    return add_kept(submission, kept, by=by, title=title, paper=paper)


def add_kept(submission: Submission, kept: Kept, *, by: User, title: str, paper: str = "") -> Evidence:
    """The row of a kept file in the library of a locked submission; the caller has checked the person and the state."""
    check_quota(submission, kept.size)
    evidence = _row(submission, kept, by=by, title=title, paper=_paper(paper))
    audit.record("evidence.added", by=by, obj=evidence, payload=_payload(evidence))
    return evidence


def add_or_find(*, by: User, submission_id: UUID, upload: Upload, title: str = "") -> tuple[Evidence, bool]:
    """`add_evidence`, or the file that is in the library already where its bytes are the same; and whether it is new."""
    check_edit(by, Submission.objects.select_related("course").get(pk=submission_id))
    kept = keep_file(upload)
    with transaction.atomic():
        submission = editable(by, submission_id)
        if same := current(submission).filter(sha256=kept.sha256).first():
            return same, False
        return add_kept(submission, kept, by=by, title=title), True


def replace_evidence(*, by: User, submission_id: UUID, evidence_id: UUID, upload: Upload) -> Evidence:
    """Puts a newer version of a file into the library; the older one stays, and can still be opened.

    Citations move to the new version where their pages exist in it; the others stay with the old one. Raises as
    `add_evidence`, and `NotNow` where the file was replaced or removed meanwhile.
    """
    kept = keep_for(by=by, submission_id=submission_id, upload=upload)
    return replace_with_kept(by=by, submission_id=submission_id, evidence_id=evidence_id, kept=kept)


@transaction.atomic
def replace_with_kept(*, by: User, submission_id: UUID, evidence_id: UUID, kept: Kept) -> Evidence:
    """The short part of `replace_evidence`, as `add_kept_file` is of `add_evidence`."""
    submission = editable(by, submission_id)
    old = Evidence.objects.get(pk=evidence_id, submission=submission)
    if old.removed_at or hasattr(old, "replaced_by"):
        raise NotNow(f"E{old.number} “{old.title}” was replaced or removed meanwhile. Nothing was changed.")
    if old.sha256 == kept.sha256:
        raise Invalid({"file": ["This is the same file as the one it would replace, byte for byte."]})
    if same := current(submission).filter(sha256=kept.sha256).first():
        raise Invalid({"file": [f"This file is in the library already: E{same.number} “{same.title}”."]})
    check_quota(submission, kept.size)
    new = _row(submission, kept, by=by, title=old.title, paper=old.paper, replaces=old)
    moved = _move_citations(old, new)
    audit.record(
        "evidence.replaced",
        by=by,
        obj=new,
        payload={**_payload(new), "replaces": str(old.pk), "citations_moved": moved},
    )
    return new


def _move_citations(old: Evidence, new: Evidence) -> int:
    moved = 0
    for citation in old.citations.all():
        with suppress(page_references.BadPages):
            page_references.checked(citation.pages, new.pages)
            citation.evidence = new
            citation.save(update_fields=["evidence"])
            moved += 1
    return moved


def remove_evidence(*, by: User, submission_id: UUID, evidence_id: UUID) -> Evidence:
    """Takes a file out of a draft's library. Raises `NotNow` while a clause cites it, naming the clauses.

    The row and its bytes stay: an earlier frozen version may name them.
    """
    with transaction.atomic():
        submission = editable(by, submission_id)
        evidence = Evidence.objects.get(pk=evidence_id, submission=submission)
        cited = sorted(set(evidence.citations.values_list("answer__clause", flat=True)))
        if cited:
            raise NotNow(
                f"E{evidence.number} “{evidence.title}” is cited by {', '.join(cited)}. "
                "Take it out there first. Nothing was changed."
            )
        if evidence.removed_at is None:
            evidence.removed_at = timezone.now()
            evidence.save(update_fields=["removed_at"])
            audit.record("evidence.removed", by=by, obj=evidence, payload=_payload(evidence))
    return evidence


def rename_evidence(
    *, by: User, submission_id: UUID, evidence_id: UUID, title: str, paper: str | None = None
) -> Evidence:
    """Gives a file another title, and says which document of the list it is (None: as it was). Raises `Invalid`."""
    with transaction.atomic():
        submission = editable(by, submission_id)
        evidence = Evidence.objects.get(pk=evidence_id, submission=submission)
        evidence.title = _title(title)
        if paper is not None:
            evidence.paper = _paper(paper)
        evidence.save(update_fields=["title", "paper"])
        audit.record("evidence.renamed", by=by, obj=evidence)
    return evidence


def citable(submission: Submission, evidence_id: UUID | str, pages: str) -> tuple[Evidence, str]:
    """A file of the library and the pages of it that are meant, as a citation keeps them.

    Raises `Invalid` (fields `pages`, `evidence`) where the pages cannot be read or lie outside the file, or it is gone.
    """
    evidence = current(submission).filter(pk=evidence_id).first()
    if evidence is None:
        raise Invalid({"evidence": ["Choose a file of this submission’s library"]})
    try:
        return evidence, page_references.checked(pages, evidence.pages)
    except page_references.BadPages as bad:
        raise Invalid({"pages": [str(bad)]}) from bad


def found_or_added(submission: Submission, kept: Kept, *, by: User, title: str) -> tuple[Evidence, bool]:
    """The file of the library with the bytes of one that was kept, or that file added to it; and whether it is new.

    For answers after the submission: what is added then is never taken out again. Inside the caller's transaction, which
    has locked the submission and checked the person.
    """
    if same := current(submission).filter(sha256=kept.sha256).first():
        return same, False
    return add_kept(submission, kept, by=by, title=title), True


def cite(*, by: User, submission_id: UUID, clause: str, evidence_id: UUID, pages: str = "") -> Citation:
    """Cites a file of the library for a clause; the same citation twice is one. Raises `Invalid` as `citable`."""
    with transaction.atomic():
        submission = editable(by, submission_id)
        check_clause(submission, clause)
        evidence, stored = citable(submission, evidence_id, pages)
        answer, _ = Answer.objects.get_or_create(
            submission=submission, clause=clause, defaults={"updated_by": by}
        )
        citation, created = Citation.objects.get_or_create(answer=answer, evidence=evidence, pages=stored)
        if created:
            audit.record(
                "evidence.cited",
                by=by,
                obj=evidence,
                payload={"submission": submission.reference, "clause": clause, "pages": stored},
            )
    return citation


def uncite(*, by: User, submission_id: UUID, citation_id: UUID) -> None:
    """Takes a citation away; one that is gone already is no fault."""
    with transaction.atomic():
        submission = editable(by, submission_id)
        citation = (
            Citation.objects.select_related("answer", "evidence")
            .filter(pk=citation_id, answer__submission=submission)
            .first()
        )
        if citation:
            payload = {
                "submission": submission.reference,
                "clause": citation.answer.clause,
                "pages": citation.pages,
            }
            audit.record("evidence.uncited", by=by, obj=citation.evidence, payload=payload)
            citation.delete()


def record_download(*, by: User, evidence: Evidence, how: str = "file") -> None:
    """Puts on the audit trail that a person was given a file (`how`: "file"), or read its pages ("pages").

    Every download is an event of its own; turning pages within an hour is one reading.
    """
    verb = "evidence.downloaded" if how == "file" else "evidence.viewed"
    with transaction.atomic():
        if how == "pages":
            since = timezone.now() - READING
            seen = AuditEvent.objects.filter(
                actor_id=by.pk, verb=verb, object_id=str(evidence.pk), at__gte=since
            )
            if seen.exists():
                return
        payload = {"sha256": evidence.sha256, "submission": str(evidence.submission_id)}
        audit.record(verb, by=by, obj=evidence, payload=payload)


def current(submission: Submission) -> QuerySet[Evidence]:
    """The files of a library that can be cited: not removed, not replaced."""
    return Evidence.objects.filter(submission=submission, removed_at__isnull=True, replaced_by__isnull=True)


def check_quota(submission: Submission, size: int) -> None:
    """Raises `Invalid` where a file would take the submission's library over its limits."""
    rows = Evidence.objects.filter(submission=submission)
    held = rows.aggregate(bytes=Sum("size"))["bytes"] or 0
    if held + size > settings.EVIDENCE_QUOTA_BYTES or rows.count() >= settings.EVIDENCE_QUOTA_FILES:
        raise Invalid(
            {
                "file": [
                    f"The library is full: it can hold {settings.EVIDENCE_QUOTA_BYTES // kinds.MEGABYTE} MB and "
                    f"{settings.EVIDENCE_QUOTA_FILES} files, older versions included. Ask the CASE office for more room."
                ]
            }
        )


def _row(
    submission: Submission,
    kept: Kept,
    *,
    by: User,
    title: str,
    paper: str = "",
    replaces: Evidence | None = None,
) -> Evidence:
    last = Evidence.objects.filter(submission=submission).aggregate(last=Max("number"))["last"] or 0
    return Evidence.objects.create(
        submission=submission,
        number=last + 1,
        title=_title(title or names.title_from(kept.name)),
        name=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        media_type=kept.media_type,
        pages=kept.pages,
        paper=paper,
        uploaded_by=by,
        replaces=replaces,
    )


def _paper(paper: str) -> str:
    if paper and paper not in Paper.values:
        raise Invalid({"paper": ["Choose which document this is, or none of the list"]})
    return paper


def _title(title: str) -> str:
    cleaned = " ".join(title.split())
    if not cleaned:
        raise Invalid({"title": ["Enter a title, for example Course handbook 2026"]})
    if len(cleaned) > 200:
        raise Invalid({"title": ["The title must be 200 characters or fewer"]})
    return cleaned


def _payload(evidence: Evidence) -> dict[str, object]:
    return {
        "submission": str(evidence.submission_id),
        "number": evidence.number,
        "sha256": evidence.sha256,
        "size": evidence.size,
        "media_type": evidence.media_type,
    }
