"""Pages of a condition after the decision: what stands, the assessors' views, and the steps of CASE."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accreditation import conditions as rules
from accreditation.enums import ConditionState
from accreditation.exceptions import Invalid, NotAllowed, Stale
from accreditation.forms.conditions import ExtendForm, StepForm, ViewForm
from accreditation.models import Condition, ConditionView, User
from accreditation.permissions import is_on_team, need_role, panel_place, refusal
from accreditation.presenters import conditions as present
from accreditation.services import condition_steps as steps
from accreditation.views.submission_parts import person, trail

PAGE = 30


def seen_condition(request: HttpRequest, pk: UUID, number: int) -> Condition:
    """A condition of a decided submission that this person may see, or 404."""
    found = rules.visible_conditions(person(request)).filter(decision__submission=pk, number=number)
    return get_object_or_404(found.select_related("closed_by", "decision__submission__course__institution"))


def parts(request: HttpRequest, condition: Condition, *more: tuple[str, str]) -> dict[str, Any]:
    """What every page of a condition needs."""
    user, submission = person(request), condition.decision.submission
    here = (f"Condition {condition.number}", reverse("condition", args=[submission.pk, condition.number]))
    crumbs = trail(submission, here, *more)
    if not is_on_team(user, submission.course):
        crumbs = crumbs[2:]
    return {
        "condition": condition,
        "submission": submission,
        "clause": present.clause_label(condition),
        "on_team": is_on_team(user, submission.course),
        "crumbs": crumbs,
    }


@login_required
@require_safe
def condition_list(request: HttpRequest) -> HttpResponse:
    """Every condition that is not met, the nearest day first: for the office and the Committee."""
    user = person(request)
    need_role(user, *rules.BODY)
    rows = present.unmet(rules.visible_conditions(user))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "count": len(rows), "late": sum(row.late for row in rows)}
    return render(request, "conditions/list.html", context)


@login_required
@require_safe
def condition(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """One condition: its words, what happens next, each answer with what CASE said to it, and what this person may do."""
    found = seen_condition(request, pk, number)
    user, submission = person(request), found.decision.submission
    place = panel_place(user, submission)
    wanted = place is not None and place.role in rules.WANTED
    context = parts(request, found) | {
        "step": next((one for one in rules.next_steps(submission) if one.condition.pk == found.pk), None),
        "answers": present.answers(user, found),
        "events": present.events(found),
        "reads_private": rules.reads_private(user, submission),
        "may_answer": refusal(rules.check_answer, user, found) is None,
        "may_view": wanted and found.state == ConditionState.ANSWERED,
        "ready": rules.ready(found),
        "closer": user.has_role(*rules.closers()) and not wanted,
        "cannot_close": refusal(rules.check_close, user, found),
        "may_extend": refusal(rules.check_extend, user, found) is None,
        "may_lapse": refusal(rules.check_lapse, user, found) is None,
        "lapses_from": rules.lapses_from(found),
    }
    return render(request, "conditions/condition.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """An assessor's view of the answer that stands."""
    found = seen_condition(request, pk, number)
    user = person(request)
    rules.check_view(user, found)
    answer = rules.newest_sent(found)
    own = ConditionView.objects.filter(answer=answer, by=user).first()
    form = ViewForm(request.POST) if request.method == "POST" else ViewForm(row=own)
    status, saved = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                steps.give_view(by=user, submission_id=pk, number=number, **form.cleaned_data)
            except Invalid as no:
                form.blame(no.problems)
            except Stale as stale:
                assert isinstance(stale.current, ConditionView)  # noqa: S101 (the service's word)
                saved, status = stale.current, 409
                data = request.POST.copy()
                data["version"] = str(saved.version)
                form = ViewForm(data)
            else:
                messages.success(request, "Your view is saved. You can change it until CASE has acted on it.")
                return redirect("condition", pk=pk, number=number)
    context = parts(request, found, ("Your view", "")) | {
        "form": form,
        "saved": saved,
        "answers": present.answers(user, found)[:1],
    }
    return render(request, "conditions/view.html", context, status=status)


Act = Callable[..., object]


def _step(
    request: HttpRequest,
    found: Condition,
    *,
    check: Callable[[User, Condition], object],
    act: Act,
    words: dict[str, str],
    form_class: type[StepForm] = StepForm,
) -> HttpResponse:
    """One step of CASE: asks for the reason, does it, and goes back to the condition."""
    user, submission = person(request), found.decision.submission
    label, help_text = words["label"], words.get("help", "")
    if request.method == "POST":
        form = form_class(request.POST, label=label, help_text=help_text)
        if form.is_valid():
            try:
                made = act(by=user, submission_id=submission.pk, number=found.number, **form.cleaned_data)
            except Invalid as no:
                form.blame(no.problems)
            else:
                messages.success(request, f"{words['done']}{present.letter_words(made)}")
                return redirect("condition", pk=submission.pk, number=found.number)
        status = 422
    else:
        check(user, found)
        form = form_class(initial={"seen_version": found.version}, label=label, help_text=help_text)
        status = 200
    context = parts(request, found, (words["crumb"], "")) | {
        "form": form,
        "words": words,
        "answers": present.answers(user, found)[:1],
    }
    return render(request, "conditions/step.html", context, status=status)


def _body_only(request: HttpRequest, pk: UUID, number: int) -> Condition:
    found = seen_condition(request, pk, number)
    if not person(request).has_role(*rules.BODY):
        raise NotAllowed("Only CASE can do this.")
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Closes a condition as met."""
    found = _body_only(request, pk, number)
    return _step(request, found, check=rules.check_close, act=steps.close, words=present.CLOSE)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Gives an answer back to the course."""
    found = _body_only(request, pk, number)
    return _step(request, found, check=rules.check_give_back, act=steps.give_back, words=present.GIVE_BACK)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Gives a condition another day."""
    found = _body_only(request, pk, number)
    return _step(
        request,
        found,
        check=rules.check_extend,
        act=steps.extend,
        words=present.EXTEND,
        form_class=ExtendForm,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lapse(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Puts on record that a condition lapsed."""
    found = _body_only(request, pk, number)
    return _step(request, found, check=rules.check_lapse, act=steps.lapse, words=present.LAPSE)
