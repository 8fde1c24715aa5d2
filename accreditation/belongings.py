"""What belongs to a thing: whatever the database would delete with it, and what is named beside that, all the way down."""

from collections import deque
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import QuerySet

Rows = QuerySet[Any]


def belongings(root: Rows, *, also: Collection[str] = (), every_way: bool = False) -> list[Rows]:
    """The rows of `root` and of everything that belongs to them, owners before what they own.

    A row belongs to another where its foreign key says CASCADE, or where the key is named in `also`
    ("portfolios.Signature.contract") though the database protects it. Deleting the list from its end meets no protection.

    A model can be reached by two keys, with other rows by each: a letter by its decision, or by its case. With `every_way`,
    what belongs to those rows is looked for once for each key; some rows then stand in the list more than once.
    """
    found: list[Rows] = [root]
    waiting: deque[tuple[Rows, str]] = deque([(root, "")])
    seen: set[tuple[str, str, str]] = set()
    while waiting:
        owners, key_of_owners = waiting.popleft()
        by = key_of_owners if every_way else ""
        for relation in _relations(owners.model):
            key = relation.field
            name = f"{relation.related_model._meta.label}.{key.name}"
            owned = relation.on_delete is models.CASCADE or name in also
            if not owned or (owners.model._meta.label, by, name) in seen or not hasattr(key, "attname"):
                continue
            seen.add((owners.model._meta.label, by, name))
            rows: Rows = relation.related_model._base_manager.filter(**{f"{key.name}__in": owners})
            found.append(rows)
            waiting.append((rows, name))
    return found


def _relations(model: type[models.Model]) -> list[Any]:
    """The foreign keys that point at a model, also those without a way back ("+"); not the tables of many-to-many."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and not relation.related_model._meta.auto_created
    ]


def delete(rows: list[Rows]) -> None:
    """Deletes what `belongings` listed, what is owned before its owner."""
    keys = [(one.model, list(one.values_list("pk", flat=True))) for one in rows]
    for model, held in reversed(keys):
        model._base_manager.filter(pk__in=held).delete()
