"""Addresses of pages, put together once for a process: lists and menus have the same ones in each of their rows."""

from functools import lru_cache
from uuid import UUID

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

NIL = UUID(int=0)


def address(route: str, key: UUID) -> str:
    """The address of one thing's page, as `reverse(route, args=[key])`. Raises `NoReverseMatch`."""
    return _pattern(route, get_urlconf(), get_script_prefix()).replace(str(NIL), str(key))


def page(route: str) -> str:
    """The address of a page without a thing, "" where there is none of that name."""
    return _page(route, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=256)
def _pattern(route: str, urlconf: str | None, prefix: str) -> str:
    return reverse(route, args=[NIL])


@lru_cache(maxsize=256)
def _page(route: str, urlconf: str | None, prefix: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
