"""System checks of our own: what must never be true in production."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register(deploy=True)
def demo_is_off_in_production(**kwargs: Any) -> list[CheckMessage]:
    """The demo world has a shared password: it may not stand behind a public address."""
    if settings.DEMO:
        return [Error("CASE_DEMO is on.", hint="Unset CASE_DEMO on a public server.", id="case.E001")]
    return []


@register(deploy=True)
def mail_leaves_the_machine(**kwargs: Any) -> list[CheckMessage]:
    """Without EMAIL_URL messages are written into files, which is right for the demo and silent in production."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return [
            Error(
                "No mail would be sent.",
                hint="Set EMAIL_URL, for example smtp://user:password@host:587/?tls=True",
                id="case.E002",
            )
        ]
    return []
