"""What is held about the person who asks: a page, and everything as a file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accreditation.retention import CONFIRMED
from accreditation.services import subject
from accreditation.views.asking import person


@login_required
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """The parts of what is held, how long each is kept and why."""
    context = {"parts": subject.summary(user=person(request)), "confirmed": CONFIRMED}
    return render(request, "account/held.html", context)


@login_required
@require_POST
def held_file(request: HttpRequest) -> HttpResponse:
    """Everything, as a ZIP."""
    user = person(request)
    bundle = subject.export(user=user, email=user.email, by=user)
    answer = HttpResponse(bundle, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="everything-{timezone.localdate():%Y-%m-%d}.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer
