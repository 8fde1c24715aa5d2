"""What every crispy form of ours has in common: the page writes the form tag, the token and the buttons."""

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict

from accreditation.exceptions import Invalid


def plain_helper() -> FormHelper:
    """A helper that renders the fields only."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


def show_problems(form: forms.Form, refusal: Invalid, **names: str) -> None:
    """Puts a service's refusal on the fields it names; `names` maps the service's words to the form's fields."""
    for name, sentences in refusal.problems.items():
        field = names.get(name, name)
        for sentence in sentences:
            form.add_error(field if field in form.fields else NON_FIELD_ERRORS, sentence)


def prefill(form: forms.Form, **values: str) -> None:
    """Changes some of what a form that comes back shows, such as the version that is saved now."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name, value in values.items():
        data[form.add_prefix(name)] = value
    form.data = data


def set_version(form: forms.Form, version: int) -> None:
    """Lets a form that comes back carry the version that is saved now: whoever sends it again has seen what it says."""
    prefill(form, version=str(version))
