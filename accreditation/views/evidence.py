"""The library of evidence: adding, replacing, removing, reading page by page, and the one view that sends a file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import files, page_images, papers
from accreditation.asked import cited_numbers
from accreditation.conditions import cited_files
from accreditation.exceptions import Invalid
from accreditation.forms import keys
from accreditation.forms.evidence import ReplaceForm, TitleForm, UploadForm
from accreditation.forms.layout import show_problems
from accreditation.forms.submissions import SeenForm
from accreditation.models import Evidence, Submission
from accreditation.permissions import is_on_team
from accreditation.presenters import library as present
from accreditation.report_steps import cited_in_replies
from accreditation.services import evidence as services
from accreditation.uploads.taken import Upload
from accreditation.uploads_guard import CUT, TOO_LARGE, is_whole, was_too_large
from accreditation.views.sending import guarded, send_blob
from accreditation.views.submission_parts import base_context, person, seen_submission


def _seen_evidence(request: HttpRequest, pk: UUID, number: int) -> tuple[Submission, Evidence]:
    """A file of a submission that this person may see, or 404.

    The team sees its whole library; everybody else what was submitted or sent with an answer to a condition, and no file
    that was taken out before.
    """
    submission = seen_submission(request, pk, working=False)
    evidence = get_object_or_404(submission.evidence.select_related("uploaded_by"), number=number)
    if not is_on_team(person(request), submission.course):
        frozen = submission.snapshots.values_list("files", flat=True)
        sent = any(file["number"] == number for files_of in frozen for file in files_of)
        if not sent and number not in _sent_later(submission):
            raise Http404
    return submission, evidence


def _sent_later(submission: Submission) -> set[int]:
    """The numbers of files that were sent later: with answers to conditions and questions, and with corrections."""
    return cited_files(submission) | cited_numbers(submission) | cited_in_replies(submission)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The library, with the form to add to it."""
    submission = seen_submission(request, pk)
    form = UploadForm()
    status = 200
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if _checked(request, form):
            key = form.cleaned_data["form_key"]
            if done := keys.result_of(key, person(request)):
                return redirect(done)
            try:
                return redirect(_added(request, pk, form, key))
            except (Invalid, files.StoreUnavailable) as refusal:
                _show(form, refusal)
        status = 422
    rows = present.library(submission)
    if not is_on_team(person(request), submission.course):
        handed_in = _sent_later(submission) | {
            file["number"]
            for of_one in submission.snapshots.values_list("files", flat=True)
            for file in of_one
        }
        rows = [row for row in rows if row.evidence.number in handed_in]
    context = base_context(request, submission, ("Evidence", "")) | {
        "form": form,
        "rows": rows,
        "papers": papers.listed(submission),
        "unused": [row for row in rows if row.unused],
        "size": sum(row.evidence.size for row in rows),
    }
    return render(request, "submissions/evidence.html", context, status=status)


def _added(request: HttpRequest, pk: UUID, form: UploadForm, key: UUID) -> str:
    """Adds the form's file and its key in one transaction; returns where it stands, also for a second press."""
    user, values = person(request), form.cleaned_data
    kept = services.keep_for(by=user, submission_id=pk, upload=values["file"])
    with transaction.atomic():
        if keys.claim(key, user):
            file = services.add_kept_file(
                by=user, submission_id=pk, kept=kept, title=values["title"], paper=values["paper"]
            )
            keys.remember(key, _place(pk, file))
            messages.success(request, f"{file} was added to the library.")
    return keys.result_of(key, user) or reverse("submission_evidence", args=[pk])


def _place(pk: UUID, file: Evidence) -> str:
    return f"{reverse('submission_evidence', args=[pk])}#e{file.number}"


def _checked(request: HttpRequest, form: Any) -> bool:
    """Whether a form with a file is whole and valid; else its errors say in our words what is wrong."""
    if not is_whole(request):
        form.add_error(None, CUT)
        return False
    valid: bool = form.is_valid()
    if was_too_large(request, "file"):
        form.errors.pop("file", None)
        form.add_error("file", TOO_LARGE)
        return False
    return valid


