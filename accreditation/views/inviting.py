"""The form by which the office or a course invites somebody to an account."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest

from accreditation.exceptions import Invalid, NotNow
from accreditation.forms import keys
from accreditation.models import User
from accreditation.services import invitations


def invited(request: HttpRequest, form: Any, *, by: User, **how: Any) -> bool:
    """Sends the invitation that a valid form asks for, once per key; a refusal stands in the form. Whether it was sent.

    `form` has `email`, `full_name` and a key; `how` goes to `invitations.invite`.
    """
    values = form.cleaned_data
    try:
        with transaction.atomic():
            if keys.claim(values["form_key"], by):
                invitations.invite(by=by, email=values["email"], full_name=values["full_name"], **how)
    except Invalid as no:
        form.blame(no.problems)
    except NotNow as no:
        form.add_error("email", str(no))
    else:
        messages.success(request, f"{values['full_name']} is invited at {values['email']}.")
        return True
    return False
