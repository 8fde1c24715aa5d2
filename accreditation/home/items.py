"""What a home page is made of: things to do, things waited for, and places to go. Each app adds its own.

`settings.HOME_SOURCES` names modules with `items_for(user) -> list[HomeItem]`, so that the lowest app can show what the
apps above it know without importing them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.utils import timezone

from accreditation.models import User


class Kind(StrEnum):
    """Daily: what a person comes for most days, a button at the top. To do: this person acts next. Waiting: somebody else
    does. Place: somewhere they can always go.
    """

    DAILY = "daily"
    TODO = "todo"
    WAITING = "waiting"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class HomeItem:
    """One line on a home page.

    `title` starts with a verb for things to do ("Sign off 6 scans"); `detail` says for which course or person; `due` is
    the day by which, if any; `since` the day from which it has been waiting; `who` names the person waited for.
    """

    kind: Kind
    title: str
    url: str
    detail: str = ""
    due: date | None = None
    since: date | None = None
    who: str = ""
    role: str = ""

    @property
    def overdue(self) -> bool:
        """Whether its day has passed."""
        return self.due is not None and self.due < timezone.localdate()

    @property
    def days_waiting(self) -> int | None:
        """Whole days since it began to wait."""
        return (timezone.localdate() - self.since).days if self.since else None


class Source(Protocol):
    """A module that knows what a person has to do."""

    def items_for(self, user: User) -> Iterable[HomeItem]: ...


@dataclass(frozen=True, slots=True)
class Home:
    """All of a person's items, sorted: what is due first comes first."""

    daily: tuple[HomeItem, ...]
    todo: tuple[HomeItem, ...]
    waiting: tuple[HomeItem, ...]
    places: tuple[HomeItem, ...]


def home_for(user: User) -> Home:
    """Asks every source in turn. Inactive people have nothing."""
    items: list[HomeItem] = []
    if user.is_active:
        for name in settings.HOME_SOURCES:
            items.extend(cast(Source, import_module(name)).items_for(user))
    last = date.max
    return Home(
        daily=tuple(i for i in items if i.kind is Kind.DAILY),
        todo=tuple(sorted((i for i in items if i.kind is Kind.TODO), key=lambda i: (i.due or last, i.title))),
        waiting=tuple(
            sorted((i for i in items if i.kind is Kind.WAITING), key=lambda i: (i.since or last, i.title))
        ),
        places=tuple(i for i in items if i.kind is Kind.PLACE),
    )