def _show(form: Any, refusal: Exception) -> None:
    if isinstance(refusal, Invalid):
        show_problems(form, refusal)
    else:
        form.add_error("file", str(refusal))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_replace(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """A newer version of a file; the older one stays."""
    submission, evidence = _seen_evidence(request, pk, number)
    form = ReplaceForm()
    status = 200
    if request.method == "POST":
        form = ReplaceForm(request.POST, request.FILES)
        if _checked(request, form):
            key = form.cleaned_data["form_key"]
            if done := keys.result_of(key, person(request)):
                return redirect(done)
            try:
                return redirect(_put_in_place_of(evidence, request, form.cleaned_data["file"], key))
            except (Invalid, files.StoreUnavailable) as refusal:
                _show(form, refusal)
        status = 422
    context = base_context(
        request, submission, ("Evidence", reverse("submission_evidence", args=[pk])), ("Replace", "")
    ) | {"form": form, "evidence": evidence, "kind": present.words_of(evidence.media_type)}
    return render(request, "submissions/evidence_replace.html", context, status=status)


def _put_in_place_of(evidence: Evidence, request: HttpRequest, upload: Upload, key: UUID) -> str:
    """The newer version and the form's key in one transaction; returns where it stands, also for a second press."""
    user, pk = person(request), evidence.submission_id
    before = sorted(set(evidence.citations.values_list("answer__clause", flat=True)))
    kept = services.keep_for(by=user, submission_id=pk, upload=upload)
    with transaction.atomic():
        if keys.claim(key, user):
            file = services.replace_with_kept(by=user, submission_id=pk, evidence_id=evidence.pk, kept=kept)
            keys.remember(key, _place(pk, file))
            messages.success(request, _replaced(evidence, file, before))
    return keys.result_of(key, user) or reverse("submission_evidence", args=[pk])


def _replaced(old: Evidence, new: Evidence, before: list[str]) -> str:
    words = f"E{old.number} was replaced by E{new.number} “{new.title}”; the older version is kept."
    moved = sorted(set(new.citations.values_list("answer__clause", flat=True)))
    left = sorted(set(old.citations.values_list("answer__clause", flat=True)))
    if moved:
        words += (
            f" {', '.join(moved)} now cite{'s' if len(moved) == 1 else ''} the new version: check the pages."
        )
    if left:
        verb = "cites" if len(left) == 1 else "cite"
        words += f" {', '.join(left)} still {verb} the older one, because the new one has fewer pages."
    return words if before else f"{words} No clause cited it."


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_remove(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Asks first; POST takes a file that no clause cites out of the library."""
    submission, evidence = _seen_evidence(request, pk, number)
    if request.method == "POST":
        services.remove_evidence(by=person(request), submission_id=pk, evidence_id=evidence.pk)
        messages.success(request, f"{evidence} was removed from the library.")
        return redirect("submission_evidence", pk=pk)
    context = base_context(
        request, submission, ("Evidence", reverse("submission_evidence", args=[pk])), ("Remove", "")
    ) | {
        "evidence": evidence,
        "form": SeenForm(initial={"seen_state": submission.state}),
        "cited": sorted(set(evidence.citations.values_list("answer__clause", flat=True))),
    }
    return render(request, "submissions/evidence_remove.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_title(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Gives a file another title."""
    submission, evidence = _seen_evidence(request, pk, number)
    form = TitleForm(request.POST or None, initial={"title": evidence.title, "paper": evidence.paper})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_evidence(
                by=person(request),
                submission_id=pk,
                evidence_id=evidence.pk,
                title=form.cleaned_data["title"],
                paper=form.cleaned_data["paper"],
            )
            return redirect(f"{reverse('submission_evidence', args=[pk])}#e{number}")
        except Invalid as refusal:
            show_problems(form, refusal)
    context = base_context(
        request, submission, ("Evidence", reverse("submission_evidence", args=[pk])), ("Title", "")
    ) | {"evidence": evidence, "form": form}
    return render(request, "submissions/evidence_title.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def evidence_view(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """A file opened at a page, as a picture of ours: nobody has to open a stranger's file. Works without JavaScript."""
    submission, evidence = _seen_evidence(request, pk, number)
    here = reverse("evidence_view", args=[pk, number])
    viewer = present.viewer(
        evidence, _page_number(request), url_for=lambda page: f"{here}?page={page}", jump_url=here
    )
    services.record_download(by=person(request), evidence=evidence, how="pages")
    context = base_context(
        request, submission, ("Evidence", reverse("submission_evidence", args=[pk])), (f"E{number}", "")
    ) | {
        "evidence": evidence,
        "viewer": viewer,
        "cited": present.cited_at(evidence),
        "newer": Evidence.objects.filter(replaces=evidence).first(),
    }
    return render(request, "submissions/evidence_view.html", context)


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1").strip()
    return int(asked) if asked.isdecimal() and len(asked) < 6 else 1


@login_required
@require_safe
def evidence_page(request: HttpRequest, pk: UUID, number: int, page: int) -> HttpResponseBase:
    """The picture of a page: a PNG that we made."""
    _, evidence = _seen_evidence(request, pk, number)
    width = request.GET.get("width", "")
    try:
        image = page_images.page_image(
            evidence.sha256, evidence.media_type, page, width=int(width) if width.isdecimal() else 0
        )
    except (page_images.CannotDraw, files.BlobMissing) as no:
        raise Http404 from no
    response = guarded(HttpResponse(image.read_bytes(), content_type="image/png"))
    response["Cache-Control"] = "private, max-age=3600"
    return response


@login_required
@require_safe
def evidence_file(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """The file itself, as a download; recorded."""
    _, evidence = _seen_evidence(request, pk, number)
    try:
        response = send_blob(
            evidence.sha256, name=evidence.name, media_type=evidence.media_type, size=evidence.size
        )
    except files.BlobMissing:
        return render(request, "submissions/blob_missing.html", {"evidence": evidence}, status=500)
    services.record_download(by=person(request), evidence=evidence)
    return response
