"""Who may open which address: one table, closed by default.

Each app keeps its part as `ACCESS = {address name: Access}` in a module named in `settings.ACCESS_TABLES`. An address that
stands in no table is refused to everybody, and `manage.py check` names it; so is an entry without an address. The table is
the first of three walls: then come the `visible_*` selectors (a thing that one may not see does not exist, 404), then the
services' own checks of person and state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from django.conf import settings
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

from accreditation.models import User
from accreditation.roles import ROLES

ONE_ENTRY = frozenset({"admin"})
"""Namespaces that stand in the table as one entry of their own name: the fallback administration."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open an address. `public`: no account needed. `roles`: any one of these; empty: whoever is signed in.
    `staff`: only people of the fallback administration. `fresh`: only soon after the person confirmed that it is them.

    `thing` says which object the page needs and who is let through to it, in words, for the printed table.
    """

    roles: frozenset[str] = frozenset()
    public: bool = False
    thing: str = ""
    staff: bool = False
    fresh: bool = False

    def __post_init__(self) -> None:
        if unknown := self.roles - ROLES.keys():
            raise ValueError(f"No such role: {', '.join(sorted(unknown))}")

    def admits(self, user: User | None) -> bool:
        """Whether this person (None: nobody signed in) may open the address at all."""
        if self.public:
            return True
        if user is None or not user.is_active or (self.staff and not user.is_staff):
            return False
        return not self.roles or user.has_role(*self.roles)


def public(thing: str = "") -> Access:
    """Open to everybody, without an account."""
    return Access(public=True, thing=thing)


def signed_in(thing: str = "") -> Access:
    """Open to whoever is signed in; the object decides the rest."""
    return Access(thing=thing)


def only(*roles: str, thing: str = "", fresh: bool = False) -> Access:
    """Open to people with any of these roles; `fresh`: soon after they confirmed that it is them."""
    return Access(frozenset(roles), thing=thing, fresh=fresh)


def staff(thing: str = "") -> Access:
    """Open to people of the fallback administration."""
    return Access(staff=True, thing=thing)


@lru_cache(maxsize=1)
def table() -> Mapping[str, Access]:
    """All parts together. Raises `ValueError` where two apps claim one address."""
    whole: dict[str, Access] = {}
    for name in settings.ACCESS_TABLES:
        part: Mapping[str, Access] = import_module(name).ACCESS
        if twice := whole.keys() & part.keys():
            raise ValueError(f"{name} claims again: {', '.join(sorted(twice))}")
        whole.update(part)
    return whole


def name_of(match: ResolverMatch) -> str:
    """The name under which a request's address stands in the table."""
    return next(iter(ONE_ENTRY & set(match.namespaces)), "") or match.url_name or match.route


def address_names() -> frozenset[str]:
    """The names of all addresses that the table must hold. An address without a name counts as its route."""

    def walk(resolver: URLResolver) -> list[str]:
        names: list[str] = []
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                names.append(pattern.name or str(pattern.pattern))
            elif pattern.namespace in ONE_ENTRY:
                names.append(pattern.namespace)
            else:
                names.extend(walk(pattern))
        return names

    return frozenset(walk(get_resolver()))
