"""The office's page of what was sent: the list, one message as it was sent, and sending again what failed."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accreditation import mail
from accreditation import notices as selectors
from accreditation.enums import MessageState
from accreditation.models import Message
from accreditation.permissions import need_role
from accreditation.presenters import notices as present
from accreditation.roles import OFFICER
from accreditation.services import sending
from accreditation.views.asking import person

PAGE = 50
NOT_SENT = (MessageState.FAILED, MessageState.NO_ADDRESS)
WRITTEN = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""What a mail may do in its frame: show its own styles, and nothing else."""


@login_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What was sent, newest first, by kind, state and person."""
    user = person(request)
    need_role(user, OFFICER)
    found = selectors.office_messages(user)
    kinds = [kind for kind in mail.kinds().values() if kind.office in (mail.Office.CASE, mail.Office.SHOWN)]
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    who = request.GET.get("who", "").strip()[:100]
    if kind in {one.code for one in kinds}:
        found = found.filter(kind=kind)
    if state in MessageState.values:
        found = found.filter(state=state)
    if who:
        found = selectors.to_person(found, who)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": present.rows(page),
        "count": page.paginator.count,
        "kinds": sorted(kinds, key=lambda one: one.title),
        "states": MessageState.choices,
        "kind": kind,
        "state": state,
        "who": who,
        "hidden": selectors.hidden_counts(user),
        "mail_folder": _folder(),
    }
    return render(request, "notices/sent.html", context)


def _folder() -> str:
    """Where the mails lie that leave this machine never; empty where a mail server takes them."""
    files = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    return str(settings.EMAIL_FILE_PATH) if files and settings.DEMO else ""


def _message(request: HttpRequest, pk: UUID) -> Message:
    return get_object_or_404(selectors.office_messages(person(request)), pk=pk)


@login_required
@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message: what became of it, and its words."""
    message = _message(request, pk)
    context = {
        "message": message,
        "row": present.rows([message])[0],
        "words": present.words(message),
        "may_send": message.state in NOT_SENT,
        "mail_folder": _folder(),
    }
    return render(request, "notices/sent_one.html", context)


@login_required
@require_safe
def as_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The HTML of a mail for the frame on its page: no script, nothing from elsewhere, no forms."""
    answer = HttpResponse(present.words(_message(request, pk)).html)
    answer["Content-Security-Policy"] = WRITTEN
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@login_required
@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: sends a message again that failed."""
    message = _message(request, pk)
    sending.send_again(by=person(request), message_id=message.pk)
    messages.success(request, "The message is in the outbox again.")
    return redirect("sent_message", pk=pk)


@login_required
@require_POST
def hidden_again(request: HttpRequest) -> HttpResponse:
    """POST: sends again all messages about portfolios that failed; the office does not read them."""
    user = person(request)
    need_role(user, OFFICER)
    number = sending.send_hidden_again(by=user)
    messages.success(request, f"{number} message{'' if number == 1 else 's'} in the outbox again.")
    return redirect("sent_messages")
