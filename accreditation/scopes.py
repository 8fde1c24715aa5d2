"""Which clauses an application is asked about, by its kind: data. An empty list on a row means all of its edition.

CASE publishes no list by kind. What is left out by default is what cannot concern the kind (`settings.CLAUSES`); a change
names the clauses that it touches, and is asked about all until it has. What was opened before keeps all.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final

from django.conf import settings

from accreditation.enums import SubmissionKind as K
from accreditation.models import Snapshot, Submission
from accreditation.rules.clauses import Clause
from accreditation.rules.standards import EDITIONS

NAMES_ITS_OWN: Final = (K.MAJOR_CHANGE, K.MINOR_CHANGE)
"""Kinds whose course says which clauses it is about."""


def default(kind: str, edition: str) -> list[str]:
    """The ids of the clauses that a new application of this kind is asked about, in order; empty for all."""
    left_out = set(settings.CLAUSES_LEFT_OUT.get(str(kind), ()))
    asked = [clause.id for clause in EDITIONS[edition].clauses if clause.id not in left_out]
    return asked if left_out else []


def in_order(edition: str, ids: Collection[str]) -> list[str]:
    """These clauses of an edition in its order; empty where they are all of it. Raises `KeyError` for an unknown one."""
    whole = [clause.id for clause in EDITIONS[edition].clauses]
    if unknown := set(ids) - set(whole):
        raise KeyError(min(unknown))
    asked = [clause for clause in whole if clause in set(ids)]
    return [] if asked == whole else asked


def clauses(row: Submission | Snapshot) -> tuple[Clause, ...]:
    """What a submission is asked about, or a version of it was, in the standard's order."""
    return _within(row.edition, row.clauses)


@lru_cache(maxsize=256)
def number(edition: str, ids: tuple[str, ...]) -> int:
    """How many clauses an application with these ids (none: all of the edition) is asked about."""
    return len(_within(edition, ids))


def _within(edition: str, ids: Iterable[str]) -> tuple[Clause, ...]:
    wanted = frozenset(ids)
    return tuple(clause for clause in EDITIONS[edition].clauses if not wanted or clause.id in wanted)
