"""The public page that tells whether a letter is ours. No account, no cookie needed to read, 30 questions a minute."""

import hashlib
from datetime import datetime

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accreditation.presenters.verdicts import sentence
from accreditation.services import verification
from accreditation.signing_in.guessing import clock
from accreditation.views import throttle

MAX_BYTES = 20 * 1024 * 1024


class NumberForm(forms.Form):
    """A letter's number as it is printed, and the check code beneath it."""

    number = forms.CharField(
        label=_("Letter number"),
        max_length=30,
        help_text=_(
            "As it is printed, for example CASE-L-2026-0001; on a certificate CASE-C-2026-0001, on a graduate’s "
            "passport CASE-P and more."
        ),
        error_messages={"required": _("Enter the number that is printed on the letter")},
    )
    check = forms.CharField(
        label=_("Check code"),
        max_length=20,
        required=False,
        help_text=_(
            "The ten letters and digits beside the square code. With it you also see what was decided."
        ),
    )


class FileForm(forms.Form):
    """The file itself, or (where script runs, so that the file stays with its owner) only its sum."""

    sum = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    letter = forms.FileField(label=_("The letter’s PDF file"), required=False, allow_empty_file=True)

    def clean(self) -> dict[str, object]:
        found: dict[str, object] = super().clean() or {}
        upload = found.get("letter")
        if not upload and not found.get("sum"):
            self.add_error("letter", _("Choose the PDF file of the letter"))
        elif upload and upload.size > MAX_BYTES:  # type: ignore[attr-defined]
            self.add_error("letter", _("This file is larger than any letter of ours (20 MB)."))
        return found


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Two forms: by number, and by file. The answer stands above them."""
    by_file = "by_file" in request.POST
    number = NumberForm(request.POST if request.method == "POST" and not by_file else None)
    file = FileForm(request.POST, request.FILES) if by_file else FileForm()
    if request.method != "POST":
        return _page(request, number, file)
    if until := throttle.until(request, "verify"):
        return _too_many(request, until)
    if by_file and file.is_valid():
        return _page(request, NumberForm(), file, verification.check_sum(_sum(file)))
    if not by_file and number.is_valid():
        found = verification.check_number(number.cleaned_data["number"], number.cleaned_data["check"])
        return _page(request, number, file, found)
    return _page(request, number, file, asked=file if by_file else number)


@login_not_required
@never_cache
@require_safe
def verify_letter(request: HttpRequest, number: str, check: str) -> HttpResponse:
    """The address behind the square code on a letter."""
    if until := throttle.until(request, "verify"):
        return _too_many(request, until)
    return _page(request, NumberForm(), FileForm(), verification.check_number(number, check))


def _sum(form: FileForm) -> str:
    upload = form.cleaned_data["letter"]
    if not upload:
        return str(form.cleaned_data["sum"])
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _page(
    request: HttpRequest,
    number: NumberForm,
    file: FileForm,
    verdict: verification.Verdict | None = None,
    asked: forms.Form | None = None,
) -> HttpResponse:
    context = {
        "number_form": number,
        "file_form": file,
        "verdict": verdict,
        "said": sentence(verdict),
        "form": asked,
    }
    return render(request, "verify/verify.html", context)


def _too_many(request: HttpRequest, until: datetime) -> HttpResponse:
    return render(request, "verify/too_many.html", {"clock": clock(until)}, status=429)
