"""A letter's way out: the outbox, approvals and refusals, making one anew, withdrawing one, and asking for a reminder."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accreditation import files, page_images, policies, selectors
from accreditation.enums import BuildState
from accreditation.exceptions import NotNow
from accreditation.forms.letters import MakeForm, ReasonForm
from accreditation.letters import chain
from accreditation.models import Letter, User
from accreditation.permissions import need_role
from accreditation.presenters import letter_chain as present
from accreditation.presenters import letters as cards
from accreditation.roles import CHAIR, OFFICER
from accreditation.services import approvals as service
from accreditation.services.decisions import current_decision
from accreditation.views.form_page import either, form_page

PAGE = 20
AUDIENCE = "CASE’s officers and Committee, and the panel of the case"


@login_required
@never_cache
@require_safe
def letter_outbox(request: HttpRequest) -> HttpResponse:
    """Letters that are not sent yet: whose turn it is, what will be sent, to whom, and when; then what was sent last."""
    user = _user(request)
    need_role(user, OFFICER, CHAIR)
    waiting = _visible(user).filter(Q(approved_at=None) | ~Q(state=BuildState.BUILT), superseded=False)
    page = Paginator(waiting.prefetch_related("approvals").order_by("created_at"), PAGE).get_page(
        request.GET.get("page")
    )
    sent = (
        _visible(user).filter(state=BuildState.BUILT, approved_at__isnull=False).order_by("-approved_at")[:10]
    )
    context = {"page_obj": page, "outgoing": present.outgoing(page), "sent": cards.cards(sent, user)}
    return render(request, "letters/pages/outbox.html", context)


@login_required
@require_POST
def letter_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gives the approval whose turn it is."""
    user = _user(request)
    found = get_object_or_404(_visible(user), pk=pk)
    letter = service.approve(by=user, letter_id=found.pk, seen_sha256=request.POST.get("seen", ""))
    if letter.approved_at:
        messages.success(request, f"{letter.number} is approved by everybody and is being sent.")
    else:
        messages.success(request, f"You approved {letter.number}. The next in the chain is asked now.")
    return redirect("letter", pk=pk)


@login_required
@either
def letter_refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Says why a letter should not go out as it is."""
    user = _user(request)
    found = get_object_or_404(_visible(user), pk=pk)
    if request.method != "POST":
        chain.check_turn(user, found)

    def save(values: dict[str, Any]) -> str:
        service.refuse(by=user, letter_id=pk, reason=values["reason"])
        return reverse("letter", args=[pk])

    return _reason_page(
        request, found, save, "Do not approve", "Send it back to the office", "The office is told."
    )


@login_required
@require_POST
def letter_renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes a letter that is not issued anew from the record as it is now."""
    user = _user(request)
    get_object_or_404(_visible(user), pk=pk)
    letter = service.renew(by=user, letter_id=pk)
    messages.success(request, f"{letter.number} is being made anew. Everybody in its chain is asked again.")
    return redirect("letter", pk=pk)


@login_required
@either
def letter_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends a certificate or a reminder, with a reason."""
    user = _user(request)
    found = get_object_or_404(_visible(user), pk=pk)
    need_role(user, OFFICER, CHAIR)
    if request.method != "POST" and (refusal := policies.withdraw_refusal(found)):
        raise NotNow(refusal)

    def save(values: dict[str, Any]) -> str:
        service.withdraw(by=user, letter_id=pk, reason=values["reason"])
        return reverse("letter", args=[pk])

    return _reason_page(request, found, save, "Withdraw", "Withdraw it", f"{found.number} is withdrawn.")


@login_required
@either
def letter_make(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Makes a reminder, or a certificate that is due, about the decision that holds on a submission."""
    user = _user(request)
    need_role(user, OFFICER)
    submission = get_object_or_404(selectors.visible_submissions(user), pk=pk)
    decision = current_decision(submission)
    if decision is None:
        raise NotNow("There is no decision to write about yet.")
    kinds = [(kind.value, kind.label) for kind in service.possible(decision)]
    if not kinds and request.method != "POST":
        raise NotNow("No letter has a place now: no condition is open, and no accreditation was given.")

    def save(values: dict[str, Any]) -> str:
        return reverse("letter", args=[service.make(by=user, submission_id=pk, kind=values["kind"]).pk])

    case = reverse("case", args=[pk])
    return form_page(
        request,
        MakeForm(request.POST or None, kinds=kinds),
        save,
        title="Make a letter",
        caption=f"{submission.reference}, {submission.course.title}",
        lead="It is built from the record as it is now, and sent when everybody whose approval it needs has given it.",
        crumbs=[
            {"label": "Cases", "url": reverse("cases")},
            {"label": submission.reference, "url": case},
        ],
        audience=AUDIENCE,
        template="form_page.html",
        label="Make the letter",
        said="The letter is being built. Read it before you approve it.",
    )


@login_required
@require_safe
def letter_page(request: HttpRequest, pk: UUID, page: int) -> HttpResponse | FileResponse:
    """A picture of one page of a built letter."""
    found = get_object_or_404(_visible(_user(request)), pk=pk)
    if found.state != BuildState.BUILT:
        raise Http404("Not built.")
    try:
        path = page_images.page_image(found.sha256, "application/pdf", page)
    except (page_images.CannotDraw, files.BlobMissing):
        raise Http404("No such page.") from None
    answer = FileResponse(path.open("rb"), content_type="image/png")
    answer["Cache-Control"] = "private, max-age=300"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _reason_page(
    request: HttpRequest, letter: Letter, save: Any, title: str, label: str, said: str
) -> HttpResponse:
    return form_page(
        request,
        ReasonForm(request.POST or None),
        save,
        title=title,
        caption=f"{letter.get_kind_display()} {letter.number}",
        crumbs=[
            {"label": "Letters", "url": reverse("letters")},
            {"label": letter.number, "url": reverse("letter", args=[letter.pk])},
        ],
        audience=AUDIENCE,
        template="form_page.html",
        label=label,
        said=said,
    )


def _visible(user: User) -> QuerySet[Letter]:
    return selectors.visible_letters(user).select_related("superseded_by", "supersedes")


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
