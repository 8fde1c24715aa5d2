"""What people can be invited to besides an account: each app names its own places.

`settings.INVITATION_PLACES` lists modules with `PLACES`, because nothing here imports the apps above.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from accreditation.models import AccountInvitation, User


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of row that a person can be invited to.

    `model`: its label ("portfolios.student"). `check(by, row, email)` raises `NotAllowed` or `NotNow` where this person may
    not invite this address to it now. `words(row, details)`: as what ("as a student of …"). `join(row, user, by, details)`,
    inside the acceptance's transaction, gives the place, or raises a refusal, and then nothing has changed.
    `office`: whether CASE's officers see such invitations (they see nothing of students).
    """

    model: str
    check: Callable[[User, Any, str], None]
    words: Callable[[Any, Mapping[str, Any]], str]
    join: Callable[[Any, User, User | None, Mapping[str, Any]], None]
    office: bool = True


@lru_cache(maxsize=1)
def places() -> Mapping[str, Place]:
    """All places by the label of their model. Raises `ValueError` where two apps claim one model."""
    found: dict[str, Place] = {}
    for name in settings.INVITATION_PLACES:
        for place in import_module(name).PLACES:
            if place.model in found:
                raise ValueError(f"{name} claims {place.model} again.")
            found[place.model] = place
    return found


def place_of(invitation: AccountInvitation) -> tuple[Place, models.Model] | None:
    """The place that an invitation is for, with its row; None for an account alone. Raises `ObjectDoesNotExist`."""
    if not invitation.about_type:
        return None
    model = apps.get_model(invitation.about_type)
    return places()[invitation.about_type], model._default_manager.get(pk=invitation.about_id)
