"""The panel's papers before its report: the list of issues, the headline report."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accreditation import report_steps
from accreditation.enums import PanelPaperKind
from accreditation.exceptions import Invalid, Stale
from accreditation.forms.layout import set_version, show_problems
from accreditation.forms.report_steps import PaperForm
from accreditation.models import PanelPaper
from accreditation.permissions import is_on_team, refusal
from accreditation.services import panel_papers as service
from accreditation.views.asking import case_for, person, place_for
from accreditation.views.form_page import either
from accreditation.views.submission_parts import sees_course, trail


@login_required
@require_safe
def paper(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """A paper as it was sent; its draft, for the lead."""
    user = person(request)
    submission = case_for(user, pk)
    found = report_steps.visible_paper(user, submission, kind) if kind in PanelPaperKind.values else None
    if found is None:
        raise Http404("No such paper.")
    context = {
        "submission": submission,
        "paper": found,
        "may_write": refusal(report_steps.check_paper, user, submission, kind) is None,
        "on_team": is_on_team(user, submission.course),
        "crumbs": trail(
            submission, (found.get_kind_display(), ""), course_page=sees_course(user, submission)
        ),
    }
    return render(request, "panel_papers/paper.html", context)


@login_required
@either
def write(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """The lead's draft."""
    user = person(request)
    if kind not in PanelPaperKind.values:
        raise Http404("No such paper.")
    submission, place, snapshot = place_for(user, pk)
    report_steps.check_paper(user, submission, kind)
    draft = PanelPaper.objects.filter(snapshot=snapshot, kind=kind).first()
    initial = {"text": draft.text, "version": draft.version} if draft else {}
    form = PaperForm(request.POST or None, initial=initial)
    status, saved = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            service.save(by=user, submission_id=pk, kind=kind, **form.cleaned_data)
        except Stale as stale:
            assert isinstance(stale.current, PanelPaper)  # noqa: S101 (the service's word)
            saved, status = stale.current, 409
            form.add_error(None, str(stale))
            set_version(form, saved.version)
        except Invalid as no:
            show_problems(form, no)
        else:
            return redirect("panel_paper", pk=pk, kind=kind)
    if form.errors and status == 200:
        status = 422
    context = {
        "submission": submission,
        "place": place,
        "kind": PanelPaperKind(kind),
        "form": form,
        "saved": saved,
    }
    return render(request, "panel_papers/write.html", context, status=status)


@login_required
@require_POST
def send(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Sends the paper to the course, for good."""
    user = person(request)
    if kind not in PanelPaperKind.values:
        raise Http404("No such paper.")
    place_for(user, pk)
    version = request.POST.get("version", "")
    try:
        sent = service.send(
            by=user, submission_id=pk, kind=kind, version=int(version) if version.isdecimal() else 0
        )
    except Stale as stale:
        messages.warning(request, str(stale))
    except Invalid as no:
        messages.warning(request, " ".join(no.problems["text"]) + ".")
    else:
        messages.success(request, f"The {sent.get_kind_display().lower()} is with the course and the office.")
    return redirect("panel_paper", pk=pk, kind=kind)
