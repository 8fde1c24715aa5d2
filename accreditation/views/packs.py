"""A submission as one file: asked for, watched, taken, today and tomorrow. And the sheet of its questions, before anything
is written.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import files, questions, scopes
from accreditation.enums import BuildState, PackPart
from accreditation.exceptions import NotNow
from accreditation.models import Pack, Snapshot, Submission
from accreditation.permissions import is_on_team, panel_place
from accreditation.presenters.work import how_far
from accreditation.selectors import visible_packs
from accreditation.services import packs
from accreditation.views.sending import guarded, send_blob
from accreditation.views.submission_parts import base_context, person, seen_submission

NAME = "The submission in one file"
HEAVY = ("snapshot__facts", "snapshot__report", "snapshot__answers", "snapshot__files")
KINDS = {PackPart.PDF: "application/pdf", PackPart.ZIP: "application/zip"}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_packs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is in the file, the ones that were made for this person, and the button; POST has one made, once."""
    user, found = person(request), seen_submission(request, pk, working=False)
    versions = list(found.snapshots.order_by("-number").only("number", "created_at", "submission"))
    on_team = is_on_team(user, found.course)
    draft = on_team and found.state == "draft"
    if request.method == "POST":
        number = _number(request.POST.get("version", ""), draft=draft, versions=versions)
        row = packs.ask_pack(by=user, submission_id=found.pk, number=number)
        return redirect("pack", pk=pk, pack=row.pk)
    if not draft and not versions:
        raise Http404
    context = base_context(request, found, (NAME, "")) | {
        "versions": versions,
        "draft": draft,
        "mine": visible_packs(user).filter(submission=found).defer(*HEAVY).prefetch_related("files"),
        "days": packs.KEPT_FOR.days,
        "audience": "You",
        "review": panel_place(user, found) is not None,
    }
    return render(request, "submissions/packs.html", context)


def _number(asked: str, *, draft: bool, versions: list[Snapshot]) -> int | None:
    """The version that is meant: None for the draft. 404 where there is no such thing to be had."""
    if asked == "draft" and draft:
        return None
    for version in versions:
        if asked in ("", str(version.number)):
            return version.number
    if asked == "" and draft:
        return None
    raise Http404


@never_cache
@login_required
@require_safe
def pack(request: HttpRequest, pk: UUID, pack: UUID) -> HttpResponse:
    """Where the file stands. The page can be left, and works tomorrow."""
    return render(request, "submissions/pack.html", _context(request, pk, pack))


@never_cache
@login_required
@require_safe
def pack_state(request: HttpRequest, pk: UUID, pack: UUID) -> HttpResponse:
    """What changes while it is made, for asking again every two seconds."""
    return render(request, "submissions/_pack.html", _context(request, pk, pack))


@login_required
@require_POST
def pack_again(request: HttpRequest, pk: UUID, pack: UUID) -> HttpResponse:
    """Makes a file again that failed."""
    packs.ask_again(by=person(request), pack_id=_row(request, pk, pack)[1].pk)
    return redirect("pack", pk=pk, pack=pack)


@never_cache
@login_required
@require_safe
def pack_take(request: HttpRequest, pk: UUID, pack: UUID, part: str) -> HttpResponseBase:
    """The PDF or the zip itself; recorded."""
    found, row = _row(request, pk, pack)
    if part not in PackPart.values:
        raise Http404
    file = packs.note_taken(by=person(request), pack=row, part=part)
    version = f"version-{row.snapshot.number}" if row.snapshot else "draft"
    name = f"{found.reference}-{version}-{row.created_at:%Y-%m-%d}.{part}"
    try:
        return send_blob(file.sha256, name=name, media_type=KINDS[PackPart(part)], size=file.size)
    except files.BlobMissing:
        raise NotNow("This file is not in the store any more. Have it made again.") from None


def _row(request: HttpRequest, pk: UUID, pack: UUID) -> tuple[Submission, Pack]:
    found = seen_submission(request, pk, working=False)
    return found, get_object_or_404(
        visible_packs(person(request)).filter(submission=found).defer(*HEAVY), pk=pack
    )


def _context(request: HttpRequest, pk: UUID, pack: UUID) -> dict[str, Any]:
    found, row = _row(request, pk, pack)
    ended = row.state in (BuildState.BUILT, BuildState.FAILED)
    made = {file.part: file for file in row.files.all()}
    return base_context(
        request, found, (NAME, reverse("submission_packs", args=[pk])), (_called(row), "")
    ) | {
        "pack": row,
        "pdf": made.get(PackPart.PDF),
        "zip": made.get(PackPart.ZIP),
        "poll_url": "" if ended else reverse("pack_state", args=[pk, pack]),
        "doing": how_far(row.step, row.steps),
        "called": _called(row),
        "days": packs.KEPT_FOR.days,
        "audience": "You",
    }


def _called(row: Pack) -> str:
    return f"Version {row.snapshot.number}" if row.snapshot else "Draft"


@login_required
@require_safe
def submission_sheet(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """What each clause asks and what good evidence looks like, with room to write: to print, or as a file for Word."""
    found = seen_submission(request, pk)
    rows = [
        {"clause": clause, "question": questions.QUESTIONS[clause.id]} for clause in scopes.clauses(found)
    ]
    context = base_context(request, found, ("The questions on one sheet", "")) | {"rows": rows}
    if request.GET.get("for") == "word":
        answer = render(request, "submissions/sheet_word.html", context, content_type="application/msword")
        name = f"{found.reference}-questions.doc"
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return guarded(answer)
    return render(request, "submissions/sheet.html", context)
