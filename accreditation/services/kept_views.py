"""Ways to look at a table that a person keeps under a name, for themselves alone; and rows that were taken out as a file."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from accreditation import audit
from accreditation.exceptions import Invalid
from accreditation.models import KeptView, User

MOST = 20
PASSING = frozenset({"page", "as", "row"})
"""Parts of a table's address that are of the moment and never kept."""


@transaction.atomic
def keep_view(*, by: User, table: str, name: str, query: str) -> KeptView:
    """Keeps filters, order and columns; the same name again replaces what was kept. Raises `Invalid`."""
    name = " ".join(name.split())
    query = lasting(query)
    if not name or len(name) > 60:
        raise Invalid({"name": ["Give the view a name of up to 60 characters."]})
    if not query or len(query) > 500:
        raise Invalid({"query": ["Narrow, sort or choose columns first: there is nothing to keep."]})
    views = KeptView.objects.select_for_update().filter(user=by, table=table)
    if views.exclude(name=name).count() >= MOST:
        raise Invalid({"name": [f"You have {MOST} views already: remove one first."]})
    view, _ = KeptView.objects.update_or_create(user=by, table=table, name=name, defaults={"query": query})
    return view


@transaction.atomic
def drop_view(*, by: User, view_id: UUID) -> None:
    """Removes one of the person's own views; one that is gone already is no fault."""
    KeptView.objects.filter(user=by, pk=view_id).delete()


@transaction.atomic
def note_taken_out(
    *, by: User, table: str, form: str, query: str, keys: Sequence[str], of: Model | None = None
) -> None:
    """Records that somebody took rows of a table out as a file: which rows, of whose table, in which form."""
    payload = {"table": table, "form": form, "query": query, "rows": list(keys)}
    audit.record("table.taken_out", by=by, obj=of, payload=payload)


def lasting(query: str) -> str:
    """A query string without what is of the moment, and without empty values."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in PASSING])
