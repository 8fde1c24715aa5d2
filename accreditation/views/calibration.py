"""Pages of calibration: the conditions beside precedents, a look at each, and the panel's answer to a suggestion."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accreditation import permissions, recipients, report_steps
from accreditation.enums import SubmissionState
from accreditation.exceptions import Invalid
from accreditation.forms.report_steps import LookForm, NameForm, StaysForm
from accreditation.models import PanelReport, ReportItem, Submission, User
from accreditation.roles import CHAIR, COMMITTEE, OFFICER
from accreditation.services import calibration as service
from accreditation.views.asking import case_for, person, place_for
from accreditation.views.form_page import either


def _case(user: User, pk: UUID) -> tuple[Submission, PanelReport]:
    """A case whose report is signed, for the Committee and the office; 404 for anybody else."""
    submission = case_for(user, pk)
    report = report_steps.report_of_case(submission)
    if (
        report is None
        or not user.has_role(OFFICER, CHAIR, COMMITTEE)
        or submission.state not in (SubmissionState.REPORTED, SubmissionState.DECIDED)
    ):
        raise Http404("No signed report.")
    return submission, report


@login_required
@require_safe
def calibration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every condition with what was said of it and how the same clause was conditioned before."""
    user = person(request)
    submission, report = _case(user, pk)
    refusal = permissions.refusal(report_steps.check_calibrate, user, submission)
    waiting = {item.pk for item in report_steps.to_calibrate(report)}
    views = list(report.calibrations.select_related("by", "answered_by"))
    conditions = [
        {
            "item": item,
            "waits": item.pk in waiting,
            "draft": next((one for one in views if one.item_id == item.pk and one.sent_at is None), None),
            "views": [one for one in views if one.item_id == item.pk and one.sent_at],
            "precedents": report_steps.precedents(item, user),
        }
        for item in report.items.filter(kind="condition").select_related("report").order_by("number")
    ]
    may_name = (
        user.has_role(CHAIR, OFFICER)
        and report.calibrated_at is None
        and submission.state == SubmissionState.REPORTED
    )
    context = {
        "submission": submission,
        "report": report,
        "conditions": conditions,
        "refusal": refusal,
        "finish_refusal": refusal or service.finish_refusal(report),
        "suggests": any(
            one.verdict == "change" for one in views if one.sent_at is None and one.item_id is not None
        ),
        "gone": [one for one in views if one.item_id is None and one.sent_at],
        "name_form": NameForm(people=_able(submission)) if may_name else None,
    }
    return render(request, "calibration/page.html", context)


def _able(submission: Submission) -> list[User]:
    return [*recipients.chairs(submission), *recipients.committee(submission)]


@login_required
@either
def look_at(request: HttpRequest, pk: UUID, item_id: UUID) -> HttpResponse:
    """One condition: its words, precedents, and whether it can stand."""
    user = person(request)
    submission, report = _case(user, pk)
    report_steps.check_calibrate(user, submission)
    item = next((one for one in report_steps.to_calibrate(report) if one.pk == item_id), None)
    if item is None:
        raise Http404("No condition that waits for a look.")
    draft = report.calibrations.filter(item=item, sent_at__isnull=True).first()
    initial = {"verdict": draft.verdict, "reason": draft.reason} if draft else {}
    form = LookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            service.look_at(by=user, submission_id=pk, item_id=item_id, **form.cleaned_data)
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(
                request, f"Your view of condition {item.number} is saved. Nobody else is told yet."
            )
            return redirect("calibration", pk=pk)
    item.report = report
    context = {
        "submission": submission,
        "item": item,
        "form": form,
        "earlier": getattr(item, "sent", []),
        "precedents": report_steps.precedents(item, user),
    }
    return render(request, "calibration/look.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sends the views: to the panel where a change is suggested, else the report to the course."""
    user = person(request)
    submission, _ = _case(user, pk)
    service.finish(by=user, submission_id=pk)
    submission.refresh_from_db()
    if submission.state == SubmissionState.AGREEING:
        messages.success(request, f"Your suggestions are with the panel of {submission.reference}.")
        return redirect("decisions")
    messages.success(request, "The conditions are calibrated: the course has the report.")
    return redirect("decision", pk=pk)


@login_required
@require_POST
def name_calibrator(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The chair or an officer names the member who looks at the conditions."""
    user = person(request)
    submission, _ = _case(user, pk)
    permissions.need_role(user, CHAIR, OFFICER)
    form = NameForm(request.POST, people=_able(submission))
    if form.is_valid():
        report = service.name_calibrator(by=user, submission_id=pk, person_id=form.cleaned_data["person"])
        named = report.calibrator.full_name if report.calibrator else ""
        messages.success(request, f"{named} looks at the conditions.")
    else:
        messages.warning(request, "Choose a member of the Committee who takes part in this case.")
    return redirect("calibration", pk=pk)


@login_required
@either
def stays(request: HttpRequest, pk: UUID, view_id: UUID) -> HttpResponse:
    """The lead says why a condition stays as it is."""
    user = person(request)
    submission, place, snapshot = place_for(user, pk)
    permissions.check_agree(user, submission, lead=True)
    report = PanelReport.objects.filter(snapshot=snapshot).first()
    waiting = report_steps.unanswered_suggestions(report) if report else []
    view = next((one for one in waiting if one.pk == view_id), None)
    if view is None:
        raise Http404("No suggestion that waits for an answer.")
    form = StaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.answer(by=user, submission_id=pk, view_id=view_id, **form.cleaned_data)
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(request, "Your answer stands beside the suggestion.")
            return redirect("review_report", pk=pk)
    item: ReportItem | None = view.item
    context = {"submission": submission, "place": place, "view": view, "item": item, "form": form}
    return render(request, "calibration/stays.html", context, status=422 if form.is_bound else 200)
