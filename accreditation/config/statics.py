"""Where static files are: worked out once for a process. Every page names a dozen, and none changes while it runs."""

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class _Kept:
    """Remembers addresses as they were first asked for."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The address of a file; other arguments than its name are Django's own business while it collects files."""
        if args or kwargs:
            return str(super().url(name, *args, **kwargs))  # type: ignore[misc]
        known: dict[str, str] = self.__dict__.setdefault("_addresses", {})
        if name not in known:
            known[name] = str(super().url(name))  # type: ignore[misc]
        return known[name]


class PlainStatics(_Kept, StaticFilesStorage):  # type: ignore[misc]
    """Files as they lie in the apps, for one machine."""


class CollectedStatics(_Kept, CompressedManifestStaticFilesStorage):
    """Files that the image has collected, each named by its content."""
