"""The page behind the link of a reminder: no account needed. Opening it changes nothing; the buttons do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accreditation.exceptions import Invalid, NotNow
from accreditation.facts import evening_of
from accreditation.forms.layout import show_problems
from mentors import links
from mentors.forms.register import RemarkForm
from mentors.models import Mentor
from mentors.presenters.page import held_rows
from mentors.reminders import due_day
from mentors.services import reminders
from mentors.views.pages import either


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
    context = {
        "mentor": mentor,
        "due": meant.due,
        "late": meant.due < timezone.localdate(),
        "open": due_day(mentor) == meant.due and mentor.state == "active",
        "said": said,
        "form": form,
        **held_rows(mentor, evening_of(timezone.localdate())),
    }
    return render(request, "mentors/link.html", context, status=422 if form.errors else 200)
