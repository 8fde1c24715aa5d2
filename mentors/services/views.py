"""Searches of the register that a person keeps under a name."""

from uuid import UUID

from django.db import transaction

from accreditation.exceptions import Invalid
from accreditation.models import User
from mentors.models import SavedView

MOST = 20


@transaction.atomic
def keep_view(*, by: User, name: str, query: str) -> SavedView:
    """Keeps a search; the same name again replaces what was kept. Raises `Invalid`."""
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise Invalid({"name": ["Give the view a name of up to 60 characters."]})
    if not query or len(query) > 500:
        raise Invalid({"query": ["Narrow the list first: there is nothing to keep."]})
    views = SavedView.objects.select_for_update().filter(user=by)
    if views.exclude(name=name).count() >= MOST:
        raise Invalid({"name": [f"You have {MOST} views already: remove one first."]})
    view, _ = SavedView.objects.update_or_create(user=by, name=name, defaults={"query": query})
    return view


@transaction.atomic
def drop_view(*, by: User, view_id: UUID) -> None:
    """Removes one of the person's own views; one that is gone already is no fault."""
    SavedView.objects.filter(user=by, pk=view_id).delete()
