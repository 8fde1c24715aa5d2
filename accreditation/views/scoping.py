"""The page on which a change names the clauses that it touches."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accreditation import scopes
from accreditation.exceptions import Invalid
from accreditation.forms.layout import show_problems
from accreditation.forms.submissions import ScopeForm
from accreditation.permissions import check_edit
from accreditation.services import scoping
from accreditation.views.submission_parts import base_context, person, seen_submission


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_scope(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which clauses a major or minor change touches; all others are neither asked about nor judged."""
    found = seen_submission(request, pk)
    if found.kind not in scopes.NAMES_ITS_OWN:
        raise Http404("This application is asked about fixed clauses.")
    check_edit(person(request), found)
    form = ScopeForm(request.POST if request.method == "POST" else None, submission=found)
    if request.method == "POST" and form.is_valid():
        try:
            scoping.set_scope(by=person(request), submission_id=pk, clauses=form.cleaned_data["clauses"])
        except Invalid as no:
            show_problems(form, no)
        else:
            messages.success(request, "The clauses that the change touches are saved.")
            return redirect("submission", pk=pk)
    context = base_context(request, found, ("What the change touches", "")) | {"form": form}
    return render(request, "submissions/scope.html", context, status=422 if form.errors else 200)
