"""What mentors do: their queue, and one scan after the other."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accreditation.exceptions import Invalid, Stale
from accreditation.forms.layout import show_problems
from portfolios.enums import AppraisalState
from portfolios.forms.scans import AppraiseForm, SeveralForm
from portfolios.models import Scan
from portfolios.selectors import grades_of, scans_to_appraise
from portfolios.services import appraisals
from portfolios.services.appraisals import Appraised
from portfolios.views.student import person


@require_safe
def mentor_queue(request: HttpRequest) -> HttpResponse:
    """Scans that wait for this mentor, by student and day."""
    waiting = list(scans_to_appraise(person(request)))
    groups: dict[UUID, list[Scan]] = {}
    for scan in waiting:
        groups.setdefault(scan.portfolio_id, []).append(scan)
    context = {
        "groups": [{"student": rows[0].portfolio.student, "scans": rows} for rows in groups.values()],
        "number": len(waiting),
    }
    return render(request, "portfolios/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scan_appraise(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """One scan with everything that was logged, and the mentor's appraisal. Then the next one."""
    user = person(request)
    scan = get_object_or_404(scans_to_appraise(user), portfolio=pk, number=number)
    grades = grades_of(scan.portfolio.student.course_id)
    form = AppraiseForm(request.POST or None, initial={"version": scan.version}, grades=grades)
    status, stale = 200, None
    if request.method == "POST":
        status = 422
        form.ask_again(request.POST)
        if form.is_valid():
            values = dict(form.cleaned_data)
            version = values.pop("version")
            state = request.POST.get("say", AppraisalState.AGREED)
            try:
                appraisals.appraise(
                    by=user,
                    scan_id=scan.pk,
                    version=version,
                    said=appraisals.Appraised(**values),
                    state=state,
                )
                messages.success(request, _said(scan, state))
                following = scans_to_appraise(user).filter(portfolio=pk).first()
                if following is None:
                    return redirect("mentor_queue")
                return redirect("scan_appraise", pk=pk, number=following.number)
            except Invalid as refused:
                form.ask_if_needed(refused)
                show_problems(form, refused)
            except Stale as refused:
                stale, status = str(refused), 409
                scan.refresh_from_db()
                form.data = request.POST.copy()
                form.data["version"] = str(
                    scan.version
                )  # whoever sends it again has seen what the scan says now
    before = getattr(scan, "appraisal", None)
    left = scans_to_appraise(user).filter(portfolio=pk).count()
    context = {
        "scan": scan, "form": form, "student": scan.portfolio.student, "left": left, "stale": stale, "before": before,
        "changed": appraisals.changed_since(before, scan) if before else (),
        "crumbs": [
            {"label": "To sign", "url": reverse("mentor_queue")},
            {"label": f"{scan.portfolio.student.full_name}, scan {scan.number}", "url": ""},
        ],
    }  # fmt: skip
    return render(request, "portfolios/appraise.html", context, status=status)


def sample_of(rows: Sequence[Scan]) -> list[Scan]:
    """The scans that a mentor opens before signing several: every fifth, from the first, and never fewer than two."""
    every = [scan for place, scan in enumerate(rows) if place % 5 == 0]
    return every if len(every) > 1 else list(rows[:2])


@require_http_methods(["GET", "HEAD", "POST"])
def scans_appraise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Several scans of one student at once: chosen one by one, then a sample of them is opened, then all are signed."""
    user = person(request)
    whole = list(scans_to_appraise(user).filter(portfolio=pk))
    if not whole:
        raise Http404("Nothing of this student waits for this person.")
    waiting = [scan for scan in whole if not hasattr(scan, "appraisal")]
    if not waiting:  # what was changed since an appraisal is looked at one by one
        return redirect("mentor_queue")
    given = request.POST if request.method == "POST" else request.GET
    chosen = [scan for scan in waiting if f"{scan.number}.{scan.version}" in given.getlist("scan")]
    sample = sample_of(chosen)
    form = SeveralForm(request.POST or None, grades=grades_of(waiting[0].portfolio.student.course_id))
    form.ask_again(request.POST)
    status, problem = 200, ""
    if len(chosen) != len(given.getlist("scan")):
        problem = "Some of the scans were changed or appraised meanwhile. They are left out: look again."
    elif request.method == "POST":
        opened = set(request.POST.getlist("opened"))
        if not all(str(scan.number) in opened for scan in sample):
            problem = "Look at each scan of the sample and tick that you have, before you sign."
        elif form.is_valid():
            try:
                said = Appraised(**form.cleaned_data)
                appraisals.bulk_appraise(by=user, portfolio_id=pk, said={scan.pk: said for scan in chosen})
                messages.success(request, f"Appraised: {len(chosen)} scans.")
                return redirect("mentor_queue")
            except Invalid as refused:
                form.ask_if_needed(refused)
                show_problems(form, refused)
    if request.method == "POST":
        status = 422
    context = {
        "waiting": waiting, "chosen": chosen, "sample": sample, "form": form, "problem": problem,
        "student": waiting[0].portfolio.student,
        "crumbs": [
            {"label": "To sign", "url": reverse("mentor_queue")},
            {"label": f"{waiting[0].portfolio.student.full_name}, several scans", "url": ""},
        ],
    }  # fmt: skip
    return render(request, "portfolios/appraise_several.html", context, status=status)


def _said(scan: Scan, state: str) -> str:
    words = {
        AppraisalState.AGREED: "Appraised: scan {}.",
        AppraisalState.QUERIED: "Your query about scan {} goes to the student.",
        AppraisalState.DISPUTED: "Noted: you were not the mentor of scan {}. The student and the course see it.",
    }
    return words[AppraisalState(state)].format(scan.number)
