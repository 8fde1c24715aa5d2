"""Editions that can be asked about: those in use, and drafts that the installation names (`settings.DRAFT_EDITIONS`).

A draft is a module of data like any edition, and binds to the rules that there are; nothing is ever judged by one.
"""

from django.conf import settings
from django.utils.module_loading import import_string

from accreditation.rules.clauses import Edition
from accreditation.rules.registry import NotBound, bind
from accreditation.rules.standards import EDITIONS


class UnknownEdition(LookupError):
    """No edition of that name, or one whose clauses and rules do not fit together; `str` says which."""


def drafts() -> dict[str, Edition]:
    """The draft editions by name. Raises `UnknownEdition` for a setting that leads to none."""
    found = [_drawn(path) for path in settings.DRAFT_EDITIONS]
    return {edition.name: edition for edition in found}


def named(name: str) -> Edition:
    """An edition in use or a draft, by its name, or a draft by its Python name (package.module.EDITION).

    Raises `UnknownEdition`.
    """
    known = EDITIONS | drafts()
    return known[name] if name in known else _drawn(name)


def _drawn(path: str) -> Edition:
    try:
        found = import_string(path)
    except ImportError as error:
        raise UnknownEdition(f"There is no edition {path}.") from error
    if callable(found):
        found = found()
    if not isinstance(found, Edition):
        raise UnknownEdition(f"{path} is not an edition.")
    try:
        bind(found)
    except NotBound as error:
        raise UnknownEdition(f"{path}: {error}.") from error
    return found
