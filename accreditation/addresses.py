"""Where what the facts speak of can be seen: reference → address, as far as a person may see it.

`settings.ADDRESS_SOURCES` names a module of each app above this one, with `addresses(user, course)`, because nothing here
imports them. References are those of the facts: "mentors/M0004", "students/S001".
"""

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from accreditation.models import Course, User


class AddressSource(Protocol):
    """A module that knows pages about some of the facts of a course."""

    def addresses(self, user: User, course: Course) -> dict[str, str]:
        """Reference → address, in a number of queries that does not depend on the number of rows."""
        ...


def addresses_for(user: User, course: Course) -> dict[str, str]:
    """The addresses of all sources together."""
    found: dict[str, str] = {}
    for name in settings.ADDRESS_SOURCES:
        found |= cast(AddressSource, import_module(name)).addresses(user, course)
    return found
