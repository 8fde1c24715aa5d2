"""Pages of officers: the queue of cases, one case, its panel, conflicts of interest, and giving a case back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import hints, judging, permissions, timelines
from accreditation.enums import PanelRole, SubmissionState
from accreditation.event_selectors import event_of
from accreditation.exceptions import Invalid
from accreditation.forms.office import AssignForm, ConflictDecisionForm, ConflictForForm
from accreditation.forms.reviews import ReasonForm
from accreditation.models import Assignment, Conflict, Letter, Submission, User
from accreditation.presenters import cases as present
from accreditation.presenters import events
from accreditation.presenters import letters as letter_cards
from accreditation.presenters.cases_table import COLUMNS, matches
from accreditation.presenters.history import history
from accreditation.presenters.tables import arrange
from accreditation.review_selectors import (
    LIVE,
    candidates,
    conflicts_on,
    in_order,
    panel,
    progress,
    start_refusal,
)
from accreditation.roles import ASSESSOR, CHAIR, COMMITTEE, OFFICER
from accreditation.selectors import visible_submissions
from accreditation.services import conflicts as conflict_service
from accreditation.services import reviews as service
from accreditation.services.approvals import possible
from accreditation.services.decisions import current_decision
from accreditation.services.events import STATES
from accreditation.timelines import with_days
from accreditation.views import tables
from accreditation.views.asking import case_for, person

FILTERS = (
    SubmissionState.SUBMITTED,
    SubmissionState.IN_ASSESSMENT,
    SubmissionState.AGREEING,
    SubmissionState.REPORTED,
    SubmissionState.DECIDED,
    SubmissionState.WITHDRAWN,
)
OPEN = FILTERS[:4]
PAGE = 50
HISTORY_SHOWN = 15


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """All cases by their next day; those that stand still for long are marked."""
    user = person(request)
    permissions.need_role(user, OFFICER)
    state = request.GET.get("state", "")
    seen = visible_submissions(user)
    live = Assignment.objects.filter(state__in=LIVE).select_related("user")
    rows = present.queue_rows(
        with_days(seen.filter(state__in=(state,) if state in FILTERS else OPEN)).prefetch_related(
            Prefetch("assignments", queryset=live, to_attr="live_panel")
        )
    )
    text = request.GET.get("q", "").strip()[:100]
    late = request.GET.get("late") == "1"
    rows = [row for row in rows if matches(row, text) and (row.late or not late)]
    table = arrange(
        "cases", COLUMNS, rows, request.GET, per_page=PAGE, key=lambda row: str(row.submission.pk)
    )
    if form_of_file := tables.wants_file(request):
        return tables.as_file(form_of_file, table, by=user, title="Cases")
    context = {
        **tables.context_of(request, table),
        "q": text,
        "only_late": late,
        "count": len(rows),
        "state": state if state in FILTERS else "",
        "states": [(one.value, one.label) for one in FILTERS],
        "late": sum(row.late for row in rows),
        "slow": sum(row.slow for row in rows),
    }
    return render(request, "office/queue.html", context)


@login_required
@require_safe
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One case for the office; anybody else who may see it is taken to their own page on it."""
    user = person(request)
    submission = case_for(user, pk)
    if not user.has_role(OFFICER):
        return redirect(_own_page(user, submission))
    places = in_order(panel(submission))
    decision = current_decision(submission)
    snapshot = judging.current(submission)
    gone = submission.assignments.exclude(state__in=LIVE).select_related("user")
    found_letters = (
        Letter.objects.filter(decision=decision)
        if decision
        else Letter.objects.filter(submission=submission)
    ).select_related(
        "superseded_by", "supersedes", "decision__submission__course__institution",
        "submission__course__institution",
    ).order_by("-created_at")  # fmt: skip
    what = history(submission)
    context = {
        "submission": submission,
        "line": present.state_line(submission, places),
        "steps": present.steps(submission, places),
        "event_line": events.line(event_of(user, submission)),
        "event_url": reverse("event_propose", args=[submission.pk]) if submission.state in STATES else "",
        "panel": [(place, *progress(place)) for place in places],
        "gone": gone,
        "conflicts": conflicts_on(submission),
        "snapshot": snapshot,
        "decision": decision,
        "letters": [letter_cards.card(letter, user) for letter in found_letters],
        "may_make": bool(decision and possible(decision)),
        "history": what[:HISTORY_SHOWN],
        "older": what[HISTORY_SHOWN:],
        "notes": submission.notes.select_related("by"),
        "may_start": submission.state == SubmissionState.SUBMITTED,
        "start_refusal": start_refusal(submission),
        "may_assign": submission.state in service.OPEN_TO_PANELS,
        "may_remove": submission.state not in (SubmissionState.DECIDED, SubmissionState.WITHDRAWN),
    }
    return render(request, "office/case.html", context)


