"""What the register's pages share: who asks, and a page with one form."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse

from accreditation.models import User
from accreditation.views.form_page import either
from accreditation.views.form_page import form_page as whole_form_page

__all__ = ["either", "form_page", "person"]

AUDIENCE = "CASE’s officers, the mentor, and the teams and assessors of the courses the mentor is placed on"


def person(request: HttpRequest) -> User:
    """The person signed in: the access table lets nobody else here."""
    return cast(User, request.user)


def form_page(
    request: HttpRequest, form: forms.Form, save: Callable[[dict[str, Any]], str], **words: Any
) -> HttpResponse:
    """A form of the register; `words` as `accreditation.views.form_page.form_page` takes them."""
    return whole_form_page(request, form, save, audience=AUDIENCE, template="mentors/form.html", **words)
