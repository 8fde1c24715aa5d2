"""A page with one form of the course's people; forms with free text ask why words that look like an identifier are kept."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from accreditation.exceptions import Invalid
from accreditation.forms.layout import show_problems
from accreditation.views.form_page import either
from accreditation.views.form_page import form_page as whole_form_page
from portfolios.forms.plain_words import ReasonedForm

__all__ = ["TEAM", "TEAM_AND_OWNER", "either", "form_page"]

TEAM_AND_OWNER = (
    "The course team and the person themselves. Mentors, assessors and CASE’s officers do not see it"
)
TEAM = "The course team only"


def form_page(
    request: HttpRequest,
    form: forms.Form,
    save: Callable[[dict[str, Any]], str],
    *,
    template: str = "portfolios/form.html",
    **words: Any,
) -> HttpResponse:
    """One form; `words` as `accreditation.views.form_page.form_page` takes them."""
    if request.method == "POST" and isinstance(form, ReasonedForm):
        form.ask_again(request.POST)
    return whole_form_page(request, form, save, template=template, refused=_refused, **words)


def _refused(form: forms.Form, no: Invalid) -> None:
    if isinstance(form, ReasonedForm):
        form.ask_if_needed(no)
    show_problems(form, no)