def _own_page(user: User, submission: Submission) -> str:
    if permissions.panel_place(user, submission):
        return reverse("review_brief", args=[submission.pk])
    if user.has_role(CHAIR, COMMITTEE):
        return reverse("decision", args=[submission.pk])
    return reverse("submission", args=[submission.pk])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choosing an assessor: all of them with workload and institution; whoever cannot be chosen is shown with the reason."""
    user = person(request)
    submission = case_for(user, pk)
    permissions.check_assign(user, submission)
    places = in_order(panel(submission))
    taken = {place.role for place in places}
    free = next((role for role in (PanelRole.LEAD, PanelRole.CO) if role not in taken), PanelRole.SHADOW)
    wanted = request.GET.get("role", "")
    ahead = (one.on for one in timelines.dues(submission) if one.who == timelines.PANEL and one.on)
    day = next((on for on in ahead if on >= timezone.localdate()), submission.due_on)
    initial = {"role": wanted if wanted in PanelRole.values else free, "due_on": day}
    form = AssignForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            place = service.assign(
                by=user,
                submission_id=pk,
                user_id=values["user"],
                role=values["role"],
                due_on=values["due_on"],
            )
        except Invalid as no:
            form.blame(no.problems)
        else:
            messages.success(
                request, f"{place.user.full_name} is invited as {place.get_role_display().lower()}."
            )
            return redirect("case", pk=pk)
    people = candidates(submission)
    suggested = hints.hints(submission, [one.user for one in people])
    context = {
        "submission": submission,
        "panel": places,
        "candidates": [(one, suggested.get(one.user.pk, ())) for one in people],
        "form": form,
        "chosen": form.chosen(),
    }
    return render(request, "office/assign.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_member(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ending a place on a panel, with a reason and a word on what that undoes."""
    user = person(request)
    place = get_object_or_404(
        Assignment.objects.select_related("user", "submission__course__institution"),
        pk=pk,
        submission__in=visible_submissions(user),
    )
    permissions.need_role(user, OFFICER)
    form = ReasonForm(request.POST or None, label="Why does this person leave the panel?")
    if request.method == "POST" and form.is_valid():
        service.remove_member(by=user, assignment_id=pk, reason=form.cleaned_data["reason"])
        messages.success(request, f"{place.user.full_name} is no longer on the panel.")
        return redirect("case", pk=place.submission_id)
    counted = place.role != PanelRole.SHADOW
    reopens = counted and place.submission.state in (SubmissionState.AGREEING, SubmissionState.REPORTED)
    context = {"submission": place.submission, "place": place, "form": form, "reopens": reopens}
    return render(request, "office/remove.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Starts the assessment."""
    user = person(request)
    case_for(user, pk)
    service.start_assessment(by=user, submission_id=pk, seen_state=request.POST.get("seen_state", ""))
    messages.success(request, "The assessment has started.")
    return redirect("case", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives a submission back to its course, with a reason that the course reads."""
    user = person(request)
    submission = case_for(user, pk)
    permissions.need_role(user, OFFICER)
    form = ReasonForm(
        request.POST or None,
        label="What should the course change?",
        help_text="The course team reads this.",
        initial={"seen_state": submission.state},
    )
    if request.method == "POST" and form.is_valid():
        service.return_to_course(by=user, submission_id=pk, **form.cleaned_data)
        messages.success(request, f"{submission.reference} is with its course again.")
        return redirect("cases")
    context = {"submission": submission, "form": form}
    return render(request, "office/return.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note_conflict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A conflict of interest that the office puts on record for an assessor or a member of the Committee."""
    user = person(request)
    submission = case_for(user, pk)
    permissions.need_role(user, OFFICER)
    people = list(
        User.objects.filter(is_active=True, groups__name__in=(ASSESSOR, CHAIR, COMMITTEE)).distinct()
    )
    form = ConflictForForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        for one in form.declared():
            conflict_service.declare_conflict(
                by=user,
                submission_id=pk,
                kind=one.kind,
                description=one.description,
                user_id=form.cleaned_data["person"],
            )
        messages.success(request, "The conflict is on record. Decide about it below.")
        return redirect(reverse("case", args=[pk]) + "#conflicts")
    context = {"submission": submission, "form": form}
    return render(request, "office/conflict.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide_conflict(request: HttpRequest, pk: UUID, conflict_id: UUID) -> HttpResponse:
    """Whether a declared conflict keeps somebody away, decided once, with a reason."""
    user = person(request)
    submission = case_for(user, pk)
    permissions.need_role(user, OFFICER)
    conflict = get_object_or_404(
        Conflict.objects.select_related("user", "institution"),
        pk=conflict_id,
        institution=submission.course.institution,
    )
    if conflict.submission_id not in (None, submission.pk):
        raise Http404("No such conflict on this case.")
    form = ConflictDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conflict_service.decide_conflict(
            by=user,
            conflict_id=conflict_id,
            blocks=form.cleaned_data["blocks"] == "yes",
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, f"Decided about the conflict of interest of {conflict.user.full_name}.")
        return redirect(reverse("case", args=[pk]) + "#conflicts")
    place = submission.assignments.filter(user=conflict.user, state__in=LIVE).first()
    context = {"submission": submission, "conflict": conflict, "form": form, "place": place}
    return render(request, "office/decide_conflict.html", context, status=422 if form.is_bound else 200)
