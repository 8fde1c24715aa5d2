"""The page behind the link of a reminder: no account needed. Opening it changes nothing; the buttons do. And the word of the
office or a course that a mentor's address is their own.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accreditation.exceptions import Invalid, NotNow
from accreditation.facts import evening_of
from accreditation.forms.layout import show_problems
from mentors import links
from mentors.forms.register import RemarkForm
from mentors.models import Mentor
from mentors.presenters.page import held_rows, qualification_lines
from mentors.reminders import due_day
from mentors.selectors import visible_mentors
from mentors.services import addresses, reminders
from mentors.views.pages import either, person


@either
@never_cache
def mentor_link(request: HttpRequest, text: str) -> HttpResponse:
    """The mentor's own entry, to confirm or to remark on. A mail gateway may open it as often as it likes."""
    meant = links.read(text)
    mentor = Mentor.objects.filter(pk=meant.mentor_id).first() if meant else None
    if meant is None or mentor is None:
        return render(request, "mentors/link_gone.html", status=404)
    form, said = RemarkForm(), ""
    try:
        if request.method == "POST" and request.POST.get("do") == "remark":
            form = RemarkForm(request.POST)
            if form.is_valid():
                reminders.remark_by_link(text=text, words=form.cleaned_data["text"])
                form, said = RemarkForm(), "remarked"
        elif request.method == "POST":
            mentor = reminders.confirm_by_link(text=text)
            said = "confirmed"
    except Invalid as refusal:
        show_problems(form, refusal)
    except NotNow as refusal:
        context = {"mentor": mentor, "words": str(refusal), "open": False}
        return render(request, "mentors/link.html", context, status=409)
    rows = held_rows(mentor, evening_of(timezone.localdate()))
    context = {
        "mentor": mentor,
        "due": meant.due,
        "late": meant.due < timezone.localdate(),
        "open": due_day(mentor) == meant.due and mentor.state == "active",
        "said": said,
        "form": form,
        **rows,
        "qualification_lines": qualification_lines(rows["qualifications"]),
    }
    return render(request, "mentors/link.html", context, status=422 if form.errors else 200)


@require_POST
def mentor_address(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody of the office or the course has made sure that the work address is the mentor's own."""
    user = person(request)
    found = get_object_or_404(visible_mentors(user), pk=pk)
    addresses.check_address(by=user, mentor_id=found.pk, address=request.POST.get("address", ""))
    messages.success(request, "Noted: the work address is the mentor’s own.")
    return redirect("mentor", pk=pk)
