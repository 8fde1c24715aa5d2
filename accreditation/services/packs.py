"""A submission as one file to take away: asked for by a person who may open its evidence, made by a worker, taken by that
person alone, and cleared away after a while.

Like letters (accreditation.services.letters): nothing is rendered in a request, the promise is a row, and the pack's own row
says at every moment where it stands and, where it failed, why.
"""

import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accreditation import audit, files, page_images, queue
from accreditation.enums import BuildState, PackPart, SubmissionState
from accreditation.exceptions import NotAllowed, NotNow
from accreditation.letters import binding, render
from accreditation.models import Job, Pack, PackFile, Snapshot, Submission, User
from accreditation.permissions import is_on_team
from accreditation.selectors import visible_submissions
from accreditation.services import pack_pages
from accreditation.services.building import Building, mark_row
from accreditation.services.pack_pages import Document

TASK: Final = "accreditation.tasks.make_pack"
KEPT: Final = 3
"""Packs of one submission that a person has at a time."""
KEPT_FOR: Final = timedelta(days=30)
OPEN: Final = (BuildState.QUEUED, BuildState.BUILDING)
ADDRESS: Final = settings.SITE_ORIGIN
"""What the square code of a letter would say; these pages show none."""


def check_ask(user: User, submission: Submission, snapshot: Snapshot | None) -> None:
    """Whoever may open the evidence of a submission may have it as one file: of what was submitted, whoever sees it; of the
    draft, the course's own team. Raises `NotAllowed`.
    """
    if not visible_submissions(user).filter(pk=submission.pk).exists():
        raise NotAllowed("You may not open this submission.")
    if snapshot is None and not is_on_team(user, submission.course):
        raise NotAllowed("Only the course’s own team can open a draft.")


@transaction.atomic
def ask_pack(*, by: User, submission_id: UUID, number: int | None) -> Pack:
    """Promises the submission as one file: of its frozen version `number`, or of the draft as it stands. One that is being
    made for this person is returned instead. Only the newest few are kept.

    Raises `NotAllowed`, `NotNow` for a draft that was submitted, `Snapshot.DoesNotExist` for a version that there is not.
    """
    submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("course__institution")
        .get(pk=submission_id)
    )
    snapshot = submission.snapshots.defer("facts", "report").get(number=number) if number else None
    check_ask(by, submission, snapshot)
    if snapshot is None and submission.state != SubmissionState.DRAFT:
        raise NotNow("There is no draft any more: take the version that was submitted.")
    mine = Pack.objects.filter(submission=submission, asked_by=by).order_by("-created_at")
    if (open_now := mine.filter(state__in=OPEN).first()) is not None:
        return open_now
    forget(mine[KEPT - 1 :])
    row = Pack.objects.create(submission=submission, snapshot=snapshot, asked_by=by)
    queue.promise(TASK, row.pk, key=_key(row))
    audit.record("pack.asked", by=by, obj=row, payload=_about(row))
    return row


@transaction.atomic
def ask_again(*, by: User, pack_id: UUID) -> Pack:
    """Asks for a failed pack once more. Raises `NotAllowed`, `NotNow`."""
    row = _locked(pack_id)
    if row.asked_by_id != by.pk:
        raise NotAllowed("Somebody else asked for this file.")
    check_ask(by, row.submission, row.snapshot)
    if row.state != BuildState.FAILED:
        raise NotNow("This file did not fail: there is nothing to make again.")
    others = Pack.objects.filter(submission=row.submission_id, asked_by=by, state__in=OPEN)
    if others.exists():
        raise NotNow("Another file of this submission is being made for you. Wait for it first.")
    row.state, row.attempts, row.failure, row.step = BuildState.QUEUED, 0, "", 0
    row.save(update_fields=["state", "attempts", "failure", "step"])
    audit.record("pack.asked_again", by=by, obj=row, payload=_about(row))
    queue.again(queue.promise(TASK, row.pk, key=_key(row)))
    return row


@transaction.atomic
def note_taken(*, by: User, pack: Pack, part: str) -> PackFile:
    """The PDF or the zip of a pack, with its taking on the trail. Raises `NotAllowed`, `NotNow`."""
    if pack.asked_by_id != by.pk:
        raise NotAllowed("Somebody else asked for this file.")
    check_ask(by, pack.submission, pack.snapshot)
    found = pack.files.filter(part=part).first()
    if pack.state != BuildState.BUILT or found is None:
        raise NotNow("This file is not there. Go back and look again in a moment.")
    audit.record(
        "pack.taken", by=by, obj=pack, payload={**_about(pack), "part": part, "sha256": found.sha256}
    )
    return found


def _about(row: Pack) -> dict[str, Any]:
    return {
        "submission": str(row.submission_id),
        "reference": row.submission.reference,
        "version": row.snapshot.number if row.snapshot else "draft",
    }


def _key(row: Pack) -> str:
    return f"pack:{row.pk}"


def _locked(pack_id: UUID | str) -> Pack:
    chosen = Pack.objects.select_for_update(of=("self",))
    return chosen.select_related("submission__course__institution", "snapshot", "asked_by").get(pk=pack_id)


def build(*, job_id: int) -> Pack | None:
    """Keeps the promise to make a pack. Returns the row where it is made now; what went wrong stands in promise and row."""
    job = queue.take(job_id)
    if job is None:
        BUILDING.note_used_up(job_id)
        return None
    return BUILDING.attempt(job, lambda: _kept(job))


