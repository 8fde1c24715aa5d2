"""A person's notices, and what they are told by e-mail."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accreditation import mail
from accreditation import notices as selectors
from accreditation.forms.notices import MailChoiceForm
from accreditation.presenters import notices as present
from accreditation.services import notices as service
from accreditation.views.asking import person

PAGE = 30


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All of a person's own notices, newest first, or only those that are new."""
    user = person(request)
    only_new = request.GET.get("show") == "new"
    found = selectors.own_notices(user)
    if only_new:
        found = found.filter(read_at__isnull=True)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = present.rows(page)
    newest = max((row.message.pk for row in rows if row.unread), default=None)
    context = {"page_obj": page, "rows": rows, "only_new": only_new, "newest": newest}
    return render(request, "notices/list.html", context)


@login_required
@require_POST
def read_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """POST: marks one as read."""
    user = person(request)
    get_object_or_404(selectors.own_notices(user), pk=pk)
    service.mark_read(by=user, message_id=pk)
    return redirect(_back(request))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """POST: marks as read what the page showed and all before it; what came since stays new."""
    user = person(request)
    try:
        until = UUID(request.POST.get("until", ""))
    except ValueError:
        return redirect("notices")
    number = service.mark_all_read(by=user, until=until)
    messages.success(request, f"{number} notice{'' if number == 1 else 's'} marked as read.")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    return "/notices/?show=new" if request.POST.get("show") == "new" else "/notices/"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: HttpRequest) -> HttpResponse:
    """What the person is told by e-mail."""
    user = person(request)
    form = MailChoiceForm(request.POST or None, initial={"information": mail.choice_of(user)})
    if request.method == "POST" and form.is_valid():
        service.choose(by=user, information=form.cleaned_data["information"])
        messages.success(request, "Your choice is saved.")
        return redirect("mail_choice")
    kinds = sorted(mail.kinds().values(), key=lambda kind: kind.title)
    context = {
        "form": form,
        "information": [kind for kind in kinds if not kind.duty and kind.notice],
    }
    return render(request, "notices/choice.html", context, status=422 if form.errors else 200)
