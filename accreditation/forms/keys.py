"""One key per rendered form that creates something, so that a second press does nothing again."""

import uuid

from django import forms
from django.db import IntegrityError, transaction

from accreditation.models import FormKey, User


def new_key() -> uuid.UUID:
    """A key for a form about to be shown."""
    return uuid.uuid4()


def claim(key: uuid.UUID, user: User) -> bool:
    """Takes the key for this press; False where the same form was already sent.

    Call inside the transaction that creates the thing: if that fails, the key is free again.
    """
    try:
        with transaction.atomic():
            FormKey.objects.create(key=key, user=user)
    except IntegrityError:
        return False
    return True


def result_of(key: uuid.UUID, user: User) -> str:
    """What the first press of the same form by the same person led to (an address), or an empty string."""
    return FormKey.objects.filter(key=key, user=user).values_list("result", flat=True).first() or ""


def remember(key: uuid.UUID, result: str) -> None:
    """Notes where the first press led to, so that a second one can go there too."""
    FormKey.objects.filter(key=key).update(result=result)


class KeyedForm(forms.Form):
    """A form with its key in a hidden field, drawn anew each time the form is shown empty."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=new_key)