def _kept(job: Job) -> Pack | None:
    if not Pack.objects.filter(pk=job.subject_id).exists():
        queue.done(job)  # cleared away, or gone with its case, before its turn came
        return None
    with transaction.atomic():
        row = _locked(job.subject_id)
        if row.state != BuildState.BUILT:
            row.state, row.attempts = BuildState.BUILDING, row.attempts + 1
            row.save(update_fields=["state", "attempts"])
    if row.state == BuildState.BUILT:
        queue.done(job)
        return row
    with tempfile.TemporaryDirectory(prefix="case-pack-") as folder:
        return _made(row, job, Path(folder))


def _made(row: Pack, job: Job, folder: Path) -> Pack:
    content = pack_pages.content_of(row)
    given = [Document(**{name: one[name] for name in FIELDS}) for one in content.files]
    too_large = sum(one.size for one in given) > settings.PACK_MAX_BYTES
    steps = len(given) + 2
    documents: list[Document] = []
    for place, one in enumerate(given):
        _step(row, job, place, steps)
        documents.append(_copied(one, content, folder, too_large=too_large))
    _step(row, job, len(given), steps)
    beside = [one for one in documents if one.why]
    parts = [
        render.set_pages(html, sha256=pack_pages.sum_of(html), on=content.on, address=ADDRESS)
        for html in pack_pages.html_parts(content, documents, beside=bool(beside))
    ]
    _step(row, job, len(given) + 1, steps)
    target = folder / "submission.pdf"
    appended = [
        binding.Appended(one.key, one.title, folder / f"{one.key}.pdf") for one in documents if one.pages
    ]
    binding.bind(parts, appended, pack_pages.outline(content, documents), target, unique=str(row.pk))
    stored = {PackPart.PDF: _store(target)}
    if beside:
        stored[PackPart.ZIP] = _store(_zipped(target, beside, content, folder))
    return _finish(row, job, stored, beside, too_large=too_large)


FIELDS: Final = ("number", "title", "name", "sha256", "size", "media_type")


def _copied(one: Document, content: pack_pages.Content, folder: Path, *, too_large: bool) -> Document:
    """A document with the number of its pages that were copied, or why none were."""
    if too_large:
        return replace(one, why="the documents together are too large for one PDF")
    if not page_images.can_draw(one.media_type):
        return replace(one, why=f"it has no pages of its own ({one.kind})")
    target = folder / f"{one.key}.pdf"
    try:
        if one.media_type == "application/pdf":
            with files.local(one.sha256) as source:
                pages = _pages(source, target, "pdf", one, content)
        else:
            picture = page_images.page_image(one.sha256, one.media_type, 1, width=page_images.WIDTHS[-1])
            pages = _pages(picture, target, "picture", one, content)
    except binding.Unbound as no:
        return replace(one, why=str(no))
    except page_images.CannotDraw:
        return replace(one, why="the picture cannot be read: the file is damaged")
    except files.BlobMissing:
        return replace(one, why="it is not in the store any more")
    return replace(one, pages=pages)


def _pages(source: Path, target: Path, kind: str, one: Document, content: pack_pages.Content) -> int:
    return binding.copy_pages(source, target, kind=kind, label=one.key, standing=content.standing)


def _zipped(pdf: Path, beside: Iterable[Document], content: pack_pages.Content, folder: Path) -> Path:
    """The PDF and, in a folder beside it, the documents whose pages are not in it, as they were uploaded."""
    target = folder / "submission.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as into:
        into.write(pdf, f"{content.submission.reference}.pdf")
        for one in beside:
            try:
                with files.local(one.sha256) as source:
                    into.write(source, f"documents/{one.key} {one.name}")
            except files.BlobMissing:
                into.writestr(f"documents/{one.key} missing.txt", "This file is not in the store any more.")
    return target


def _store(path: Path) -> files.Stored:
    with path.open("rb") as stream:
        return files.store(stream)


def _step(row: Pack, job: Job, done: int, of: int) -> None:
    Pack.objects.filter(pk=row.pk).update(step=done, steps=of)
    queue.hold(job)  # many documents are copied one by one, each within the lease


def _finish(
    row: Pack, job: Job, stored: dict[PackPart, files.Stored], beside: list[Document], *, too_large: bool
) -> Pack:
    with transaction.atomic():
        row = _locked(row.pk)
        if row.state != BuildState.BUILT:  # another worker, whose lease had run out, may have been first
            row.state, row.failure, row.built_at = BuildState.BUILT, "", timezone.now()
            row.step = row.steps = max(1, row.steps)
            row.notes, row.too_large = [[one.key, one.title, one.why] for one in beside], too_large
            row.save()
            PackFile.objects.bulk_create(
                PackFile(pack=row, part=part, sha256=one.sha256, size=one.size)
                for part, one in stored.items()
            )
            sums = {part.value: one.sha256 for part, one in stored.items()}
            audit.record("pack.made", by=None, obj=row, payload={**_about(row), "files": sums})
        queue.done(job)
        return row


BUILDING = Building("file", partial(mark_row, Pack))


def forget(rows: Iterable[Pack]) -> int:
    """Takes packs away, with their bytes, which no other row can name; returns how many. Inside a transaction."""
    gone = [row.pk for row in rows]
    sums = list(PackFile.objects.filter(pack__in=gone).values_list("sha256", flat=True))
    Pack.objects.filter(pk__in=gone).delete()
    Job.objects.filter(key__in=[f"pack:{pk}" for pk in gone]).delete()
    transaction.on_commit(lambda: _remove(sums), robust=True)
    return len(gone)


def _remove(sums: Iterable[str]) -> None:
    for one in sums:
        files.remove(one)


@transaction.atomic
def forget_old() -> int:
    """The hourly round: packs that were asked for longer ago than they are kept go; returns how many."""
    old = Pack.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    number = forget(old)
    if number:
        audit.record("packs.cleared", by=None, payload={"packs": number})
    return number
