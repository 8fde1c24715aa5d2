"""What mentors do: their queue, and one scan after the other. And a course's students at a glance."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accreditation.exceptions import Invalid, Stale
from accreditation.forms.layout import show_problems
from accreditation.models import Course
from accreditation.selectors import led_courses
from portfolios.enums import AppraisalState
from portfolios.forms.scans import AppraiseForm
from portfolios.models import Scan, Student
from portfolios.presenters.progress import cohort_of
from portfolios.selectors import scans_to_appraise
from portfolios.services import appraisals
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
    form = AppraiseForm(request.POST or None, initial={"version": scan.version})
    status, stale = 200, None
    if request.method == "POST":
        status = 422
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


def _said(scan: Scan, state: str) -> str:
    words = {
        AppraisalState.AGREED: "Appraised: scan {}.",
        AppraisalState.QUERIED: "Your query about scan {} goes to the student.",
        AppraisalState.DISPUTED: "Noted: you were not the mentor of scan {}. The student and the course see it.",
    }
    return words[AppraisalState(state)].format(scan.number)


@require_safe
def course_students(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A course's students with their coverage and gaps, those with most gaps first; for the course's team."""
    found = get_object_or_404(Course.objects.filter(pk__in=led_courses(person(request)).values("pk")), pk=pk)
    progress = cohort_of(found)
    students = Student.objects.filter(course=found).select_related("portfolio").order_by("code")
    rows = [{"student": student, "progress": progress.get(student.code)} for student in students]
    rows.sort(key=lambda row: (_urgency(row["progress"]), row["student"].code))  # type: ignore[union-attr]
    context = {
        "course": found,
        "rows": rows,
        "number": len(rows),
        "with_gaps": sum(bool(row["progress"] and row["progress"].gaps) for row in rows),  # type: ignore[union-attr]
        "crumbs": [
            {"label": "Submissions", "url": reverse("submissions")},
            {"label": found.title, "url": reverse("course", args=[found.pk])},
            {"label": "Students", "url": ""},
        ],
    }
    return render(request, "portfolios/students.html", context)


def _urgency(progress: object) -> tuple[int, int]:
    gaps = getattr(progress, "gaps", None)
    if gaps is None:
        return (9, 0)
    return (min((gap.outcome.rank for gap in gaps), default=8), -len(gaps))
